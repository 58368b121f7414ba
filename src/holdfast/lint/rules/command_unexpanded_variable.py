"""Variables in a service's command that nobody expands.

The runner hands `command` to docker without a shell, and the server gets the text `$NAME`. Wrap it in
`sh -c "..."`, which expands the container's own variables.

Source: actions/runner, DockerCommandManager.cs; .NET starts a process without a shell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import (
    masked,
)
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class CommandUnexpandedVariable(ServiceRule):
    id = "command-unexpanded-variable"
    group = Group.REDIS
    severity = Severity.WARNING
    needs = frozenset(("command",))
    examples = (
        Example(
            bad=sample.service("command: redis-server --requirepass «$REDIS_PASSWORD»"),
            good=sample.service("command: redis-server --requirepass ci"),
        ),
    )
    allows = (
        sample.service('command: sh -c "exec redis-server --requirepass $REDIS_PASSWORD"'),
        sample.service("command: redis-server --requirepass ${{ inputs.password }}"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command = service.command
        if command is None or _has_shell(service):
            return
        for found in re.finditer(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})", masked(command.value)):
            yield self.found(
                command.part(self.text, found.start(), found.end()),
                f"no shell expands {found[0]}, the server gets it as it stands",
                cure='wrap the command in sh -c "..."',
            )


def _has_shell(service: Service) -> bool:
    shell = re.compile(r"^(/\w+)*/?(ba|a|da)?sh\b")
    return bool(
        (service.command and shell.match(service.command.value.strip()))
        or (service.entrypoint and shell.match(service.entrypoint.value.strip()))
        or options(service).last("entrypoint") is not None
    )
