"""From a located document to plain values: what YAML makes of a text, with its traps told.

Everything here is bounded: aliases cannot grow without end, cycles are found, nesting is limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.document import Mapping, Node, Scalar, Sequence
from holdfast.finding import Also, Finding, Fix, Group, Place, Severity
from holdfast.spec.units import quoted, short
from holdfast.text import Edit, Source, Span

MOST_VALUES = 20_000
DEEPEST = 50


class OddInt(int):
    """A whole number whose text is not its decimal form, such as 010: where a text is meant, a trap."""


class Stop(Exception):
    """Nothing more can be read; the finding that says why is in the list."""


class Reading:
    """Turns nodes into values; `findings` grows as traps are met."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self._count = 0
        self._open: list[int] = []

    def value(self, node: Node) -> Any:
        """The plain value of a node: str, int, float, bool, None, tuple or dict. Raises Stop."""
        self._count += 1
        if self._count > MOST_VALUES:
            self._stop(
                node.span,
                f"the spec has more than {MOST_VALUES} values",
                "remove the aliases that repeat others",
            )
        if isinstance(node, Scalar):
            return self._scalar(node)
        if id(node) in self._open:
            self._stop(node.span, "an alias stands inside what it names", "write the value out")
        if len(self._open) >= DEEPEST:
            self._stop(node.span, f"values are nested more than {DEEPEST} deep", "flatten them")
        self._open.append(id(node))
        try:
            return self._collection(node)
        finally:
            self._open.pop()

    def _collection(self, node: Node) -> Any:
        if isinstance(node, Sequence):
            return tuple(self.value(item) for item in node.items)
        if isinstance(node, Mapping):
            return dict(self._entries(node))
        raise TypeError(f"a node is a scalar, a sequence or a mapping, not {type(node).__name__}")

    def _entries(self, node: Mapping) -> Iterator[tuple[str, Any]]:
        first: dict[str, Span] = {}
        for entry in node.entries:
            name = entry.key.value
            if name in first:
                self._duplicate(entry.key.span, name, first[name])
            elif name == "<<" and entry.key.style == "plain":
                self.say("spec-syntax", entry.key.span, "merge keys are not read", "write the keys out")
            else:
                first[name] = entry.key.span
                yield name, self.value(entry.value)

    def _scalar(self, node: Scalar) -> Any:
        value = node.typed
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if isinstance(value, int):
            return value if str(value) == node.value else OddInt(value)
        if "." in node.value and node.value.endswith("0") and "e" not in node.value.lower():
            self.unquoted(node.span, node.value, value)
        return value

    def unquoted(self, span: Span, written: str, value: float) -> None:
        """A number that was meant as text."""
        shown = f"{value:.15g}"
        told = "is a number here" if shown == written else f"is read as the number {shown}"
        fix = Fix((Edit(span.start, span.end, f'"{written}"'),))
        words = short(written)
        self.say("unquoted-number", span, f"{words} {told}", f'quote it: "{words}"', fix=fix)

    def _duplicate(self, span: Span, name: str, first: Span) -> None:
        also = (Also(Place.of(self.source, first), "the first one"),)
        self.say("duplicate-key", span, f"the key {quoted(name)} is written twice", "remove one", also=also)

    def _stop(self, span: Span, message: str, cure: str) -> None:
        self.say("spec-syntax", span, message, cure)
        raise Stop

    def say(
        self,
        rule: str,
        span: Span,
        message: str,
        cure: str = "",
        *,
        also: tuple[Also, ...] = (),
        fix: Fix | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        place = Place.of(self.source, span)
        self.findings.append(Finding(rule, Group.SPEC, severity, message, place, cure, also=also, fix=fix))
