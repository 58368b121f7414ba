"""Anchors that no alias names.

An anchor (`&name`) does nothing by itself. Most often its alias was written out, renamed or removed since.

Source: YAML 1.2, section 6.9.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Document
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import DocumentRule, Example

_STEPS = "    steps:\n      - run: make\n"


class UnusedAnchor(DocumentRule):
    id = "unused-anchor"
    group = Group.SYNTAX
    severity = Severity.NOTICE
    needs = frozenset((": &", "- &", "[&", "{&", ", &"))
    examples = (
        Example(
            bad=f"jobs:\n  test: «&test»\n    runs-on: ubuntu-24.04\n{_STEPS}",
            good=f"jobs:\n  test:\n    runs-on: ubuntu-24.04\n{_STEPS}",
        ),
    )
    allows = (f"jobs:\n  a: &a\n    runs-on: ubuntu-24.04\n{_STEPS}  b: *a\n",)

    def check(self, document: Document) -> Iterator[Finding]:
        if document.errors:
            return
        used = {id(alias.node) for alias in document.aliases}
        for anchor in document.anchors:
            if id(anchor.node) not in used:
                yield self.found(anchor.span, f'no alias names the anchor "{anchor.name}"', cure="remove it")
