"""Variables that the configuration does not list.

`lint.variables` in the configuration lists what the repository has under `vars`; any other is an empty
text. Without the list nothing is reported.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts (2026-11); the repository's
own configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.expression.mentions import mentions
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Workflow

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n        env:\n          A: "
)
_LISTED = Settings(variables=frozenset(("KNOWN",)))


class UnlistedVariable(WorkflowRule):
    id = "unlisted-variable"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    needs = frozenset(("vars",))
    examples = (
        Example(
            bad=f"{_HEAD}${{{{ vars.«UNKNOWN» }}}}\n",
            good=f"{_HEAD}${{{{ vars.known }}}}\n",
            settings=_LISTED,
        ),
    )
    allows = (f"{_HEAD}${{{{ vars.UNKNOWN }}}}\n",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        listed = self.settings.variables
        if listed is None:
            return
        known = {name.upper() for name in listed}
        for name, span in mentions(workflow.document, "vars"):
            if name.upper() not in known:
                message = f'the configuration lists no variable "{name}"'
                yield self.found(
                    span, message, cure="add it to variables in the lint configuration, or mend the name"
                )
