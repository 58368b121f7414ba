"""Planted flaws: tests/lint/services/planted/*.txt.

A file holds sections `## NAME`. A flaw is marked by `§RULE§` on its line; what stands after a line `-- WHY` is a near
miss, in which the marked rules find nothing. A first line `target: NAME` asks for another target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from holdfast.lint.settings import DEFAULT, Settings

FOLDER = Path(__file__).parents[1] / "lint/services/planted"
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
