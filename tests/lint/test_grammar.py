"""The grammar, key by key: every error at its exact place, nothing else; what GitHub takes is silent."""

from __future__ import annotations

import datetime

import pytest
from lint.grammar_cases import CASES, Case

from holdfast.finding import Severity
from holdfast.lint.engine import lint
from holdfast.lint.grammar.action import ACTION
from holdfast.lint.grammar.types import Key, Type
from holdfast.lint.grammar.workflow import WORKFLOW
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


def every_key(type_: Type, seen: dict[int, Key] | None = None) -> dict[int, Key]:
    """Every key below a type, each once."""
    seen = {} if seen is None else seen
    for inner in (type_.item, *(map_.loose for map_ in type_.maps)):
        if inner is not None:
            every_key(inner, seen)
    for map_ in type_.maps:
        for key in map_.keys.values():
            if id(key) not in seen:
                seen[id(key)] = key
                every_key(key.type, seen)
    return seen


def test_a_key_says_the_day_and_the_entry_of_the_changelog_or_that_the_day_is_not_known() -> None:
    keys = every_key(WORKFLOW) | every_key(ACTION)
    dated = [key for key in keys.values() if key.since]
    assert len(dated) > 30
    for key in dated:
        assert datetime.date.fromisoformat(key.since) > datetime.date(2019, 11, 12)
        assert key.source.startswith(f"https://github.blog/changelog/{key.since}-")
    assert all(key.source for key in keys.values())
