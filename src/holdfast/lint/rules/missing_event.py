"""Workflows that no event starts.

GitHub's parser takes an empty `on`, but nothing ever runs: "No event triggers defined in `on`". The event
schedule says when only in a mapping; named alone, it never happens.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#on (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow

_JOBS = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class MissingEvent(WorkflowRule):
    id = "missing-event"
    group = Group.SYNTAX
    severity = Severity.WARNING
    needs = frozenset(("[]", "{}", "[ ]", "{ }", "schedule"))
    examples = (
        Example(bad=f"on: «[]»\n{_JOBS}", good=f"on: [push]\n{_JOBS}"),
        Example(
            bad=f"on: [push, «schedule»]\n{_JOBS}",
            good=f"on:\n  push:\n  schedule:\n    - cron: '7 3 * * *'\n{_JOBS}",
        ),
    )
    allows = (f"on: workflow_dispatch\n{_JOBS}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        on = workflow.on
        if isinstance(on, Mapping | Sequence) and not len(on):
            yield self.found(on, "no event starts this workflow", cure="name one, for instance push")
        schedule = workflow.events.get("schedule")
        if schedule is not None and schedule.value is None:
            yield self.found(schedule.key, "the schedule says no time", cure="give it a list with cron")
