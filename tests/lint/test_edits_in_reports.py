"""The edits that json and sarif carry: each applied by itself, as another program would, mends its finding."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

from holdfast.lint.catalogue import marked, rules
from holdfast.lint.engine import lint
from holdfast.lint.rule import whole
from holdfast.text import Source

_WRITTEN: dict[str, Callable[[str], str]] = {
    "lf": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "bom": lambda text: "\ufeff# 🙂 é\n" + text,
}


class Replacement(NamedTuple):
    """A part of a text, in code points, and what stands there instead."""

    start: int
    end: int
    text: str


class Reported(NamedTuple):
    """A finding with its edits."""

    file: str
    rule: str
    line: int
    edits: tuple[Replacement, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every example with a fix, in three ways of writing, with the reports beside them."""
    folder = tmp_path_factory.mktemp("edits")
    for rule in rules():
        for number, example in enumerate(rule.examples):
            text, _ = marked(example.bad)
            if not rule.fixable or example.files or "/workflows/" not in example.path:
                continue
            for name, write in _WRITTEN.items():
                file = folder / f".github/workflows/{rule.id}-{number}-{name}.yml"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(write(whole(text)), encoding="utf-8", newline="")
    words = ["--shellcheck", "off", "--no-cache", "--exit-zero", "--severity", "notice"]
    outputs = ["--output", "json=all.json", "--output", "sarif=all.sarif"]
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", "lint", *words, *outputs],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def by_json(folder: Path) -> list[Reported]:
    report = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    return [
        Reported(
            one["file"], one["rule"], one["line"], tuple(Replacement(**edit) for edit in one["fix"]["edits"])
        )
        for one in report["findings"]
        if one["fix"]
    ]


def by_sarif(folder: Path) -> list[Reported]:
    run = json.loads((folder / "all.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    return [_of_sarif(result) for result in run["results"] if "fixes" in result]


def _of_sarif(result: dict[str, Any]) -> Reported:
    place = result["locations"][0]["physicalLocation"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == place["artifactLocation"]
    edits = tuple(
        Replacement(
            one["deletedRegion"]["charOffset"],
            one["deletedRegion"]["charOffset"] + one["deletedRegion"]["charLength"],
            one["insertedContent"]["text"],
        )
        for one in change["replacements"]
    )
    return Reported(
        unquote(place["artifactLocation"]["uri"]), result["ruleId"], place["region"]["startLine"], edits
    )


def applied(text: str, edits: tuple[Replacement, ...]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_sarif_says_what_json_says(folder: Path) -> None:
    assert sorted(by_sarif(folder)) == sorted(by_json(folder))


def test_every_edit_mends_its_finding(folder: Path) -> None:
    reported = by_json(folder)
    assert len(reported) > 60
    assert {one.rule for one in reported} >= {rule.id for rule in rules() if rule.fixable and _alone(rule)}
    for one in reported:
        text = (folder / one.file).read_bytes().decode("utf-8")
        after = applied(text, one.edits)
        assert count(after, one) < count(text, one), f"{one}\n{after}"


def _alone(rule: Any) -> bool:
    """Whether the rule has an example that needs nothing but the default settings and no other file."""
    return any(
        not one.files and "/workflows/" in one.path and lint_finds(rule.id, marked(one.bad)[0])
        for one in rule.examples
    )


def lint_finds(rule: str, text: str) -> bool:
    return any(one.rule == rule for one in lint(Source(".github/workflows/ci.yml", whole(text))))


def count(text: str, one: Reported) -> int:
    return sum(found.rule == one.rule for found in lint(Source(one.file, text)))
