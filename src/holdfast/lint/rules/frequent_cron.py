"""Schedules below five minutes.

GitHub starts a scheduled workflow at most every five minutes, and drops the runs between.

Source:
https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.cron import MINIMUM, interval, mistake
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.schedules import schedules
from holdfast.lint.workflow import Workflow

_HEAD = "on:\n  schedule:\n    - cron: "
_TAIL = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class FrequentCron(WorkflowRule):
    id = "frequent-cron"
    group = Group.SYNTAX
    severity = Severity.WARNING
    keys = frozenset(("cron",))
    examples = (
        Example(bad=f"{_HEAD}«'*/3 * * * *'»\n{_TAIL}", good=f"{_HEAD}'*/5 * * * *'\n{_TAIL}"),
        Example(bad=f"{_HEAD}«'1,59 * * * *'»\n{_TAIL}", good=f"{_HEAD}'1,31 * * * *'\n{_TAIL}"),
    )
    allows = (f"{_HEAD}'0-10/5 * * * *'\n{_TAIL}", f"{_HEAD}'1-0 * * * *'\n{_TAIL}")

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for cron, _ in schedules(workflow):
            if cron is None or mistake(cron.value) is not None:
                continue
            minutes = interval(cron.value)
            if minutes < MINIMUM:
                message = (
                    f"the schedule asks for a run every {minutes} minutes, GitHub gives one every {MINIMUM}"
                )
                yield self.found(cron, message, cure=f"write */{MINIMUM}, or more")
