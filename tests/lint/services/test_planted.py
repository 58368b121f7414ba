"""Planted flaws in many styles: each is found on its line, and nothing else is an error; near misses stay silent."""

from __future__ import annotations

import pytest
from support.planted import Planted, planted

from holdfast.finding import Severity
from holdfast.lint.engine import lint
from holdfast.text import Source

PLANTED = {one.name: one for one in planted()}


@pytest.mark.parametrize("case", PLANTED.values(), ids=PLANTED)
def test_a_planted_flaw_is_found_on_its_line(case: Planted) -> None:
    found = lint(Source(".github/workflows/ci.yml", case.text), case.settings)
    assert case.flaws, "a flaw is marked"
    places = {(one.rule, one.place.line) for one in found}
    assert case.flaws <= places, f"missed {case.flaws - places} of {sorted(places)}"
    others = {
        (one.rule, one.place.line, one.message)
        for one in found
        if one.severity is not Severity.NOTICE and (one.rule, one.place.line) not in case.flaws
    }
    assert others == set()


@pytest.mark.parametrize(
    ("case", "near"),
    [(one, near) for one in PLANTED.values() for near in one.near],
    ids=[f"{one.name}-{number}" for one in PLANTED.values() for number, _ in enumerate(one.near)],
)
def test_a_near_miss_is_silent(case: Planted, near: str) -> None:
    found = lint(Source(".github/workflows/ci.yml", near), case.settings)
    marked = {rule for rule, _ in case.flaws}
    assert [one for one in found if one.rule in marked or one.severity is not Severity.NOTICE] == []
