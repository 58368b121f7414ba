"""A database number that the server does not have.

Redis has 16 databases, 0 to 15, unless `databases` says otherwise: SELECT of another one is refused ("DB index
is out of range"). Only a start can change the number.

Source: redis.conf, databases; redis/redis, src/config.c (immutable).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import Address, addresses
from holdfast.lint.flags import integer
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    command_words,
    family,
    flag,
    ports,
    redis_services,
)
from holdfast.lint.workflow import Job, Service


class UnknownDatabase(JobRule):
    id = "unknown-database"
    group = Group.REDIS
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("redis://", "rediss://", "valkey://"))
    examples = (
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: «redis://127.0.0.1:6379/20»"),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/15"),
        ),
    )
    allows = (
        sample.redis(
            "command: redis-server --databases 32", job="env:\n  REDIS_URL: redis://127.0.0.1:6379/20"
        ),
        sample.redis(job="env:\n  REDIS_URL: redis://cache.example.com:6379/20"),
        sample.redis(
            "command: redis-server /etc/redis.conf", job="env:\n  REDIS_URL: redis://127.0.0.1:6379/20"
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        for one in addresses(job):
            if not one.redis or "://" not in one.scalar.value:
                continue
            number_found = re.fullmatch(r"[a-z]+://[^/]+/(\d+)", one.scalar.value)
            if number_found is None:
                continue
            for service in redis_services(job):
                image = family(service)
                if image is None or image.name not in ("redis", "valkey") or not self._meant(one, service):
                    continue
                count = integer(flag(service, "databases") or "") or 16
                if (
                    int(number_found[1]) >= count
                    and ".conf" not in command_words(service)
                    and not service.volumes
                ):
                    yield self.found(
                        one.scalar,
                        f"{service.id} has the databases 0 to {count - 1}",
                        cure=f"write one of them, or --databases {int(number_found[1]) + 1} in command",
                        also=((service.key, "the service"),),
                    )

    def _meant(self, one: Address, service: Service) -> bool:
        return one.host == service.id or (one.local and any(port.host == one.port for port in ports(service)))
