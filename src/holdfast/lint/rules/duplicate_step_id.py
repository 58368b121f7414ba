"""Step ids that are used twice in one job, or in one composite action.

GitHub refuses the file when two steps have one id: `steps.ID` would mean both. Upper and lower case count as
the same.

Source: actions/runner, src/Sdk/WorkflowParser/Conversion/IdBuilder.cs (2026-11), which compares without case;
@actions/workflow-parser 0.3.61 compares with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Document, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.settings import DEFAULT, Settings
from holdfast.lint.workflow import Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make a\n        id: make\n"
_ACTION = "name: a\ndescription: a\nruns:\n  using: composite\n  steps:\n"
_STEP = "    - run: make\n      shell: bash\n      id: "


class DuplicateStepId(StepRule):
    id = "duplicate-step-id"
    group = Group.GRAPH
    severity = Severity.ERROR
    actions = True
    key = "id"
    examples = (
        Example(
            bad=f"{_HEAD}      - run: make b\n        id: «make»\n",
            good=f"{_HEAD}      - run: make b\n        id: make-b\n",
        ),
        Example(
            bad=f"{_HEAD}      - run: make b\n        id: «Make»\n",
            good=f"{_HEAD}      - run: make b\n        id: make-b\n",
        ),
        Example(
            bad=f"{_ACTION}{_STEP}a\n{_STEP}«a»\n", good=f"{_ACTION}{_STEP}a\n{_STEP}b\n", path="action.yml"
        ),
    )
    allows = (
        f"{_HEAD}  other:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n        id: make\n",
    )

    def __init__(self, document: Document, settings: Settings = DEFAULT) -> None:
        super().__init__(document, settings)
        self.seen: dict[tuple[int, int, str], Scalar] = {}

    def check(self, step: Step) -> Iterator[Finding]:
        if step.id is None or not step.id.value:
            return
        # the steps of a parallel group have a scope of their own
        key = (0 if step.in_action else id(step.job), id(step.group), step.id.value.lower())
        first = self.seen.setdefault(key, step.id)
        if first is not step.id:
            also = ((first, "first used here"),)
            yield self.found(
                step.id, f'the id "{step.id.value}" is used before', also=also, cure="rename one"
            )
