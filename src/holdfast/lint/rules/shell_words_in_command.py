"""Shell syntax in a service's command.

No shell reads `command`: `&&`, `|` and `>` become arguments of the server, which refuses them and exits. Wrap
the command in `sh -c "..."`.

Source: actions/runner, DockerCommandManager.cs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import (
    masked,
    split_dotnet,
)
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service


class ShellWordsInCommand(ServiceRule):
    id = "shell-words-in-command"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset(("command",))
    examples = (
        Example(
            bad=sample.service("command: redis-server --save 60 1 «&&» echo started"),
            good=sample.service("command: redis-server --save 60 1"),
        ),
    )
    allows = (
        sample.service('command: sh -c "redis-server --daemonize yes && sleep infinity"'),
        sample.service("command: redis-server --notify-keyspace-events Ex"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command = service.command
        if command is None or service.entrypoint is not None or re.match(r"\S*sh\s", command.value):
            return
        for word in split_dotnet(masked(command.value)):
            if word.text in ("&&", "||", "|", ";", ">", ">>", "<", "2>&1", "&"):
                yield self.found(
                    command.part(self.text, word.start, word.end),
                    f"no shell reads {word.text}, it becomes an argument of the server",
                    cure='wrap the command in sh -c "..."',
                )
                return
