"""The placeholders of `format`: `{0}` to `{N}`, with `{{` and `}}` for the braces themselves.

Source: validate-format-string.js of @actions/languageservice 0.3.61 (2026-08).
"""

from __future__ import annotations

import re

_PART = re.compile(r"\{\{|\}\}|\{([0-9]+)\}|[{}]")


class BrokenFormat(ValueError):
    """`at` is the offset of the brace that is wrong."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def placeholders(text: str) -> frozenset[int]:
    """The numbers used. Raises BrokenFormat."""
    used = set()
    for part in _PART.finditer(text):
        if part.group(1) is not None:
            used.add(int(part.group(1)))
        elif len(part.group()) == 1:
            raise BrokenFormat(part.start())
    return frozenset(used)
