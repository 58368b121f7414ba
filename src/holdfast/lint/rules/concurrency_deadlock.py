"""A job that waits for the concurrency group that its own workflow holds.

When a job's group is the workflow's, the run waits for itself: GitHub cancels it at once, with the word
deadlock.

Source:
https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
and the language service 0.3.61 (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow, scalar

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class ConcurrencyDeadlock(WorkflowRule):
    id = "concurrency-deadlock"
    group = Group.GRAPH
    severity = Severity.ERROR
    keys = frozenset(("concurrency",))
    examples = (
        Example(
            bad=f"on: push\nconcurrency: deploy\n{_JOB}    concurrency: «deploy»\n",
            good=f"on: push\nconcurrency: deploy\n{_JOB}",
        ),
        Example(
            bad=f"on: push\nconcurrency:\n  group: deploy\n{_JOB}    concurrency:\n      group: «deploy»\n",
            good=f"on: push\nconcurrency:\n  group: deploy\n{_JOB}",
        ),
    )
    allows = (
        f"on: push\nconcurrency: ci\n{_JOB}    concurrency: deploy\n",
        f"on: push\nconcurrency: ${{{{ github.ref }}}}\n{_JOB}    concurrency: ${{{{ github.ref }}}}\n",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        held = _group(workflow.concurrency)
        for job in workflow.jobs if held else ():
            own = _group(job.get("concurrency"))
            if own and held and own.value == held.value:
                also = ((held, "the workflow holds it here"),)
                message = f'the job waits for the group "{own.value}" that its workflow holds'
                yield self.found(own, message, cure="give the job a group of its own", also=also)


def _group(node: Node | None) -> Scalar | None:
    """The group as written; one with an expression is left out, it may differ at each place."""
    found = scalar(node.get("group") if isinstance(node, Mapping) else node)
    return found if found and found.value and "${{" not in found.value else None
