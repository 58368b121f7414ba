"""Entrypoints that skip the image's own.

`entrypoint: redis-server` leaves out the image's script: no change to the user redis, no umask, and from Redis 8
on no modules. The command alone does what is wanted.

Source: redis/docker-library-redis, docker-entrypoint.sh (8.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
)
from holdfast.lint.workflow import Service


class EntrypointBypass(ServiceRule):
    id = "entrypoint-bypass"
    group = Group.REDIS
    severity = Severity.NOTICE
    needs = frozenset(("entrypoint",))
    examples = (
        Example(
            bad=sample.service("entrypoint: «redis-server»", "command: --save 60 1"),
            good=sample.service("command: redis-server --save 60 1"),
        ),
    )
    allows = (
        sample.service("options: --entrypoint redis-server"),
        sample.service("entrypoint: redis-sentinel"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        entrypoint, image = service.entrypoint, family(service)
        if entrypoint is None or image is None or image.name not in ("redis", "valkey"):
            return
        if re.fullmatch(r"(/\S*/)?(redis|valkey)-server", entrypoint.value.strip()):
            yield self.found(
                entrypoint,
                "this skips the image's own entrypoint: the server runs as root, and Redis 8 has no modules",
                cure="write it at the head of command",
            )
