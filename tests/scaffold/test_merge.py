"""Three texts made one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.scaffold import base
from holdfast.scaffold.merge import merged

BASE = "a\nb\nc\nd\ne\nf\n"
TABLE = {
    "neither": (BASE, BASE, BASE),
    "only_ours": ("a\nB\nc\nd\ne\nf\n", BASE, "a\nB\nc\nd\ne\nf\n"),
    "only_theirs": (BASE, "a\nb\nc\nd\nE\nf\n", "a\nb\nc\nd\nE\nf\n"),
    "both_apart": ("a\nB\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf\n", "a\nB\nc\nd\nE\nf\n"),
    "both_alike": ("a\nB\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n"),
    "both_otherwise": ("a\nB\nc\nd\ne\nf\n", "a\n?\nc\nd\ne\nf\n", None),
    "we_append_they_insert": (BASE + "g\n", "0\n" + BASE, "0\n" + BASE + "g\n"),
    "they_deleted_what_we_changed": ("a\nB\nc\nd\ne\nf\n", "a\nc\nd\ne\nf\n", None),
}


@pytest.mark.parametrize("name", TABLE)
def test_three_texts_become_one(name: str) -> None:
    ours, theirs, expected = TABLE[name]
    assert merged(BASE, ours, theirs) == expected


lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@given(lines, lines)
def test_a_side_without_changes_gives_way(old: str, new: str) -> None:
    assert merged(old, new, old) == new
    assert merged(old, old, new) == new


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=200), max_size=4))
def test_a_record_holds_its_texts(texts: dict[str, str]) -> None:
    assert base.read(base.write(texts)) == texts


@pytest.mark.parametrize(
    "record", ["", "[]", "{}", '{"files": 3}', '{"files": {"a": {"hash": "0", "base": "!"}}}']
)
def test_a_broken_record_holds_nothing(record: str) -> None:
    assert base.read(record) == {}
