"""Edits of values inside a workflow, written in the style that stands there."""

from __future__ import annotations

from functools import lru_cache

from holdfast.document import Document, Entry, Mapping, Scalar
from holdfast.finding import Fix
from holdfast.lint.options import Option, Parsed
from holdfast.lint.workflow import Service
from holdfast.text import Edit, Source


def encoded(scalar: Scalar, words: str) -> str | None:
    """Text to stand inside a scalar of this style; None where it cannot."""
    if scalar.style == "double":
        return words.replace("\\", "\\\\").replace('"', '\\"')
    if scalar.style == "single":
        return words.replace("'", "''")
    if scalar.plain and (": " in words or " #" in words):
        return None
    return words


def replaced(
    source: Source, scalar: Scalar, start: int, end: int, words: str, safe: bool = True
) -> Fix | None:
    """The decoded characters `start` to `end` of a scalar, written anew."""
    text = encoded(scalar, words)
    if text is None:
        return None
    span = scalar.part(source.text, start, end)
    return Fix((Edit(span.start, span.end, text),), safe)


def whole(source: Source, scalar: Scalar, words: str, safe: bool = True) -> Fix | None:
    """A scalar's whole value, written anew; its quotes stay."""
    return replaced(source, scalar, 0, len(scalar.value), words, safe)


def with_options(source: Source, service: Service, parsed: Parsed, words: str) -> Fix | None:
    """More words at the end of `options`, on a line of their own where the last ones are; or a new key."""
    scalar = service.options
    if scalar is None:
        return with_key(source, service.node, _after(service), f"options: {words}")
    if not parsed.words or parsed.open:
        return None
    text = encoded(scalar, words)
    last = parsed.words[-1]
    if text is None:
        return None
    at = scalar.part(source.text, last.start, last.end).end
    return Fix((Edit(at, at, _gap(source, scalar, at) + text),))


def _gap(source: Source, scalar: Scalar, at: int) -> str:
    """A blank, or a new line like the last one of a block."""
    if scalar.style not in ("folded", "literal"):
        return " "
    return newline(source) + _indent(source, at)


def newline(source: Source) -> str:
    return _newline(source.text)


@lru_cache(maxsize=1)
def _newline(text: str) -> str:
    """Asked again for each fix of one file, which may be long."""
    return "\r\n" if "\r\n" in text else "\n"


def _after(service: Service) -> Entry | None:
    return service.entry("ports") or service.entry("env") or service.entry("image")


def with_key(source: Source, mapping: Mapping, after: Entry | None, line: str) -> Fix | None:
    """A new line with a key, below an entry of a block mapping; None in a flow mapping."""
    if mapping.flow or after is None or not mapping.entries:
        return None
    first = mapping.entries[0].key.start
    column = source.place(first)[1] - 1
    at = after.span.end
    row = source.place(max(at - 1, after.key.start))[0]
    end = source.offset(row) + len(source.line(row))
    indent = newline(source) + " " * column
    return Fix((Edit(end, end, indent + line.replace("\n", indent)),))


def before_key(source: Source, mapping: Mapping, entry: Entry, line: str) -> Fix | None:
    """A new line with a key, above an entry of a block mapping."""
    if mapping.flow:
        return None
    column = source.place(entry.key.start)[1] - 1
    return Fix((Edit(entry.key.start, entry.key.start, line + newline(source) + " " * column),))


def option_value(
    source: Source, service: Service, option: Option, words: str, safe: bool = True
) -> Fix | None:
    """The value of an option, written anew as one whole."""
    scalar = service.options
    if scalar is None:
        return None
    return replaced(source, scalar, option.value_start, option.value_end, words, safe)


def joined(*fixes: Fix | None) -> Fix | None:
    """One fix of several; None if any is missing."""
    found = [fix for fix in fixes if fix is not None]
    if len(found) != len(fixes):
        return None
    edits = tuple(edit for fix in found for edit in fix.edits)
    return Fix(edits, all(fix.safe for fix in found))


def without_lines(document: Document, entry: Entry) -> Fix:
    """The whole lines of an entry of a block mapping, taken out; the comments among them stay, a line for each."""
    source = document.source
    first, last = source.place(entry.key.start)[0], source.place(max(entry.span.end - 1, entry.key.start))[0]
    start = source.offset(first)
    end = source.offset(last + 1) if last < len(source.starts) else len(source.text)
    kept = [
        _indent(source, comment.start) + comment.text + newline(source)
        for comment in document.comments
        if start <= comment.start < end
    ]
    return Fix((Edit(start, end, "".join(kept)),))


def _indent(source: Source, at: int) -> str:
    line = source.line(source.place(at)[0])
    return line[: len(line) - len(line.lstrip())]
