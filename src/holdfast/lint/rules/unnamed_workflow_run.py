"""`workflow_run` without the workflows to follow.

The event happens only after the workflows that it names; without names it never does.

Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class UnnamedWorkflowRun(WorkflowRule):
    id = "unnamed-workflow-run"
    group = Group.SYNTAX
    severity = Severity.WARNING
    needs = frozenset(("workflow_run",))
    examples = (
        Example(
            bad=f"on:\n  «workflow_run»:\n    types: [completed]\n{_JOB}",
            good=f"on:\n  workflow_run:\n    types: [completed]\n    workflows: [CI]\n{_JOB}",
        ),
    )
    allows = (f"on:\n  workflow_run:\n    workflows: CI\n{_JOB}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        event = workflow.events.get("workflow_run")
        if event and not event.has("workflows"):
            yield self.found(
                event.key, "workflow_run names no workflow", cure="add workflows with their names"
            )
