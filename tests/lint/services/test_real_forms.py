"""Levels of findings on forms after real workflows: what their authors would call a mistake, and what not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from holdfast.lint.engine import lint
from holdfast.text import Source

_HEAD = "on: push\njobs:\n  test:\n    timeout-minutes: 9\n"
_ACTION = "name: a\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\n"
_CALLS = (
    f"{_HEAD}    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n"
    "      - uses: ./.github/actions/set-up\n"
    "  called:\n    uses: ./.github/workflows/other.yml\n"
)
_NAMES = {"missing-action", "missing-called-workflow"}


class Form(NamedTuple):
    """A script step or matrix, and the level of the one finding of a rule; empty: none."""

    text: str
    rule: str
    level: str


_FORMS = (
    Form("runs-on: ${{ matrix.os || 'ubuntu-24.04' }}", "unknown-matrix-key", "notice"),
    Form("runs-on: ${{ (matrix.os) || 'ubuntu-24.04' }}", "unknown-matrix-key", "notice"),
    Form("runs-on: ${{ matrix.go && matrix.os || 'ubuntu-24.04' }}", "unknown-matrix-key", "warning"),
    Form("runs-on: ${{ matrix.go || matrix.os }}", "unknown-matrix-key", "warning"),
)


@pytest.mark.parametrize("form", _FORMS, ids=[form.text for form in _FORMS])
def test_level(form: Form, tmp_path: Path) -> None:
    matrix = "    strategy:\n      matrix:\n        go: ['1.25']\n"
    text = f"{_HEAD}    {form.text}\n{matrix}    steps:\n      - run: make\n"
    found = _lint(_written(tmp_path / ".github/workflows/ci.yml", text))
    assert [level for rule, level in found if rule == form.rule] == [form.level]


@pytest.mark.parametrize(
    ("script", "level"),
    [
        ("docker-compose up -d", "error"),
        ("docker-compose down || true", "warning"),
        ("if docker-compose ps | grep unhealthy; then exit 1; fi", "warning"),
        ("until docker-compose exec -T redis redis-cli ping; do sleep 1; done", "warning"),
        ("if [ -f compose.yml ]; then docker-compose up -d; fi", "error"),
        ("make; while read -r name; do docker-compose stop $name; done", "error"),
    ],
)
def test_command_that_is_not_there(script: str, level: str) -> None:
    """A command that ends a step is an error; one whose failure the script takes for an answer is not."""
    text = f"{_HEAD}    runs-on: ubuntu-24.04\n    steps:\n      - run: {script}\n"
    found = lint(Source(".github/workflows/ci.yml", text))
    assert [one.severity.value for one in found if one.rule == "compose-v1"] == [level]


@pytest.mark.parametrize(
    ("variable", "level"),
    [
        ("REDIS_HOST: localhost", "notice"),
        ("REDIS_URL: redis://localhost", "notice"),
        ("REDIS_PORT: 6379", "notice"),
        ("REDIS_PORT: '6379'", "notice"),
        ("REDIS_PORT: 6380", "warning"),
        ("REDIS_PASSWORD: ci", "warning"),
        ("REDIS_MAXMEMORY: 1gb", "warning"),
    ],
)
def test_variable_that_no_server_reads(variable: str, level: str) -> None:
    """A client's variable at the service misses nothing; a server's has not the effect that is wanted."""
    text = f"{_HEAD}    runs-on: ubuntu-24.04\n    services:\n      redis:\n        image: redis:8.2-alpine\n"
    text += f"        env:\n          {variable}\n    steps:\n      - run: make\n"
    found = lint(Source(".github/workflows/ci.yml", text))
    assert [one.severity.value for one in found if one.rule == "ignored-variable"] == [level]


@pytest.mark.parametrize(
    ("others", "levels"),
    [
        ((), {"notice"}),
        (("scripts/run-with-retry.sh",), {"notice"}),
        (("README.md",), {"warning"}),
        ((".github/actions/other/action.yml",), {"warning"}),
        ((".github/actions/set-up/action.yml", ".github/workflows/other.yml"), set()),
        (("README.md", ".git/config"), {"warning", "error"}),
        ((".git/config",), {"notice"}),
    ],
    ids=lambda value: "-".join(sorted(value)) or "nothing",
)
def test_what_lies_elsewhere(others: tuple[str, ...], levels: set[str], tmp_path: Path) -> None:
    """A workflow that lies there alone says nothing about the files beside it."""
    for path in others:
        text = _ACTION if path.endswith("action.yml") else "on: workflow_call\n" + _HEAD.partition("\n")[2]
        _written(tmp_path / path, text)
    found = _lint(_written(tmp_path / ".github/workflows/ci.yml", _CALLS))
    assert {level for rule, level in found if rule in _NAMES} == levels


def test_workflow_in_a_folder_of_others(tmp_path: Path) -> None:
    _written(tmp_path / "one.yml", _CALLS)
    found = _lint(_written(tmp_path / "two.yml", _CALLS))
    assert not [rule for rule, _ in found if rule in _NAMES]


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _lint(path: Path) -> list[tuple[str, str]]:
    """Rule and level of every finding on a file."""
    words = ["lint", "--no-cache", "--shellcheck", "off", "--output-format", "jsonl", str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [(one["rule"], one["severity"]) for one in found]
