"""The program: help, versions, wrong command lines, exit codes, and what it costs to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast import __version__
from holdfast.cli import helpwriter
from holdfast.cli.commands import COMMANDS, load
from holdfast.cli.helptext import HELP

SLOW = {"pydantic", "jinja2", "rich", "typer", "click"}
SPEC = "jobs:\n  test: {stack: go}\n"


def run(*words: str, folder: Path, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "holdfast", *words]
    return subprocess.run(
        command,
        cwd=folder,
        input=text,
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def python(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def imported(*words: str, folder: Path) -> set[str]:
    """The slow libraries that a command line imports."""
    program = (
        "import sys, json\nfrom holdfast.cli.app import main\ncode = main(sys.argv[1:])\n"
        "print('IMPORTED', json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return SLOW & set(json.loads(done.stdout.rpartition("IMPORTED")[2]))


def test_the_stored_help_is_typers_own() -> None:
    assert helpwriter.texts() == HELP, "run: python -m holdfast.cli.helpwriter"


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_fast_path_prints_what_typer_prints(name: str, tmp_path: Path) -> None:
    done = run(*name.split(), "--help", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, HELP[name])


def test_the_version_is_printed(tmp_path: Path) -> None:
    for flag in ("--version", "-V"):
        done = run(flag, folder=tmp_path)
        assert (done.returncode, done.stdout) == (0, f"holdfast {__version__}\n")


def test_without_a_command_the_help_is_shown_and_it_is_a_mistake(tmp_path: Path) -> None:
    done = run(folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, HELP[""])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("generat",), "No such command"),
        (("generate", "--chek"), "No such option"),
        (("generate", "--profile", "fat"), "fat"),
        (("lint", "--jobs", "many"), "integer"),
        (("triage",), "Missing argument"),
        (("generate", "a.yml", "b.yml"), "unexpected"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run(*words, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_starts_often_imports_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "holdfast.yml").write_text(SPEC)
    assert run("generate", folder=tmp_path).returncode == 0
    for words in (
        ("--version",),
        ("--help",),
        ("generate", "--help"),
        ("generate", "--check"),
        ("lint",),
        ("rules",),
    ):
        assert imported(*words, folder=tmp_path) == set(), words


def test_every_command_has_a_sentence_and_options() -> None:
    for name in COMMANDS:
        module = load(name)
        assert module.__doc__
        assert callable(module.run)
        assert module.Options.__dataclass_params__.frozen


def test_an_interrupt_ends_with_130(tmp_path: Path) -> None:
    program = (
        "import sys, holdfast.cli.app as app\n"
        "def stop(words): raise KeyboardInterrupt\n"
        "app._dispatch = stop\nsys.exit(app.main(['lint']))"
    )
    done = python(program, tmp_path)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_an_interrupt_that_a_library_turned_into_an_error_is_one_all_the_same(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys, holdfast.cli.app as app\n"
        "def stop(words):\n"
        "    try: os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt: raise SystemError('returned a result with an exception set') from None\n"
        "app._dispatch = stop\nsys.exit(app.main(['lint']))"
    )
    done = python(program, tmp_path)
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr


def test_a_bug_ends_with_3_and_says_what_to_report(tmp_path: Path) -> None:
    program = (
        "import sys, holdfast.cli.app as app\n"
        "def fail(words): raise ZeroDivisionError('oh')\n"
        "app._dispatch = fail\nsys.exit(app.main(['lint']))"
    )
    done = python(program, tmp_path)
    assert done.returncode == 3
    assert "ZeroDivisionError: oh" in done.stderr
    assert "this is a bug" in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", '"$0" -m holdfast schema | head -c 10', sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
