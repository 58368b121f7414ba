"""A password for a Redis that has none.

The official image reads no password from its environment. A client that sends one is refused: "AUTH called
without any password configured". Give the server `--requirepass` in `command`, or drop the password.

Source: redis/docker-library-redis issues 36 and 261; Redis 6 and later, src/acl.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    family,
    ports,
    redis_services,
)
from holdfast.lint.workflow import Job


class NeedlessPassword(JobRule):
    id = "needless-password"
    group = Group.REDIS
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("redis://", "valkey://"))
    examples = (
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: «redis://:ci@127.0.0.1:6379»"),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        ),
    )
    allows = (
        sample.redis(
            "command: redis-server --requirepass ci", job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379"
        ),
        sample.redis(
            job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379", steps="redis-cli config set requirepass ci"
        ),
        sample.redis("volumes: [/etc/redis:/etc/redis]", job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379"),
        sample.redis(job="env:\n  REDIS_URL: redis://:ci@cache.example.com:6379"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        found = [one for one in addresses(job) if one.password]
        if not found or re.search(r"requirepass|acl|docker|compose", self.text, re.IGNORECASE):
            return
        for one in found:
            if (
                not one.password
                or "$" in one.password
                or not one.redis
                or (one.step is not None and not one.name)
            ):
                continue
            for service in redis_services(job):
                image = family(service)
                if (
                    image is None
                    or image.name not in ("redis", "valkey")
                    or service.volumes
                    or service.command
                    or service.entrypoint
                ):
                    continue
                if (
                    one.user in ("", "default")
                    and one.local
                    and any(port.host == one.port for port in ports(service))
                ):
                    yield self.found(
                        one.scalar,
                        f"the URL has a password and {service.id} has none, so AUTH is refused",
                        cure="drop it from the URL, or give the server --requirepass in command",
                        also=((service.key, "the service"),),
                    )
