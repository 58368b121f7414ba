"""Patterns of branches, tags and paths that match nothing.

Names are compared without `refs/heads/`, paths from the root of the repository without `./`; `?` and `+`
repeat the character before them. A pattern that cannot match makes the event never happen, and so do patterns
that all begin with `!`: they take away from what the others give.

Source:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.globs import path_mistake, ref_mistake
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Event, Workflow, scalars

_TAIL = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_REFS = ("branches", "branches-ignore", "tags", "tags-ignore")
_PATHS = ("paths", "paths-ignore")


class BrokenGlob(WorkflowRule):
    id = "broken-glob"
    group = Group.SYNTAX
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    keys = frozenset((*_REFS, *_PATHS))
    examples = (
        Example(
            bad=f"on:\n  push:\n    branches: ['«refs/heads/»main']\n{_TAIL}",
            good=f"on:\n  push:\n    branches: ['main']\n{_TAIL}",
        ),
        Example(
            bad=f"on:\n  push:\n    paths:\n      - '**'\n      - '!«./»docs/**'\n{_TAIL}",
            good=f"on:\n  push:\n    paths:\n      - '**'\n      - '!docs/**'\n{_TAIL}",
        ),
        Example(
            bad=f"on:\n  push:\n    tags: 'v«[9-0]».*'\n{_TAIL}".replace("«[9-0]»", "[«9-0»]"),
            good=f"on:\n  push:\n    tags: 'v[0-9].*'\n{_TAIL}",
        ),
        Example(
            bad=f"on:\n  push:\n    tags: 'v«[0-9.*»'\n{_TAIL}",
            good=f"on:\n  push:\n    tags: 'v[0-9]*'\n{_TAIL}",
        ),
        Example(
            bad=f"on:\n  push:\n    branches: «['!main']»\n{_TAIL}",
            good=f"on:\n  push:\n    branches: ['**', '!main']\n{_TAIL}",
        ),
        Example(
            bad=f"on:\n  push:\n    tags: '«+»1'\n{_TAIL}", good=f"on:\n  push:\n    tags: '\\+1'\n{_TAIL}"
        ),
    )
    allows = (
        f"on:\n  push:\n    tags: ['v[0-9]+.[0-9]+', '!v?x', '**', 'a/*', '*.*']\n    paths: '*.md'\n{_TAIL}",
        f"on:\n  push:\n    branches: ['release/[a-z:]*', '\\[a']\n{_TAIL}",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for event in workflow.events.values():
            yield from self.patterns(event)

    def patterns(self, event: Event) -> Iterator[Finding]:
        for key in (*_REFS, *_PATHS):
            patterns = scalars(event.get(key))
            if patterns and all(pattern.value.startswith("!") for pattern in patterns):
                where = event.get(key) or event.key
                message = "every pattern takes something away, and none gives anything to take it from"
                yield self.found(
                    where, message, cure=f"add '**' first, or use {key.removesuffix('-ignore')}-ignore"
                )
            for pattern in patterns:
                if "${{" in pattern.value:
                    continue
                found = ref_mistake(pattern.value) if key in _REFS else path_mistake(pattern.value)
                if found is not None:
                    span = pattern.part(self.text, found.start, found.end)
                    yield self.found(span, found.message, cure=found.cure)
