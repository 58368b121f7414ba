"""`queue: max` beside `cancel-in-progress: true`.

A group either queues its runs or cancels the one in progress; GitHub refuses both together.

Source: the language service 0.3.61 (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow, text_of

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_GROUP = "on: push\nconcurrency:\n  group: deploy\n"


class QueueWithCancel(WorkflowRule):
    id = "queue-with-cancel"
    group = Group.GRAPH
    severity = Severity.ERROR
    keys = frozenset(("queue",))
    examples = (
        Example(
            bad=f"{_GROUP}  «queue»: max\n  cancel-in-progress: true\n{_JOB}",
            good=f"{_GROUP}  queue: max\n{_JOB}",
        ),
    )
    allows = (f"{_GROUP}  queue: single\n  cancel-in-progress: true\n{_JOB}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        yield from self._in(workflow.concurrency)
        for job in workflow.jobs:
            yield from self._in(job.get("concurrency"))

    def _in(self, node: Node | None) -> Iterator[Finding]:
        if not isinstance(node, Mapping):
            return
        queue, cancel = node.entry("queue"), node.get("cancel-in-progress")
        if queue and text_of(queue.value) == "max" and isinstance(cancel, Scalar) and cancel.typed is True:
            yield self.found(queue, "queue: max beside cancel-in-progress", cure="keep one of them")
