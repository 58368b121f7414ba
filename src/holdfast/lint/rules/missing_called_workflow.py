"""Calls of a workflow that is not in the repository.

GitHub refuses the file when a local workflow that it calls is missing. Outside a git checkout the finding
is a warning, and of a workflow that lies there without the rest of its repository a notice: the file may only
not be here.

Source: @actions/workflow-parser 0.3.61, model/convert (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.called import local_path
from holdfast.lint.references import in_workflows
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_CALLED = "on: workflow_call\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_FILES = ((".git/config", ""), (".github/workflows/b.yml", _CALLED))


class MissingCalledWorkflow(JobRule):
    id = "missing-called-workflow"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    examples = (
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/c.yml»\n",
            good="jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
            files=_FILES,
        ),
    )
    allows = (
        Example(bad="", good="on: push\njobs:\n  a:\n    uses: ./.github/workflows/c.yml\n", path="ci.yml"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        uses = job.uses
        path = local_path(uses.value) if uses else None
        project = job.workflow.project
        # a file that lies outside .github/workflows has no siblings to call
        if uses is None or path is None or not in_workflows(self.source.path) or project.exists(path):
            return
        whole = project.whole
        checkout = whole and (project.exists(".git/config") or project.exists(".git"))
        yield self.found(
            uses,
            f"there is no {path} {'in this repository' if whole else 'beside this workflow'}",
            cure="mend the path, or add the workflow",
            severity=None if checkout else Severity.WARNING if whole else Severity.NOTICE,
            confidence=None if checkout else Confidence.LOW,
        )
