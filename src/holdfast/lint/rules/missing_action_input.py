"""Required inputs of an action that are not given.

The action fails, or works with an empty text. An input with a default is not required, whatever its
metadata says.

Source: the actions' own metadata: of the repository, or the table of well-known actions in holdfast/facts
with its date.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.references import metadata_of
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step, is_expression

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
_LOCAL = (
    (
        ".github/actions/build/action.yml",
        "name: build\ninputs:\n  target:\n    required: true\n  old:\n    deprecationMessage: use target\n"
        "runs:\n  using: composite\n  steps: []\n",
    ),
)
_USES = "      - uses: ./.github/actions/build\n"


class MissingActionInput(StepRule):
    id = "missing-action-input"
    group = Group.ACTIONS
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    actions = True
    key = "uses"
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «./.github/actions/build»\n",
            good=f"{_HEAD}{_USES}        with:\n          TARGET: all\n",
            files=_LOCAL,
        ),
    )
    allows = (
        f"{_HEAD}      - uses: actions/checkout@v7\n",
        f"{_HEAD}{_USES}",
        Example(bad="", good=f"{_HEAD}{_USES}        with: ${{{{ fromJSON(vars.WITH) }}}}\n", files=_LOCAL),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        uses = step.uses
        metadata = metadata_of(uses.value, step.project) if uses else None
        if uses is None or metadata is None or is_expression(step.get("with")):
            return
        given = {entry.name.lower() for entry in step.with_ or ()}
        if any("${{" in name for name in given):
            return
        for name, declared in metadata.inputs.items():
            if declared.required and name.lower() not in given:
                message = f'{metadata.where} needs the input "{name}"'
                yield self.found(uses, message, cure=f'add "{name}" under with')
