"""Servers that listen where nobody can reach them.

Inside the container 127.0.0.1 is the container alone: connections through the published port come from
outside and are refused. The official image listens everywhere with protected mode off.

Source: redis/docker-library-redis, Dockerfiles; redis.conf.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    is_redis,
)
from holdfast.lint.workflow import Service


class UnreachableBind(ServiceRule):
    id = "unreachable-bind"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset(("--bind", "protected-mode"))
    examples = (
        Example(
            bad=sample.service("command: redis-server «--bind 127.0.0.1»"),
            good=sample.service("command: redis-server --bind 0.0.0.0"),
        ),
        Example(
            bad=sample.service("command: redis-server «--protected-mode yes»"),
            good=sample.service("command: redis-server --protected-mode no"),
        ),
    )
    allows = (
        sample.service('command: redis-server --bind "127.0.0.1 0.0.0.0"'),
        sample.service("command: redis-server --protected-mode yes --requirepass ci"),
        sample.service("command: redis-server --protected-mode yes --bind 0.0.0.0"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command = service.command
        if command is None or not is_redis(service):
            return
        text = command.value
        bind = re.search(r"--bind[ =]+((?:\"[^\"]*\"|(?!-)\S+)(?:\s+(?!-)[\d.:a-f]+)*)", text)
        if bind and all(
            re.fullmatch(r"-?(127\.\d+\.\d+\.\d+|::1|localhost)", one) for one in bind[1].strip('"').split()
        ):
            yield self.found(
                command.part(self.text, bind.start(), bind.end()),
                "the server listens inside its container alone, so every connection from outside is refused",
                cure="drop it, or write 0.0.0.0",
            )
        protected = re.search(r"--protected-mode[ =]+yes", text)
        if protected and not bind and "requirepass" not in text:
            yield self.found(
                command.part(self.text, protected.start(), protected.end()),
                "protected mode without a password refuses everybody but the container itself",
                cure="write no, or set a password",
            )
