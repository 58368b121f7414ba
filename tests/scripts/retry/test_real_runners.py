"""Real test runners, whose failed tests do or do not carry the words of a dead Redis."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from scripts.retry.runs import Run, retry
from support.ports import free_port


@dataclass(frozen=True)
class Runner:
    """A test runner: its command, its file of tests, and three tests in its language."""

    name: str
    command: tuple[str, ...]
    file: str
    head: str
    connects: str
    adds: str
    expects_refusal: str


_GO_HEAD = 'package shop\n\nimport (\n\t"net"\n\t"testing"\n)\n\nvar _ = net.Dial\n'
_GO = (
    'func TestGets(t *testing.T) {\n\t_, err := net.Dial("tcp", "127.0.0.1:PORT")\n'
    "\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n",
    'func TestAdds(t *testing.T) {\n\tif got := 2 + 2; got != 5 {\n\t\tt.Errorf("got %d, want 5", got)\n\t}\n}\n',
    'func TestDown(t *testing.T) {\n\t_, err := net.Dial("tcp", "127.0.0.1:PORT")\n\tt.Log(err)\n}\n',
)
_NODE_HEAD = (
    "const test = require('node:test'); const assert = require('node:assert'); const net = require('node:net');\n"
    "const dial = () => new Promise((good, bad) => net.connect(PORT, '127.0.0.1', good).on('error', bad));\n"
)
_NODE = (
    "test('gets', async () => { await dial(); });\n",
    "test('adds', () => { assert.strictEqual(2 + 2, 5); });\n",
    "test('down', async () => { try { await dial(); } catch (error) { console.log(error.message); } });\n",
)
_PYTEST = (
    "def test_gets():\n    socket.create_connection(('127.0.0.1', PORT))\n\n",
    "def test_adds():\n    assert 2 + 2 == 5\n\n",
    "def test_down():\n    try:\n        socket.create_connection(('127.0.0.1', PORT))\n"
    "    except OSError as error:\n        print(error)\n\n",
)
_NODE_TEST = ("node", "--test", "--test-reporter")
_PYTHON_M = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
_RUNNERS = (
    Runner("pytest", _PYTHON_M, "test_a.py", "import socket\n\n", *_PYTEST),
    Runner(
        "pytest -rA --tb=short", (*_PYTHON_M, "-rA", "--tb=short"), "test_a.py", "import socket\n\n", *_PYTEST
    ),
    Runner("node --test, TAP", (*_NODE_TEST, "tap"), "a.test.js", _NODE_HEAD, *_NODE),
    Runner("node --test, spec", (*_NODE_TEST, "spec"), "a.test.js", _NODE_HEAD, *_NODE),
    Runner("go test", ("go", "test", "./..."), "a_test.go", _GO_HEAD, *_GO),
    Runner("go test -v", ("go", "test", "-v", "./..."), "a_test.go", _GO_HEAD, *_GO),
)


def _run(folder: Path, runner: Runner, *tests: str) -> Run:
    (folder / "go.mod").write_text("module shop\n\ngo 1.21\n")
    (folder / runner.file).write_text((runner.head + "".join(tests)).replace("PORT", str(free_port())))
    return retry(folder, "--attempts=1", command=runner.command, timeout=300)


@pytest.mark.parametrize("runner", _RUNNERS, ids=lambda runner: runner.name)
def test_a_failed_test_that_carries_the_words_is_that_class(tmp_path: Path, runner: Runner) -> None:
    run = _run(tmp_path, runner, runner.connects)
    assert run.classes == ["refused"], run.out.decode() + run.err
    assert "refused" in run.last["evidence"].lower()


@pytest.mark.parametrize("runner", _RUNNERS, ids=lambda runner: runner.name)
def test_an_assertion_beside_it_makes_it_an_assertion(tmp_path: Path, runner: Runner) -> None:
    run = _run(tmp_path, runner, runner.connects, runner.adds)
    assert run.classes == ["assertion"], run.out.decode() + run.err


@pytest.mark.parametrize("runner", _RUNNERS, ids=lambda runner: runner.name)
def test_what_a_passing_test_prints_is_no_evidence(tmp_path: Path, runner: Runner) -> None:
    run = _run(tmp_path, runner, runner.expects_refusal, runner.adds)
    assert run.classes == ["assertion"], run.out.decode() + run.err


@pytest.mark.parametrize("runner", _RUNNERS[::2], ids=lambda runner: runner.name)
def test_a_file_that_does_not_parse_is_a_build_failure(tmp_path: Path, runner: Runner) -> None:
    run = _run(tmp_path, runner, "%%% ( no language\n")
    assert run.classes == ["build"], run.out.decode() + run.err
