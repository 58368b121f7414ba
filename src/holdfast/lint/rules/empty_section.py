"""Sections that hold nothing.

An empty list or mapping is taken and does nothing: no variable is set, no job waited for, no pattern compared.
What was meant to stand there is missing, or the key can go. An empty `permissions` is not one of them: it
takes every permission away.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import View, Workflow

_STEPS = "    steps:\n      - run: make\n"
_OF_EVENTS = ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types")
_OF_JOBS = ("env", "needs", "outputs", "services", "with", "secrets", "strategy", "defaults")
_OF_STEPS = ("env", "with")


class EmptySection(WorkflowRule):
    id = "empty-section"
    group = Group.SYNTAX
    severity = Severity.NOTICE
    needs = frozenset(("[]", "{}", "{ }", "[ ]"))
    examples = (
        Example(
            bad=f"jobs:\n  test:\n    runs-on: ubuntu-24.04\n    «env»: {{}}\n{_STEPS}",
            good=f"jobs:\n  test:\n    runs-on: ubuntu-24.04\n{_STEPS}",
        ),
    )
    allows = (f"permissions: {{}}\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n{_STEPS}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        yield from self.empty(workflow, ("env", "defaults"))
        for event in workflow.events.values():
            yield from self.empty(event, _OF_EVENTS)
        for job in workflow.jobs:
            yield from self.empty(job, _OF_JOBS)
            for step in job.steps:
                yield from self.empty(step, _OF_STEPS)

    def empty(self, view: View, keys: tuple[str, ...]) -> Iterator[Finding]:
        for key in keys:
            entry = view.entry(key)
            if entry is not None and _holds_nothing(entry.value):
                yield self.found(entry, f'"{key}" holds nothing', cure="fill it, or leave it out")


def _holds_nothing(node: Node) -> bool:
    return isinstance(node, Mapping | Sequence) and not len(node)
