"""Secrets that the configuration does not list.

`lint.secrets` in the configuration lists what the repository has under `secrets`; any other is an empty
text. Without the list nothing is reported. `GITHUB_TOKEN` always exists, and so do the secrets of
`workflow_call`.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts (2026-11); the repository's
own configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Workflow, mapping

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n        env:\n          A: "
)
_LISTED = Settings(secrets=frozenset(("KNOWN",)))


class UnlistedSecret(WorkflowRule):
    id = "unlisted-secret"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    needs = frozenset(("secrets",))
    examples = (
        Example(
            bad=f"{_HEAD}${{{{ secrets.«UNKNOWN» }}}}\n",
            good=f"{_HEAD}${{{{ secrets.known }}}}\n",
            settings=_LISTED,
        ),
    )
    allows = (f"{_HEAD}${{{{ secrets.UNKNOWN }}}}\n",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        listed = self.settings.secrets
        if listed is None:
            return
        from holdfast.lint.expression.mentions import mentions  # only where secrets are listed

        known = {name.upper() for name in listed} | {"GITHUB_TOKEN"} | _declared(workflow)
        for name, span in mentions(workflow.document, "secrets"):
            if name.upper() not in known:
                message = f'the configuration lists no secret "{name}"'
                yield self.found(
                    span, message, cure="add it to secrets in the lint configuration, or mend the name"
                )


def _declared(workflow: Workflow) -> set[str]:
    """The secrets that a caller passes."""
    call = workflow.events.get("workflow_call")
    return {entry.name.upper() for entry in (mapping(call.get("secrets")) if call else None) or ()}
