"""Every example is generated to exactly what lies in its `expected/`, and strangers find nothing wrong with it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from golden.examples import EXAMPLES, NAMES, ROOT, generated, notices, texts
from support.official.verdicts import verdicts

from holdfast.finding import Severity
from holdfast.lint.engine import lint
from holdfast.text import Source

BIN = ROOT / ".venv" / "bin"
# Each is explained on its line, or is what a workflow with services is about.
EXCUSED_OF_ZIZMOR = {"unpinned-images", "secrets-outside-env"}


def _masked(text: str) -> str:
    """A text without the hash of what made it: that one changes with every line of code that renders."""
    return re.sub(r"^(# holdfast: body \w+ inputs )\w+", r"\1-", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_as_expected(name: str) -> None:
    folder = EXAMPLES / name / "expected"
    expected = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    told = expected.pop("lint.txt", None)
    assert (told.read_text() if told else "") == notices(name), (
        "run: PYTHONPATH=tests python -m golden.update"
    )
    made = texts(name)
    assert set(made) == set(expected), "run: PYTHONPATH=tests python -m golden.update"
    for path, text in made.items():
        assert _masked(expected[path].read_text(encoding="utf-8")) == _masked(text), (
            f"{path}: run golden.update and look at the diff"
        )


@pytest.mark.parametrize("name", NAMES)
def test_generating_twice_changes_nothing(name: str, tmp_path: Path) -> None:
    spec = tmp_path / "holdfast.yml"
    spec.write_text((EXAMPLES / name / "holdfast.yml").read_text())
    command = [str(BIN / "holdfast"), "generate", str(spec)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    first = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == first
    assert "created" not in done.stdout
    assert "changed" not in done.stdout
    checked = subprocess.run([*command, "--check"], capture_output=True, timeout=60, check=False)
    assert (checked.returncode, checked.stdout) == (0, b"")


def _workflows(folder: Path, target: str = "") -> list[Path]:
    """Every example's workflow, written below a root of its own."""
    written = []
    for name in NAMES:
        made = generated(name, target) if target else generated(name)
        place = folder / name / made.changes[0].path
        place.parent.mkdir(parents=True)
        place.write_text(made.changes[0].new)
        written.append(place)
    return written


def test_githubs_parser_finds_nothing(tmp_path: Path) -> None:
    files = _workflows(tmp_path)
    found = {file: reports for file, reports in verdicts(files).items() if reports}
    assert found == {}


def test_zizmor_finds_nothing_that_is_not_explained(tmp_path: Path) -> None:
    files = _workflows(tmp_path)
    command = [str(BIN / "zizmor"), "--offline", "--persona", "auditor", "--format", "json", "--no-config"]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=120, check=False
    )
    found = json.loads(done.stdout)
    told = [
        (one["ident"], one["locations"][0]["symbolic"]["key"], one["desc"])
        for one in found
        if one["ident"] not in EXCUSED_OF_ZIZMOR and not one.get("ignored")
    ]
    assert told == []


def test_shellcheck_finds_nothing_in_the_scripts_of_steps(tmp_path: Path) -> None:
    scripts = []
    for file in sorted((ROOT / "templates" / "workflow" / "run").glob("*.sh")):
        place = tmp_path / file.name
        # the values come from the step's environment, in upper case
        place.write_text(f"#!/usr/bin/env bash\n{file.read_text()}")
        scripts.append(str(place))
    done = subprocess.run(
        [str(BIN / "shellcheck"), "--exclude", "SC2154", *scripts],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == ""


@pytest.mark.parametrize("name", NAMES)
def test_our_own_linter_finds_nothing_above_a_notice(name: str) -> None:
    change = generated(name).changes[0]
    found = lint(Source(change.path, change.new))
    assert [one for one in found if one.severity is not Severity.NOTICE] == []


def test_the_bare_script_expects_what_the_spec_says(tmp_path: Path) -> None:
    spec = tmp_path / "holdfast.yml"
    for value in ("64mb", "96mb"):
        spec.write_text(
            f"redis: {{maxmemory: {value}, maxmemory-policy: allkeys-lru}}\njobs: {{test: {{stack: go}}}}\n"
        )
        subprocess.run(
            [str(BIN / "holdfast"), "generate", str(spec)], check=True, capture_output=True, timeout=60
        )
        assert f"  maxmemory={value}\n" in (tmp_path / "scripts" / "redis-diagnostics.sh").read_text()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("engines", "deploy-production")])
def test_two_renderings_differ_only_in_how_flags_are_passed(name: str) -> None:
    github, act = generated(name), generated(name, "act")
    ours = [line.strip() for line in github.changes[0].new.splitlines()[2:]]
    theirs = [line.strip() for line in act.changes[0].new.splitlines()[2:]]
    gone = [line for line in ours if line not in theirs and "REDIS_CONTAINER" not in line]
    assert all(line.startswith("command:") for line in gone), gone
