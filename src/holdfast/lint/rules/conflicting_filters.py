"""A filter beside its `-ignore` of the same event.

GitHub takes either `branches` or `branches-ignore` for one event (and so for tags and paths), not both.
Patterns that begin with `!` say what both would.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class ConflictingFilters(WorkflowRule):
    id = "conflicting-filters"
    group = Group.SYNTAX
    severity = Severity.ERROR
    keys = frozenset(("branches-ignore", "paths-ignore", "tags-ignore"))
    examples = (
        Example(
            bad=f"on:\n  push:\n    branches: [main]\n    «branches-ignore»: [old]\n{_JOB}",
            good=f"on:\n  push:\n    branches: [main]\n{_JOB}",
        ),
    )
    allows = (f"on:\n  push:\n    branches: [main]\n    paths-ignore: ['docs/**']\n{_JOB}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for event in workflow.events.values():
            for name in ("branches", "tags", "paths"):
                ignored = event.entry(f"{name}-ignore")
                if ignored and event.has(name):
                    cure = f'put "!" patterns into {name}'
                    yield self.found(ignored, f"{name}-ignore beside {name}", cure=cure)
