"""Runners that GitHub has removed, or is about to.

A job on a removed runner never starts: it waits for a day and is cancelled.

Source: the announcements of https://github.com/actions/runner-images (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.labels import LEAVING, REMOVED
from holdfast.lint.matrix import labels_of
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_MATRIX = "jobs:\n  test:\n    strategy:\n      matrix:\n"
_RUNS = "    runs-on: ${{ matrix.os }}\n"
_STEPS = "    steps:\n      - run: make\n"


class RemovedLabel(JobRule):
    id = "removed-label"
    group = Group.RUNNER
    severity = Severity.ERROR
    needs = frozenset((*REMOVED, *LEAVING))
    examples = (
        Example(
            bad=f"{_MATRIX}        os: [ubuntu-24.04, «ubuntu-20.04»]\n{_RUNS}{_STEPS}",
            good=f"{_MATRIX}        os: [ubuntu-24.04, ubuntu-22.04]\n{_RUNS}{_STEPS}",
        ),
        Example(
            bad=f"jobs:\n  test:\n    runs-on: «ubuntu-20.04»\n{_STEPS}",
            good=f"jobs:\n  test:\n    runs-on: ubuntu-24.04\n{_STEPS}",
        ),
    )
    allows = (
        f"jobs:\n  test:\n    runs-on: [self-hosted, ubuntu-20.04]\n{_STEPS}",
        f"jobs:\n  test:\n    runs-on: ubuntu-22.04\n{_STEPS}",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        names = {label.value.lower() for label in labels_of(job)}
        if "self-hosted" in names or names & {label.lower() for label in self.settings.labels}:
            return
        for label in labels_of(job):
            name = label.value.lower()
            if name in REMOVED:
                message = f"GitHub removed the runner {label.value} ({REMOVED[name][0]})"
                yield self.found(label, message, cure=f"use {REMOVED[name][1]}")
            elif name in LEAVING:
                message = f"GitHub removes the runner {label.value} ({LEAVING[name][0]})"
                yield self.found(label, message, cure=f"use {LEAVING[name][1]}", severity=Severity.NOTICE)
