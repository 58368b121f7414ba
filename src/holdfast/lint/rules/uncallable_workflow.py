"""Calls of a workflow that cannot be called.

A workflow can be called only if `workflow_call` is among its events; GitHub refuses the caller.

Source: @actions/workflow-parser 0.3.61, converter/referencedWorkflow (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_JOB = "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class UncallableWorkflow(JobRule):
    id = "uncallable-workflow"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    examples = (
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/b.yml»\n",
            good="jobs:\n  a:\n    uses: ./.github/workflows/c.yml\n",
            files=(
                (".github/workflows/b.yml", f"on: push\n{_JOB}"),
                (".github/workflows/c.yml", f"on: [push, workflow_call]\n{_JOB}"),
            ),
        ),
    )
    allows = ("jobs:\n  a:\n    uses: ./.github/workflows/unknown.yml\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        called = callee(job)
        if called is not None and job.uses and "workflow_call" not in called.events:
            message = f"{called.source.path} has no event workflow_call"
            yield self.found(job.uses, message, cure="add workflow_call to its events")
