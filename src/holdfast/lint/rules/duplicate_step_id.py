"""Step ids that are used twice in one job.

GitHub refuses the file when two steps of a job have one id: `steps.ID` would mean both.

Source: @actions/workflow-parser 0.3.61, converter/id-builder (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make a\n        id: make\n"


class DuplicateStepId(JobRule):
    id = "duplicate-step-id"
    group = Group.GRAPH
    severity = Severity.ERROR
    needs = frozenset(("id",))
    examples = (
        Example(
            bad=f"{_HEAD}      - run: make b\n        id: «make»\n",
            good=f"{_HEAD}      - run: make b\n        id: make-b\n",
        ),
    )
    allows = (
        f"{_HEAD}  other:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n        id: make\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        seen: dict[tuple[int, str], Scalar] = {}
        for step in job.steps:
            if step.id is None or not step.id.value:
                continue
            # the steps of a parallel group have a scope of their own
            key = (id(step.group), step.id.value)
            if key in seen and seen[key] is not step.id:
                also = ((seen[key], "first used here"),)
                yield self.found(
                    step.id, f'the id "{step.id.value}" is used before', also=also, cure="rename one"
                )
            seen.setdefault(key, step.id)
