"""Three texts made one: what we wrote, what the user made of it, what we would write now. No I/O.

A region that only one side changed is taken from that side; regions that both changed alike are fine; anything
else is a conflict, and a conflict leaves the user's text as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of the base, half open, and what one side has in their place."""

    start: int
    end: int
    lines: tuple[str, ...]


def merged(base: str, ours: str, theirs: str) -> str | None:
    """`theirs` (the user's) with our changes since `base`; None where both changed the same lines."""
    lines = base.splitlines(keepends=True)
    left = _changes(lines, ours.splitlines(keepends=True))
    right = _changes(lines, theirs.splitlines(keepends=True))
    if any(_collide(one, other) for one in left for other in right):
        return None
    changes = sorted({*left, *right}, key=lambda region: (region.start, region.end))
    return "".join(_applied(lines, changes))


def _changes(base: list[str], side: list[str]) -> list[Region]:
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [
        Region(start, end, tuple(side[first:last]))
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _collide(one: Region, other: Region) -> bool:
    """Whether two sides changed the same or touching lines in different ways."""
    if one == other:
        return False
    return one.start <= other.end and other.start <= one.end


def _applied(lines: list[str], changes: list[Region]) -> list[str]:
    pieces: list[str] = []
    at = 0
    for region in changes:
        pieces += [*lines[at : region.start], *region.lines]
        at = region.end
    return [*pieces, *lines[at:]]
