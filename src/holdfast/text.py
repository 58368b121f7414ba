"""Offsets in one text, and edits of it; knows no YAML.

All offsets count Unicode code points from 0; lines and columns count from 1; ends are exclusive.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of offsets."""

    start: int
    end: int

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


class Edit(NamedTuple):
    """Replace `text[start:end]` by `text`; an empty range inserts, an empty text deletes."""

    start: int
    end: int
    text: str


class Source:
    """One file's text and its name; turns offsets into lines and columns.

    A line ends at LF, CRLF or a lone CR, as YAML has it.
    """

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of each line's first character."""
        if self._starts is None:
            self._starts = _line_starts(self.text)
        return self._starts

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset; an offset past the end is the place after the last character."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its line end; empty outside the text."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a place."""
        return self.starts[line - 1] + column - 1


def _line_starts(text: str) -> list[int]:
    starts = [0]
    if "\r" not in text:
        starts += accumulate([len(line) + 1 for line in text.split("\n")])
        starts.pop()  # behind the end
        return starts
    for index, char in enumerate(text):
        if char == "\n" or (char == "\r" and text[index + 1 : index + 2] != "\n"):
            starts.append(index + 1)
    return starts


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; each is given in offsets of the original text.

    Raises ValueError if two edits overlap. Two insertions at one place keep their order.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at or edit.end < edit.start or edit.end > len(text):
            raise ValueError(f"edits overlap or leave the text at {edit.start}")
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)
