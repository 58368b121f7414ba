"""Time zones that do not exist.

A schedule's `timezone` is a name of the IANA database, such as `Europe/Berlin`.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onschedule
(2026-11); the machine's own IANA database.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.cron import time_zones
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.schedules import schedules
from holdfast.lint.workflow import Workflow

_HEAD = "on:\n  schedule:\n    - cron: '0 0 * * *'\n      timezone: "
_TAIL = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class UnknownTimezone(WorkflowRule):
    id = "unknown-timezone"
    group = Group.SYNTAX
    severity = Severity.WARNING
    keys = frozenset(("timezone",))
    examples = (
        Example(bad=f"{_HEAD}«Europe/Berln»\n{_TAIL}", good=f"{_HEAD}Europe/Berlin\n{_TAIL}"),
        Example(bad=f"{_HEAD}«'+02:00'»\n{_TAIL}", good=f"{_HEAD}UTC\n{_TAIL}"),
    )
    allows = (f"{_HEAD}America/Argentina/Buenos_Aires\n{_TAIL}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for _, zone in schedules(workflow):
            zones = time_zones()
            if zone is None or not zones or zone.value in zones:
                continue
            near = get_close_matches(zone.value, zones, 1, 0.7)
            cure = f"write {near[0]}" if near else "write a name such as Europe/Berlin"
            yield self.found(zone, f'"{zone.value}" is not a time zone', cure=cure)
