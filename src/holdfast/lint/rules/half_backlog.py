"""One half of a longer listen queue.

The queue is the smaller of Redis' `tcp-backlog` (511) and the container's `net.core.somaxconn` (4096). Raising
one alone leaves it where the other is.

Source: redis/redis, src/server.c and src/config.c; measured: 511 with somaxconn 65535.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import integer
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    command_words,
    family,
    flag,
    options,
)
from holdfast.lint.workflow import Service


class HalfBacklog(ServiceRule):
    id = "half-backlog"
    group = Group.REDIS
    severity = Severity.NOTICE
    needs = frozenset(("somaxconn", "tcp-backlog"))
    examples = (
        Example(
            bad=sample.service("options: «--sysctl net.core.somaxconn=65535»"),
            good=sample.service(
                "options: --sysctl net.core.somaxconn=65535", "command: redis-server --tcp-backlog 65535"
            ),
        ),
        Example(
            bad=sample.service("command: redis-server «--tcp-backlog 65535»"),
            good=sample.service(
                "options: --sysctl net.core.somaxconn=65535", "command: redis-server --tcp-backlog 65535"
            ),
        ),
    )
    allows = (
        sample.service("command: redis-server --tcp-backlog 4096"),
        sample.service("options: --sysctl net.core.somaxconn=65535", image="example/own:1"),
        sample.service("options: --sysctl net.core.somaxconn=65535", "command: redis-server /etc/redis.conf"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar, image, command = service.options, family(service), service.command
        if image is None or image.name not in ("redis", "valkey"):
            return
        values = [
            (option, int(found[1]))
            for option in options(service).every("sysctl")
            if (found := re.match(r"net\.core\.somaxconn=(\d+)", option.value or ""))
        ]
        backlog = integer(flag(service, "tcp-backlog") or "") or 511
        if (
            values
            and scalar is not None
            and values[-1][1] > backlog == 511
            and ".conf" not in command_words(service)
        ):
            option = values[-1][0]
            yield self.found(
                scalar.part(self.text, option.start, option.end),
                f"the queue stays at {backlog}, Redis' own tcp-backlog",
                cure="add --tcp-backlog to command, or drop it",
            )
        if (
            command is not None
            and backlog > (values[-1][1] if values else 4096)
            and "sysctl" not in job_text(service.job)
        ):
            found = re.search(r"--tcp-backlog[ =]+\d+", command.value)
            if found:
                yield self.found(
                    command.part(self.text, found.start(), found.end()),
                    f"the queue stays at {values[-1][1] if values else 4096}, the container's "
                    f"net.core.somaxconn",
                    cure="add --sysctl net.core.somaxconn to options, or lower it",
                )
