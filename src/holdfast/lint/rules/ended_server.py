"""Commands after which no server runs in the container.

The container lives as long as its first process: a server that goes to the background, a client, or a program that
is not there end it at once, and the job stops at "Initialize containers".

Source: redis/docker-library-redis, docker-entrypoint.sh: the first word is the program, unless it begins with a dash
or ends in .conf; each form tried with Redis 7 and 8 and Valkey 8 in containers of engine 26.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import family
from holdfast.lint.workflow import Service

_SERVERS = ("redis-server", "valkey-server", "redis-sentinel", "valkey-sentinel")
_CLIENTS = ("redis-cli", "valkey-cli", "redis-benchmark", "sudo")


class EndedServer(ServiceRule):
    id = "ended-server"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset(("command",))
    examples = (
        Example(
            bad=sample.service("command: redis-server «--daemonize yes»"),
            good=sample.service("command: redis-server --save 60 1"),
        ),
        Example(
            bad=sample.service("command: «redis-sever» --save 60 1"),
            good=sample.service("command: redis-server --save 60 1"),
        ),
        Example(
            bad=sample.service("command: redis-server «-appendonly» no"),
            good=sample.service("command: redis-server --appendonly no"),
        ),
        Example(
            bad=sample.service("command: «|", "  redis-server", "  --appendonly no»"),
            good=sample.service("command: >-", "  redis-server", "  --appendonly no"),
        ),
    )
    allows = (
        sample.service("command: |", "  redis-server --appendonly no"),
        sample.service("command: --save 60 1"),
        sample.service("command: redis-server --daemonize no"),
        sample.service("command: redis-sever", image="example/redis:7"),
        sample.service("command: sh -c \"redis-server --save ''\""),
        sample.service("command: ${{ matrix.program || 'redis-server' }} --save 60 1"),
        sample.service("command: redis-server --user 'default on nopass'", image="example/redis:7"),
        sample.service("command: redis-server -"),
        sample.service("command: redis-server --save ''"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command, image = service.command, family(service)
        if command is None or image is None or image.name not in ("redis", "valkey") or service.entrypoint:
            return
        text = command.value
        first = re.match(r"\s*(\S+)", text)
        if first is None:
            return
        program = first[1].rpartition("/")[2]
        near = get_close_matches(program, _SERVERS, 1, 0.8) if program not in _SERVERS else []
        if program in _CLIENTS or near:
            yield self.found(
                command.part(self.text, first.start(1), first.end(1)),
                f"the container runs {program}, which is no server, and ends at once",
                cure=f"write {near[0] if near else 'redis-server'}",
            )
            return
        if program not in _SERVERS and not program.startswith("--"):
            return
        if "\n" in text.strip():
            yield self.found(
                command,
                "line ends do not part words on the hosted runner, so the server gets two of them as one",
                cure="write >- in place of |",
            )
            return
        for pattern, message, cure in _MISTAKES:
            if found := pattern.search(text):
                yield self.found(
                    command.part(self.text, found.start(1), found.end(1)), message.format(found[1]), cure=cure
                )


_MISTAKES = (
    (
        re.compile(r"(--daemonize[ =]+yes)\b", re.IGNORECASE),
        "the server goes to the background, and the container ends with its first process",
        "drop it",
    ),
    (
        re.compile(r"^\s*\S+\s+(-[a-z][a-z-]+)(?=\s)"),
        "the server takes {} for no flag, and refuses it",
        "write two dashes",
    ),
)
