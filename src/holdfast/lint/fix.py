"""Fixes, each proved before it counts: applied, read again, its finding gone, nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from holdfast.finding import Finding
from holdfast.text import apply

Lint = Callable[[str], tuple[Finding, ...]]
_MOST_ROUNDS = 1000


def fix_text(text: str, lint: Lint, unsafe: bool = False) -> tuple[str, tuple[Finding, ...]]:
    """The text with every provable fix applied, and the findings that they removed, in order of the text."""
    done: list[Finding] = []
    refused: set[tuple[str, str, int]] = set()
    found = lint(text)
    for _ in range(_MOST_ROUNDS):
        chosen = _next(found, unsafe, refused)
        if chosen is None:
            break
        after = _proved(text, found, chosen, lint)
        if after is None:
            refused.add(_name(chosen))
            continue
        text, found = after
        refused = {name for name in refused if name[2] < chosen.place.start}
        done.append(chosen)
    return text, tuple(done)


def _next(found: Iterable[Finding], unsafe: bool, refused: set[tuple[str, str, int]]) -> Finding | None:
    for finding in found:
        fix = finding.fix
        if fix is not None and (fix.safe or unsafe) and _name(finding) not in refused:
            return finding
    return None


def _proved(
    text: str, found: tuple[Finding, ...], chosen: Finding, lint: Lint
) -> tuple[str, tuple[Finding, ...]] | None:
    """The text after one fix and its findings, or None if the fix does not hold."""
    assert chosen.fix is not None
    try:
        after = apply(text, chosen.fix.edits)
    except ValueError:
        return None
    if after == text:
        return None
    left = lint(after)
    before = Counter(_kind(finding) for finding in found)
    now = Counter(_kind(finding) for finding in left)
    gone = now[_kind(chosen)] < before[_kind(chosen)]
    return (after, left) if gone and not now - before else None


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.message


def _name(finding: Finding) -> tuple[str, str, int]:
    return finding.rule, finding.message, finding.place.start
