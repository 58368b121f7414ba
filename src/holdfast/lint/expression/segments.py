"""The expressions inside a text: where each `${{` opens, and where its `}}` closes.

Source: parseScalar in template-reader.js of @actions/workflow-parser 0.3.61 (2026-08): a `}}` inside single
quotes does not close.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

OPEN = "${{"
CLOSE = "}}"


class Segment(NamedTuple):
    """`text[start:end]` is one expression with its marks, `text[inner_start:inner_end]` without them.

    `closed` is False for the last one when its end is missing.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool


@lru_cache(maxsize=8192)
def segments(text: str) -> tuple[Segment, ...]:
    """Every expression of a text; reading stops at one that is not closed."""
    found: list[Segment] = []
    start = text.find(OPEN)
    while start >= 0:
        inner = start + len(OPEN)
        end = _closing(text, inner)
        if end < 0:
            found.append(Segment(start, start + len(OPEN), inner, len(text), False))
            break
        found.append(Segment(start, end, inner, end - len(CLOSE), True))
        start = text.find(OPEN, end)
    return tuple(found)


def _closing(text: str, at: int) -> int:
    """The offset behind the `}}` that closes, or -1."""
    while True:
        close = text.find(CLOSE, at)
        if close < 0:
            return -1
        quote = text.find("'", at, close)
        if quote < 0:
            return close + len(CLOSE)
        at = text.find("'", quote + 1) + 1
        if at == 0:
            return -1
