"""Parts of scalars whose characters are escapes: the span holds the whole escape."""

from __future__ import annotations

import pytest

from holdfast.document import Mapping, Scalar, read
from holdfast.text import Source

CASES = {
    "the last quote of a single-quoted text": ("k: 'a ''b'''\n", "'b'", "''b''"),
    "the last quote of a double-quoted text": ('k: "a \\"b\\""\n', '"b"', '\\"b\\"'),
    "a backslash": ('k: "a\\\\ b"\n', "a\\", "a\\\\"),
    "a code point": ('k: "a\\u00e9 b"\n', "aé", "a\\u00e9"),
    "a short code point": ('k: "a\\xe9 b"\n', "aé", "a\\xe9"),
    "a long code point": ('k: "a\\U0001F600 b"\n', "a\U0001f600", "a\\U0001F600"),
    "an escape before a fold": ('k: "a\\"\n  b"\n', 'a"', 'a\\"'),
    "plain text": ("k: a 'b'\n", "'b'", "'b'"),
}


@pytest.mark.parametrize(("text", "part", "written"), CASES.values(), ids=CASES)
def test_a_part_ends_behind_its_last_escape(text: str, part: str, written: str) -> None:
    root = read(Source("ci.yml", text)).root
    assert isinstance(root, Mapping)
    value = root.get("k")
    assert isinstance(value, Scalar)
    at = value.value.index(part)
    span = value.part(text, at, at + len(part))
    assert text[span.start : span.end] == written
