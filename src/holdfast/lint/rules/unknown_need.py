"""Jobs that wait for a job that does not exist.

GitHub refuses the file. `needs` holds job ids, not names, written exactly as the job's key.

Source: @actions/workflow-parser 0.3.61, converter/jobs (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.words import listed, nearest
from holdfast.lint.workflow import Job

_BUILD = "jobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_TEST = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make test\n"


class UnknownNeed(JobRule):
    id = "unknown-need"
    group = Group.GRAPH
    severity = Severity.ERROR
    key = "needs"
    examples = (
        Example(
            bad=f"{_BUILD}  test:\n    needs: [build, «biuld»]\n{_TEST}",
            good=f"{_BUILD}  test:\n    needs: [build]\n{_TEST}",
        ),
        Example(
            bad=f"{_BUILD}  test:\n    needs: «Build»\n{_TEST}",
            good=f"{_BUILD}  test:\n    needs: build\n{_TEST}",
        ),
    )
    allows = (f"{_BUILD}  test:\n    needs: build\n{_TEST}",)

    def check(self, job: Job) -> Iterator[Finding]:
        ids = {other.id: None for other in job.workflow.jobs}
        for need in job.needs:
            if need.value and need.value not in ids and "${{" not in need.value:
                near = nearest(need.value, ids)
                cure = f'write "{near}"' if near else f"jobs here: {listed(ids)}"
                yield self.found(need, f'there is no job "{need.value}"', cure=cure)
