"""Schedules that GitHub cannot read.

Five fields: minute, hour, day of the month, month, day of the week (0 to 6, or SUN to SAT). There are no
seconds, no `@daily`, no 7 for Sunday; GitHub refuses the file.

Source: cron.js of @actions/workflow-parser 0.3.61 (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.cron import mistake
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.schedules import schedules
from holdfast.lint.workflow import Workflow

_HEAD = "on:\n  schedule:\n    - cron: "
_TAIL = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class BrokenCron(WorkflowRule):
    id = "broken-cron"
    group = Group.SYNTAX
    severity = Severity.ERROR
    keys = frozenset(("cron",))
    examples = (
        Example(bad=f"{_HEAD}0 «24» * * *\n{_TAIL}", good=f"{_HEAD}0 0 * * *\n{_TAIL}"),
        Example(
            bad=f"{_HEAD}«'0 0 * *'»\n{_TAIL}".replace("«'", "'«").replace("'»", "»'"),
            good=f"{_HEAD}'0 0 * * *'\n{_TAIL}",
        ),
        Example(bad=f"{_HEAD}'«@daily»'\n{_TAIL}", good=f"{_HEAD}'0 0 * * *'\n{_TAIL}"),
        Example(bad=f"{_HEAD}'0 0 * * «7»'\n{_TAIL}", good=f"{_HEAD}'0 0 * * 0'\n{_TAIL}"),
    )
    allows = (
        f"{_HEAD}'*/15  8-18 1,15 JAN-jun mon'\n{_TAIL}",
        f"{_HEAD}'0 0-23/2 * * SUN,2'\n{_TAIL}",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for cron, _ in schedules(workflow):
            found = mistake(cron.value) if cron is not None else None
            if cron is not None and found is not None:
                span = cron.part(self.text, found.start, found.end)
                yield self.found(span, found.message, cure=found.cure)
