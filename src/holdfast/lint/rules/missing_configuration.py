"""Configuration files that the server's container does not have.

The official images bring no configuration file: `redis-server /etc/redis/redis.conf` ends at once where nothing is
mounted there, and files of the repository cannot be, because services start before the checkout. Write the settings
into `command`.

Source: redis/docker-library-redis and valkey-io/valkey-container, Dockerfiles, read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import family, options
from holdfast.lint.workflow import Service


class MissingConfiguration(ServiceRule):
    id = "missing-configuration"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset((".conf",))
    examples = (
        Example(
            bad=sample.service("command: redis-server «/usr/local/etc/redis/redis.conf»"),
            good=sample.service("command: redis-server --maxmemory 64mb"),
        ),
    )
    allows = (
        sample.service("command: redis-server /data/redis.conf", "volumes: ['/srv/redis:/data']"),
        sample.service("command: redis-server /data/redis.conf", "options: -v /srv/redis:/data"),
        sample.service("command: redis-server /data/redis.conf", image="example/redis:7"),
        sample.service('command: sh -c "echo save > /tmp/a.conf && redis-server /tmp/a.conf"'),
        sample.service("command: redis-server --aclfile ${{ vars.CONF }}.conf"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command, image, parsed = service.command, family(service), options(service)
        if command is None or image is None or image.name not in ("redis", "valkey"):
            return
        mounted = any(parsed.every(name) for name in ("volume", "mount", "volumes-from", "tmpfs"))
        if (
            service.has("volumes")
            or mounted
            or parsed.open
            or parsed.last("entrypoint")
            or service.entrypoint
        ):
            return
        found = re.match(
            r"(?:(?:redis|valkey)-(?:server|sentinel)\s+)?(?!-)([\w./-]+\.conf)(?=\s|$)", command.value
        )
        if found:
            yield self.found(
                command.part(self.text, found.start(1), found.end(1)),
                f"the container has no {found[1]}, so the server ends at once",
                cure="write the settings as flags, such as --maxmemory 64mb",
            )
