"""The grammar, key by key: every error at its exact place, nothing else; what GitHub takes is silent."""

from __future__ import annotations

import pytest
from lint.grammar_cases import CASES, Case

from holdfast.finding import Severity
from holdfast.lint.engine import lint
from holdfast.text import Source

# The groups that must not speak, as errors, on a workflow that GitHub accepts.
_GROUPS = {"syntax", "expression", "graph", "actions"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_errors_lie_exactly_where_marked(case: Case) -> None:
    found = lint(Source(".github/workflows/ci.yml", case.text))
    errors = [one for one in found if one.severity is Severity.ERROR and one.group in _GROUPS]
    places = [
        (one.place.line, one.place.col, one.place.end_line, one.place.end_col, one.rule) for one in errors
    ]
    assert sorted(places) == list(case.errors), case.text
