"""Texts with the place of a finding marked «so»."""

from __future__ import annotations

from holdfast.finding import Finding
from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.text import Source, Span


def unmarked(text: str) -> tuple[str, Span]:
    """The text without its marks, and the span between them."""
    start, end = text.index("«"), text.index("»") - 1
    return text.replace("«", "").replace("»", ""), Span(start, end)


def findings(text: str, **overrides: str) -> tuple[Finding, ...]:
    """What is wrong or odd about a spec."""
    read = read_spec(Source("holdfast.yml", text), overrides)
    return read.notices if isinstance(read, Spec) else read


def spec(text: str, **overrides: str) -> Spec:
    """A spec that is right; otherwise the test fails with what is wrong."""
    read = read_spec(Source("holdfast.yml", text), overrides)
    assert isinstance(read, Spec), [(found.place.line, found.message) for found in read]
    return read


def found_at(text: str, rule: str) -> Finding:
    """The finding of a rule, which must lie exactly at the mark and be the only one of its rule there."""
    plain, span = unmarked(text)
    every = findings(plain)
    here = [found for found in every if found.rule == rule and (found.place.start, found.place.end) == span]
    assert len(here) == 1, [(found.rule, found.place, found.message) for found in every]
    return here[0]
