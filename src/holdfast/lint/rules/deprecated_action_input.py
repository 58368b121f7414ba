"""Inputs that an action is about to drop.

The action warns in its log, and a later version fails. The action's own message says what to use instead.

Source: the actions' own metadata: of the repository, or the table of well-known actions in holdfast/facts
with its date.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.references import metadata_of
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
_LOCAL = (
    (
        ".github/actions/build/action.yml",
        "name: build\ninputs:\n  target:\n    required: true\n  old:\n    deprecationMessage: use target\n"
        "runs:\n  using: composite\n  steps: []\n",
    ),
)
_USES = "      - uses: ./.github/actions/build\n"


class DeprecatedActionInput(StepRule):
    id = "deprecated-action-input"
    group = Group.ACTIONS
    severity = Severity.NOTICE
    actions = True
    key = "uses"
    keys = frozenset(("with",))
    examples = (
        Example(
            bad=f"{_HEAD}{_USES}        with:\n          target: a\n          «old»: b\n",
            good=f"{_HEAD}{_USES}        with:\n          target: a\n",
            files=_LOCAL,
        ),
    )
    allows = (f"{_HEAD}{_USES}        with:\n          old: b\n",)

    def check(self, step: Step) -> Iterator[Finding]:
        metadata = metadata_of(step.uses.value, step.project) if step.uses else None
        if metadata is None or not metadata.deprecated:
            return
        for entry in step.with_ or ():
            if entry.name.lower() in metadata.deprecated:
                message = f'the input "{entry.name}" of {metadata.where} is deprecated'
                yield self.found(entry, message, cure="see the action's metadata for what replaces it")
