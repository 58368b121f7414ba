"""References to actions that GitHub cannot read.

An action is named `owner/repository@ref`, `owner/repository/folder@ref`, `./folder`, `$/folder` or
`docker://image`; without a version, or in any other form, GitHub refuses the file. A workflow is called by
a job, not by a step.

Source: validate-uses.js and validate.js of @actions/languageservice 0.3.61 (2026-08); ConvertToStep in
actions/runner, src/Sdk/WorkflowParser/Conversion.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.references import step_mistake
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"


class MalformedUses(StepRule):
    id = "malformed-uses"
    group = Group.ACTIONS
    severity = Severity.ERROR
    actions = True
    key = "uses"
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «actions/checkout»\n",
            good=f"{_HEAD}      - uses: actions/checkout@v7\n",
        ),
        Example(
            bad=f"{_HEAD}      - uses: «checkout@v7»\n", good=f"{_HEAD}      - uses: actions/checkout@v7\n"
        ),
        Example(
            bad=f"{_HEAD}      - uses: «a/b/.github/workflows/c.yml@v1»\n",
            good=f"{_HEAD}      - uses: a/b@v1\n",
        ),
    )
    allows = (
        f"{_HEAD}      - uses: ./build\n      - uses: $/build\n      - uses: docker://alpine\n",
        f"{_HEAD}      - uses: a/b/c/d@feature/x\n      - uses: .\\build\n",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        uses = step.uses
        # an empty one, or one with an expression, is for the grammar
        if uses is None or not uses.value or "${{" in uses.value:
            return
        mistake = step_mistake(uses.value)
        if mistake is not None:
            message, cure = mistake
            yield self.found(uses, message, cure=cure)
