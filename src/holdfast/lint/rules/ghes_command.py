"""Commands and entrypoints of services on GitHub Enterprise Server.

The two keys came to github.com in April 2026; the server edition refuses them: "The key 'command' is not
allowed". Set what can be set by `CONFIG SET` in a step, or use an image that reads variables.

Source: github/docs, use-docker-service-containers.md (`ifversion fpt or ghec`); actions/runner PR 4276.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Service


class GhesCommand(ServiceRule):
    id = "ghes-command"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    targets = frozenset(("ghes",))
    needs = frozenset(("command", "entrypoint"))
    examples = (
        Example(
            bad=sample.service("«command»: redis-server --maxmemory 1gb"),
            good=sample.service("env: {TZ: UTC}"),
            settings=Settings(targets=frozenset(("ghes",))),
        ),
    )
    allows = (sample.service("options: --entrypoint redis-server"),)

    def check(self, service: Service) -> Iterator[Finding]:
        for name in ("command", "entrypoint"):
            entry = service.entry(name)
            if entry is not None:
                yield self.found(
                    entry,
                    f"GitHub Enterprise Server does not know {name} of a service",
                    cure="set it in a step",
                )
