"""Every line of the original design is written where the page says, and a test that exists shows it."""

from __future__ import annotations

import ast
from functools import cache

import pytest
from golden.examples import ROOT
from golden.original_design import PAGE, Row, page, rows

ROWS = tuple(rows())


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: PYTHONPATH=tests python -m golden.original_design"
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.asked)
def test_what_was_asked_for_is_written_there(row: Row) -> None:
    assert row.written.words in (ROOT / row.written.path).read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.asked)
def test_what_was_asked_for_is_shown_by_a_test_that_exists(row: Row) -> None:
    file, _, name = row.test.partition("::")
    assert name in _tests_of(file)


@cache
def _tests_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
