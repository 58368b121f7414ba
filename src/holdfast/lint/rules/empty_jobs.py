"""Workflows without any job.

GitHub refuses a workflow whose `jobs` is empty.

Source: @actions/workflow-parser 0.3.61, converter/jobs (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow


class EmptyJobs(WorkflowRule):
    id = "empty-jobs"
    group = Group.GRAPH
    severity = Severity.ERROR
    examples = (
        Example(
            bad="on: push\njobs: «{}»\n",
            good="on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n",
        ),
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        jobs = workflow.get("jobs")
        if isinstance(jobs, Mapping) and not jobs.entries:
            yield self.found(jobs, "there is no job", cure="add a job")
