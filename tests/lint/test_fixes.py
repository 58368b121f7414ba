"""Every fix of every rule, on its examples and on whole files: proved, idempotent, taken by GitHub's own parser.

Each example is also written in other ways - CRLF line ends, no last line end, wider indentation, comments on and
between the lines - and no comment may be lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from support.cases import cases
from support.official.verdicts import verdicts
from support.planted import planted

from holdfast.document import read
from holdfast.finding import Finding
from holdfast.lint.catalogue import marked, rules
from holdfast.lint.engine import findings_of, lint
from holdfast.lint.fix import fix_text
from holdfast.lint.rule import Example, Rule
from holdfast.text import Source

ROOT = Path(__file__).parents[2]
FIXABLE = [rule for rule in rules() if rule.fixable]


class Repaired(NamedTuple):
    """A text before and after all its fixes."""

    name: str
    before: str
    after: str
    again: str


def comments(text: str) -> Counter[str]:
    return Counter(comment.text for comment in read(Source("ci.yml", text)).comments)


def commented(text: str) -> str:
    """The text with a comment behind and above every line, wherever one can stand."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        for more in (1, 0):
            known = comments("\n".join(lines)).total()
            width = len(lines[at]) - len(lines[at].lstrip())
            mark = f"# note {at}-{more}"
            written = [*lines[:at], f"{lines[at]}  {mark}", *lines[at + 1 :]]
            if not more:
                written = [*lines[:at], " " * width + mark, *lines[at:]]
            document = read(Source("ci.yml", "\n".join(written)))
            if lines[at].strip() and not document.errors and len(document.comments) == known + 1:
                lines = written
                at += not more
        at += 1
    return "\n".join(lines)


def wider(text: str) -> str:
    """The text with twice the indentation; as it was where that breaks what follows a dash."""
    wide = "\n".join(" " * (len(line) - len(line.lstrip())) + line for line in text.split("\n"))
    return text if read(Source("ci.yml", wide)).errors else wide


OPTIONS = re.compile(r"^( +)options: (--.*)$", re.MULTILINE)


def double(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def single(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def repaired(name: str, text: str, rule: type[Rule], example: Example) -> Repaired:
    def found(text: str) -> tuple[Finding, ...]:
        return findings_of(rule, text, example)

    after, _ = fix_text(text, found, unsafe=True)
    return Repaired(name, text, after, fix_text(after, found, unsafe=True)[0])


def variants(text: str) -> Iterator[tuple[str, str]]:
    yield "plain", text
    yield "crlf", text.replace("\n", "\r\n")
    yield "no-last-line-end", text.rstrip("\n")
    yield "wide", wider(text)
    yield "double", OPTIONS.sub(lambda found: f"{found[1]}options: {double(found[2])}", text)
    yield "single", OPTIONS.sub(lambda found: f"{found[1]}options: {single(found[2])}", text)
    yield "folded", OPTIONS.sub(lambda found: f"{found[1]}options: >-\n{found[1]}  {found[2]}", text)
    yield "commented", commented(text)
    yield "commented-crlf", commented(text).replace("\n", "\r\n")


@cache
def of_examples() -> tuple[Repaired, ...]:
    return tuple(
        repaired(f"{rule.id}-{number}-{style}", text, rule, example)
        for rule in FIXABLE
        for number, example in enumerate(rule.examples)
        if example.path.endswith((".yml", ".yaml")) and "workflows" in example.path
        for style, text in variants(marked(example.bad)[0])
    )


@cache
def of_files() -> tuple[Repaired, ...]:
    """Whole files with all rules: the corpus, the planted flaws, and each rule's bad examples."""
    texts = {case.name: case.text for case in cases()}
    texts |= {f"planted-{number}": one.text for number, one in enumerate(planted())}
    texts |= {
        f"{rule.id}-{number}": marked(example.bad)[0]
        for rule in rules()
        for number, example in enumerate(rule.examples)
        if "workflows" in example.path and not example.files
    }
    found = []
    for name, text in texts.items():
        path = f".github/workflows/{name}.yml"

        def all_rules(text: str, path: str = path) -> tuple[Finding, ...]:
            return lint(Source(path, text))

        after, fixed = fix_text(text, all_rules, unsafe=True)
        if fixed:
            found.append(Repaired(name, text, after, fix_text(after, all_rules, unsafe=True)[0]))
    return tuple(found)


BOTH = pytest.mark.parametrize("repairs", [of_examples, of_files], ids=["examples", "files"])


def test_every_fixable_rule_fixes_its_examples_in_every_style() -> None:
    assert [one.name for one in of_examples() if one.after == one.before] == []
    assert len(of_examples()) > 300


@BOTH
def test_fixing_twice_changes_nothing(repairs: type[tuple[Repaired, ...]]) -> None:
    assert [one.name for one in repairs() if one.again != one.after] == []


@BOTH
def test_no_comment_is_lost(repairs: type[tuple[Repaired, ...]]) -> None:
    lost = {
        one.name: missing
        for one in repairs()
        if (
            missing := {
                text for text in comments(one.before) - comments(one.after) if "holdfast:" not in text
            }
        )
    }
    assert lost == {}


@BOTH
def test_line_ends_are_kept(repairs: type[tuple[Repaired, ...]]) -> None:
    for one in repairs():
        if "\r\n" in one.before and "\n" not in one.before.replace("\r\n", ""):
            assert "\n" not in one.after.replace("\r\n", ""), one.name
        elif "\r" not in one.before:
            assert "\r" not in one.after, one.name


@BOTH
def test_githubs_parser_takes_what_a_fix_writes(repairs: type[tuple[Repaired, ...]], tmp_path: Path) -> None:
    """A fix brings no refusal that was not there before."""
    files = {}
    for number, one in enumerate(repairs()):
        for kind, text in (("before", one.before), ("after", one.after)):
            files[one.name, kind] = tmp_path / f"{number}-{kind}.yml"
            files[one.name, kind].write_text(text, encoding="utf-8", newline="")
    said = verdicts(files.values())
    worse = {}
    for one in repairs():
        before, after = (
            Counter(report.message for report in said.get(files[one.name, kind], ()))
            for kind in ("before", "after")
        )
        if files[one.name, "after"] not in said or after - before:
            worse[one.name] = (after - before, one.after)
    assert worse == {}
