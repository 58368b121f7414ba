"""Called workflows of the same repository that are not there, or cannot be called.

GitHub refuses the calling file when the called one is missing, and when it does not name `workflow_call`
under `on`. A missing file is an error only in a git checkout: elsewhere the rest of the repository may be,
too.

Source: convert.js and referencedWorkflow.js of @actions/workflow-parser 0.3.61 (2026-08), as the servers
check it.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.references import call_event, called_workflow, local_path, workflow_mistake
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_USES = "jobs:\n  test:\n    uses: ./.github/workflows/"
_JOBS = "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_FILES = (
    (".github/workflows/called.yml", f"on: workflow_call\n{_JOBS}"),
    (".github/workflows/pushed.yml", f"on: push\n{_JOBS}"),
)


class MissingWorkflow(JobRule):
    id = "missing-workflow"
    group = Group.ACTIONS
    severity = Severity.ERROR
    needs = frozenset(("uses",))
    examples = (
        Example(bad=_USES.replace("./", "«./") + "pushed.yml»\n", good=f"{_USES}called.yml\n", files=_FILES),
        Example(bad=_USES.replace("./", "«./") + "absent.yml»\n", good=f"{_USES}called.yml\n", files=_FILES),
    )
    allows = ("jobs:\n  test:\n    uses: a/b/.github/workflows/c.yml@v1\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        uses = job.uses
        project = job.workflow.project
        if uses is None or not project.known or workflow_mistake(uses.value) is not None:
            return
        if not uses.value.startswith(("./", "$/")):
            return
        path = local_path(uses.value)
        if not project.exists(path):
            severity = Severity.ERROR if project.is_checkout else Severity.WARNING
            message = f'the repository has no file "{path}"'
            yield self.found(
                uses, message, severity=severity, confidence=Confidence.MEDIUM, cure="mend the path"
            )
            return
        root = called_workflow(uses.value, project)
        if root is not None and call_event(root) is None:
            message = f'"{path}" cannot be called'
            yield self.found(uses, message, cure="add workflow_call to its on")
