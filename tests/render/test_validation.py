"""What is asked of the linter before a workflow is written."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from holdfast.flows import NO_ERRORS
from holdfast.lint.engine import Row, rule_class
from holdfast.lint.index import ROWS

LEFT_OUT = [row for row in map(Row._make, ROWS) if row.group in NO_ERRORS]


@pytest.mark.parametrize("row", LEFT_OUT, ids=lambda row: row.id)
def test_a_rule_that_is_left_out_finds_no_errors(row: Row) -> None:
    rule = rule_class(row.id, row.name)
    assert "Severity.ERROR" not in Path(inspect.getfile(rule)).read_text(encoding="utf-8")
    assert rule.severity != "error"


def test_every_group_that_is_left_out_exists() -> None:
    assert {row.group for row in LEFT_OUT} == NO_ERRORS
