"""Planted flaws in many styles: each is found on its line, and nothing else is an error; near misses stay silent.

`planted/*.txt` hold sections `## NAME`. A flaw is marked by `§RULE§` on its line; what stands after a line `-- WHY`
is a near miss, in which the marked rules find nothing. A first line `target: NAME` asks for another target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from holdfast.finding import Severity
from holdfast.lint.engine import lint
from holdfast.lint.settings import DEFAULT, Settings
from holdfast.text import Source

FOLDER = Path(__file__).with_name("planted")
_MARK = re.compile("§([a-z0-9-]+)§")


class Planted(NamedTuple):
    """A text without its marks, the rules and lines of its flaws, and its near misses."""

    name: str
    text: str
    flaws: frozenset[tuple[str, int]]
    near: tuple[str, ...]
    settings: Settings


def planted() -> Iterator[Planted]:
    for file in sorted(FOLDER.glob("*.txt")):
        for section in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, rest = section.partition("\n")
            yield _section(f"{file.stem}: {name}", rest)


def _section(name: str, rest: str) -> Planted:
    settings = DEFAULT
    if rest.startswith("target: "):
        first, _, rest = rest.partition("\n")
        settings = DEFAULT._replace(targets=frozenset((first.removeprefix("target: "),)))
    text, *near = (_whole(part) for part in re.split(r"^-- .*\n", rest, flags=re.MULTILINE))
    flaws = frozenset(
        (rule, number) for number, line in enumerate(text.split("\n"), 1) for rule in _MARK.findall(line)
    )
    return Planted(name, _MARK.sub("", text), flaws, tuple(near), settings)


def _whole(text: str) -> str:
    return f"on: push\npermissions: {{contents: read}}\n{text.strip()}\n"


PLANTED = {one.name: one for one in planted()}


@pytest.mark.parametrize("case", PLANTED.values(), ids=PLANTED)
def test_a_planted_flaw_is_found_on_its_line(case: Planted) -> None:
    found = lint(Source(".github/workflows/ci.yml", case.text), case.settings)
    assert case.flaws, "a flaw is marked"
    places = {(one.rule, one.place.line) for one in found}
    assert case.flaws <= places, f"missed {case.flaws - places} of {sorted(places)}"
    others = {
        (one.rule, one.place.line, one.message)
        for one in found
        if one.severity is not Severity.NOTICE and (one.rule, one.place.line) not in case.flaws
    }
    assert others == set()


@pytest.mark.parametrize(
    ("case", "near"),
    [(one, near) for one in PLANTED.values() for near in one.near],
    ids=[f"{one.name}-{number}" for one in PLANTED.values() for number, _ in enumerate(one.near)],
)
def test_a_near_miss_is_silent(case: Planted, near: str) -> None:
    found = lint(Source(".github/workflows/ci.yml", near), case.settings)
    marked = {rule for rule, _ in case.flaws}
    assert [one for one in found if one.rule in marked or one.severity is not Severity.NOTICE] == []
