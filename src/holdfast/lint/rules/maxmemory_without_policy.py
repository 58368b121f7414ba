"""A maxmemory without a policy.

The default policy is noeviction: at the limit every write is refused ("OOM command not allowed"). That is right
for queues; caches want allkeys-lru. Say which.

Source: redis.conf, maxmemory-policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    family,
)
from holdfast.lint.workflow import Service


class MaxmemoryWithoutPolicy(ServiceRule):
    id = "maxmemory-without-policy"
    group = Group.REDIS
    severity = Severity.NOTICE
    needs = frozenset(("maxmemory",))
    examples = (
        Example(
            bad=sample.service("command: redis-server «--maxmemory» 256mb"),
            good=sample.service("command: redis-server --maxmemory 256mb --maxmemory-policy noeviction"),
        ),
        Example(
            bad=sample.service("command: redis-server «--maxmemory-policy» allkeys-lru"),
            good=sample.service("command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru"),
        ),
    )
    allows = (
        sample.service("command: redis-server --maxmemory 0"),
        sample.service(
            "command: redis-server --maxmemory 256mb",
            steps="docker exec x redis-cli config set maxmemory-policy allkeys-lru",
        ),
        sample.service("command: dragonfly --maxmemory 256mb", image="dragonflydb/dragonfly:v1.30"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command, image = service.command, family(service)
        if (
            command is None
            or image is None
            or image.name not in ("redis", "valkey")
            or "maxmemory" in job_text(service.job)
        ):
            return
        limit_found = re.search(r"--maxmemory(?=[ =]+[1-9])", command.value)
        policy = re.search(r"--maxmemory-policy\b", command.value)
        if limit_found and not policy:
            yield self.found(
                command.part(self.text, limit_found.start(), limit_found.end()),
                "the default policy is noeviction, so at the limit every write is refused",
                cure="add --maxmemory-policy, allkeys-lru for caches",
            )
        elif policy and not re.search(r"--maxmemory[ =]", command.value):
            yield self.found(
                command.part(self.text, policy.start(), policy.end()),
                "a policy without maxmemory never comes into force",
                cure="add --maxmemory",
            )
