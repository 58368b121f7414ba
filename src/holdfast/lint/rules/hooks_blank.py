"""Quotes in a command for runners with container hooks.

Container hooks (Kubernetes runners and others) split `command` at single blanks and keep the quotes: a quoted
value with a blank becomes two arguments. Write values without blanks.

Source: actions/runner, HookInput.cs; actions/runner-container-hooks PR 84.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Service


class HooksBlank(ServiceRule):
    id = "hooks-blank"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    targets = frozenset(("hooks",))
    needs = frozenset(("command",))
    examples = (
        Example(
            bad=sample.service('command: redis-server --save «"60 1"»'),
            good=sample.service('command: redis-server --save ""'),
            settings=Settings(targets=frozenset(("hooks",))),
        ),
    )
    allows = (sample.service('command: redis-server --save "" --appendonly no'),)

    def check(self, service: Service) -> Iterator[Finding]:
        command = service.command
        for found in re.finditer(r"\"[^\"]*\s[^\"]*\"|'[^']*\s[^']*'", command.value if command else ""):
            if command is not None:
                yield self.found(
                    command.part(self.text, found.start(), found.end()),
                    "container hooks split the command at blanks, inside quotes too",
                    cure="write a value without blanks",
                )
