"""Every rule of the folder, alone, on its own examples: found exactly there, cured, silent on near misses."""

from __future__ import annotations

import pytest

from holdfast.document import read
from holdfast.finding import Finding
from holdfast.lint.catalogue import doc_of, example_of, marked, page, rules, stale
from holdfast.lint.engine import findings_of
from holdfast.lint.rule import Example, Rule, whole
from holdfast.text import Edit, Source, apply

RULES = rules()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples)
]
NEAR_MISSES = [
    pytest.param(rule, example_of(item), id=f"{rule.id}-{number}")
    for rule in RULES
    for number, item in enumerate(rule.allows)
]


def places(found: tuple[Finding, ...]) -> list[tuple[int, int]]:
    return sorted((finding.place.start, finding.place.end) for finding in found)


def fixed(text: str, found: tuple[Finding, ...]) -> str:
    """The text with every fix applied that does not overlap an earlier one."""
    edits: list[Edit] = []
    at = -1
    for finding in found:
        if finding.fix and min(edit.start for edit in finding.fix.edits) >= at:
            edits += finding.fix.edits
            at = max(edit.end for edit in finding.fix.edits)
    return apply(text, edits)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_found_exactly_there(rule: type[Rule], example: Example) -> None:
    text, ranges = marked(example.bad)
    assert ranges, "an example marks what is found with « »"
    assert places(findings_of(rule, text, example)) == sorted(ranges)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_good_text_is_silent(rule: type[Rule], example: Example) -> None:
    assert findings_of(rule, whole(example.good), example) == ()


@pytest.mark.parametrize(("rule", "example"), NEAR_MISSES)
def test_a_near_miss_is_silent(rule: type[Rule], example: Example) -> None:
    assert findings_of(rule, whole(example.good), example) == ()


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_fix_gives_the_good_text(rule: type[Rule], example: Example) -> None:
    text, _ = marked(example.bad)
    found = findings_of(rule, text, example)
    if not rule.fixable:
        assert all(finding.fix is None for finding in found)
        return
    assert all(finding.fix is not None for finding in found)
    after = fixed(text, found)
    assert after == whole(example.good)
    assert not read(Source(example.path, after)).errors
    assert findings_of(rule, after, example) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_complete(rule: type[Rule]) -> None:
    assert rule.id == rule.__module__.rpartition(".")[2].replace("_", "-")
    assert rule.examples
    title, _, body = doc_of(rule).partition("\n")
    assert title.endswith(".")
    assert body.strip(), "the docstring says why, and what to do"
    assert page(rule).startswith(f"# {rule.id}\n")


def test_index_and_pages_are_current() -> None:
    assert not [str(path) for path in stale()], "run python -m holdfast.lint.catalogue"
