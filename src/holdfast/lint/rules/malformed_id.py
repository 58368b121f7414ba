"""Ids of jobs and steps that GitHub does not take.

An id begins with a letter or `_`, holds letters, digits, `_` and `-`, is shorter than 100 characters and
does not begin with `__`, which GitHub keeps for itself. GitHub refuses the file otherwise.

Source: @actions/workflow-parser 0.3.61, converter/id-builder (2026-08).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,98}")
_RUN = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class MalformedId(WorkflowRule):
    id = "malformed-id"
    group = Group.GRAPH
    severity = Severity.ERROR
    examples = (
        Example(bad=f"jobs:\n  «build.all»:\n{_RUN}", good=f"jobs:\n  build-all:\n{_RUN}"),
        Example(
            bad=f"jobs:\n  build:\n{_RUN}        id: «__make»\n",
            good=f"jobs:\n  build:\n{_RUN}        id: make\n",
        ),
    )
    allows = (f"jobs:\n  _Build-2:\n{_RUN}        id: ok_1\n",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for job in workflow.jobs:
            if not _ID.fullmatch(job.key.value) or job.key.value.startswith("__"):
                yield from self._id(job.key, "a job")
            for step in job.steps:
                if step.id and "${{" not in step.id.value:
                    yield from self._id(step.id, "a step")

    def _id(self, key: Scalar, what: str) -> Iterator[Finding]:
        name = key.value
        if not name or "${{" in name:
            return
        if not _ID.fullmatch(name):
            cure = "use letters, digits, - and _, beginning with a letter or _, less than 100 of them"
            yield self.found(key, f'"{name[:60]}" cannot be the id of {what}', cure=cure)
        elif name.startswith("__"):
            cure = "begin it with something else"
            yield self.found(key, f'"{name}" begins with "__", which GitHub keeps for itself', cure=cure)
