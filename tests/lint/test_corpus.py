"""Every case of the corpus: what is wrong is found exactly there, what is right is silent."""

from __future__ import annotations

import pytest
from support.cases import Case, cases

from holdfast.finding import Group
from holdfast.lint.engine import lint
from holdfast.text import Source

CASES = cases()
LANGUAGE = (Group.SYNTAX, Group.EXPRESSION, Group.GRAPH, Group.ACTIONS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_found_exactly_there(case: Case) -> None:
    found = [one for one in lint(Source(".github/workflows/ci.yml", case.text)) if one.group in LANGUAGE]
    places = sorted((one.place.start, one.place.end, one.rule) for one in found)
    assert [place[:2] for place in places] == list(case.spans)
    assert tuple(place[2] for place in places) == case.rules


def test_the_corpus_is_large() -> None:
    good = sum(case.good for case in CASES)
    assert len(CASES) >= 300
    assert good >= 100
    assert len(CASES) - good >= 200
