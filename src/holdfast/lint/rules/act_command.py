"""Commands and entrypoints of services under act.

act's schema for services has neither key: it refuses the workflow.

Source: nektos/act 0.2.89, pkg/schema/workflow_schema.json; tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Service


class ActCommand(ServiceRule):
    id = "act-command"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    targets = frozenset(("act",))
    needs = frozenset(("command", "entrypoint"))
    examples = (
        Example(
            bad=sample.service("«command»: redis-server --maxmemory 1gb"),
            good=sample.service("env: {TZ: UTC}"),
            settings=Settings(targets=frozenset(("act",))),
        ),
    )
    allows = (sample.service("options: --entrypoint redis-server"),)

    def check(self, service: Service) -> Iterator[Finding]:
        for name in ("command", "entrypoint"):
            entry = service.entry(name)
            if entry is not None:
                yield self.found(entry, f"act does not know {name} of a service", cure="set it in a step")
