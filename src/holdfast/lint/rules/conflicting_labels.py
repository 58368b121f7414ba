"""Labels of different systems that one runner should have.

All labels of a list must be on one runner. No runner is Ubuntu and Windows at once, so the job waits for
ever.

Source:
https://docs.github.com/actions/how-tos/write-workflows/choose-where-workflows-run/choose-the-runner-for-a-job
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.labels import system_of
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_STEPS = "    steps:\n      - run: make\n"


class ConflictingLabels(JobRule):
    id = "conflicting-labels"
    group = Group.RUNNER
    severity = Severity.ERROR
    needs = frozenset(("ubuntu", "windows", "macos", "linux", "macOS", "Windows", "Linux"))
    examples = (
        Example(
            bad=f"jobs:\n  test:\n    runs-on: [ubuntu-latest, «windows-latest»]\n{_STEPS}",
            good=f"jobs:\n  test:\n    runs-on: ubuntu-latest\n{_STEPS}",
        ),
    )
    allows = (f"jobs:\n  test:\n    runs-on: [self-hosted, linux, x64]\n{_STEPS}",)

    def check(self, job: Job) -> Iterator[Finding]:
        if len(job.labels) < 2:
            return
        first = None
        for label in job.labels:
            system = system_of(label.value.lower())
            if system is None:
                continue
            if first is not None and system != system_of(first.value.lower()):
                message = f"no runner is both {first.value} and {label.value}"
                also = ((first, "the other label"),)
                yield self.found(label, message, cure="run a job for each, by a matrix", also=also)
            first = first or label
