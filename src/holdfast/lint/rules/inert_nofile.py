"""File limits that change nothing for Redis.

Redis needs 10032 descriptors for its 10000 connections and raises its soft limit by itself; hosted machines
allow 65536. A higher limit matters only together with a higher `maxclients`.

Source: redis/redis, src/server.c, adjustOpenFilesLimit; actions/runner-images, configure-limits.sh; measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import integer
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    command_words,
    family,
    flag,
    options,
)
from holdfast.lint.workflow import Service


class InertNofile(ServiceRule):
    id = "inert-nofile"
    group = Group.REDIS
    severity = Severity.NOTICE
    needs = frozenset(("nofile",))
    examples = (
        Example(
            bad=sample.service("options: «--ulimit nofile=65535:65535»"),
            good=sample.service(
                "options: --ulimit nofile=65535:65535", "command: redis-server --maxclients 60000"
            ),
        ),
    )
    allows = (
        sample.service("options: --ulimit nofile=1024:1024"),
        sample.service("options: --ulimit nofile=65535", image="postgres:17"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar, image = service.options, family(service)
        clients = integer(flag(service, "maxclients") or "0") or 0
        for option in options(service).every("ulimit"):
            found = re.match(r"nofile=(\d+)", option.value or "")
            if scalar is None or image is None or image.name not in ("redis", "valkey") or not found:
                continue
            if int(found[1]) >= 10032 and clients <= 10000 and ".conf" not in command_words(service):
                yield self.found(
                    scalar.part(self.text, option.start, option.end),
                    "the server keeps its 10000 connections, for which it has descriptors enough",
                    cure="drop it, or raise --maxclients with it",
                )
