"""Jobs that name one need twice.

Nothing breaks, but one of the two was probably meant to be another job.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_BUILD = "jobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_TEST = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n"


class DuplicateNeed(JobRule):
    id = "duplicate-need"
    group = Group.GRAPH
    severity = Severity.WARNING
    key = "needs"
    examples = (
        Example(
            bad=f"{_BUILD}  test:\n    needs: [build, «build»]\n{_TEST}",
            good=f"{_BUILD}  test:\n    needs: [build]\n{_TEST}",
        ),
    )
    allows = (f"{_BUILD}  test:\n    needs: [build]\n{_TEST}",)

    def check(self, job: Job) -> Iterator[Finding]:
        seen: set[str] = set()
        for need in job.needs:
            if need.value.lower() in seen:
                yield self.found(
                    need, f'"{need.value}" is named before', cure="remove it, or name another job"
                )
            seen.add(need.value.lower())
