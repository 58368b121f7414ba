"""Options of a choice that are written twice, and inputs beyond GitHub's limit.

A dispatch form shows an option once for each time it is written. GitHub takes at most 25 inputs of
`workflow_dispatch`.

Source: https://github.blog/changelog/2025-12-04-actions-workflow-dispatch-workflows-now-support-25-inputs/
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Scalar, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_HEAD = "on:\n  workflow_dispatch:\n    inputs:\n      it:\n        type: choice\n"
_MOST = 25


class DuplicateChoice(WorkflowRule):
    id = "duplicate-choice"
    group = Group.SYNTAX
    severity = Severity.WARNING
    keys = frozenset(("workflow_dispatch",))
    examples = (
        Example(
            bad=f"{_HEAD}        options: [a, b, «a»]\n{_JOB}",
            good=f"{_HEAD}        options: [a, b]\n{_JOB}",
        ),
    )
    allows = (f"{_HEAD}        options: [a, A]\n{_JOB}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        event = workflow.events.get("workflow_dispatch")
        entries = list(event.inputs.values()) if event else []
        for entry in entries[_MOST:]:
            yield self.found(entry, f"GitHub takes at most {_MOST} inputs", cure="join some of them")
        for entry in entries:
            options = entry.value.get("options") if isinstance(entry.value, Mapping) else None
            seen: set[str] = set()
            for option in options if isinstance(options, Sequence) else ():
                if isinstance(option, Scalar):
                    if option.value in seen:
                        yield self.found(
                            option, f'the option "{option.value}" is written before', cure="remove it"
                        )
                    seen.add(option.value)
