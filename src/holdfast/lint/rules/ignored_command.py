"""Commands for an image whose entrypoint does not read them.

Redis Stack and Bitnami's images start their server by a script of their own that ignores server flags after the
image's name. Use their variables: `REDIS_ARGS`, `REDIS_EXTRA_FLAGS`.

Source: redis-stack/redis-stack, etc/scripts/entrypoint.sh; bitnami/containers.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
)
from holdfast.lint.workflow import Service


class IgnoredCommand(ServiceRule):
    id = "ignored-command"
    group = Group.REDIS
    severity = Severity.WARNING
    needs = frozenset(("redis-stack",))
    examples = (
        Example(
            bad=sample.service(
                "command: «redis-server --maxmemory 256mb»", image="redis/redis-stack-server:7.4.0-v6"
            ),
            good=sample.service(
                "env:", "  REDIS_ARGS: --maxmemory 256mb", image="redis/redis-stack-server:7.4.0-v6"
            ),
        ),
    )
    allows = (sample.service("command: redis-server --maxmemory 256mb"),)

    def check(self, service: Service) -> Iterator[Finding]:
        image = family(service)
        if image is not None and image.name == "redis-stack" and service.command and not service.entrypoint:
            yield self.found(
                service.command,
                "the image's entrypoint ignores the command",
                cure="write the flags into env REDIS_ARGS",
            )
