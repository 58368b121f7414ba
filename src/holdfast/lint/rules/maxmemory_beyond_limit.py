"""A maxmemory that the container's limit never allows.

The server is killed at the container's limit before it begins to evict. Its own overhead and the copies made
while saving need room too: about three quarters of the limit is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import size
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    is_redis,
    options,
)
from holdfast.lint.workflow import Service


class MaxmemoryBeyondLimit(ServiceRule):
    id = "maxmemory-beyond-limit"
    group = Group.REDIS
    severity = Severity.WARNING
    needs = frozenset(("maxmemory",))
    examples = (
        Example(
            bad=sample.service(
                "options: --memory 512m",
                "command: redis-server «--maxmemory 1gb» --maxmemory-policy allkeys-lru",
            ),
            good=sample.service(
                "options: --memory 512m",
                "command: redis-server --maxmemory 384mb --maxmemory-policy allkeys-lru",
            ),
        ),
    )
    allows = (sample.service("options: --memory 2g", "command: redis-server --maxmemory 1gb"),)

    def check(self, service: Service) -> Iterator[Finding]:
        command = service.command
        found = (
            re.search(r"--maxmemory[ =]+(\d+(?:\.\d+)?)([kmg]?)b?\b", command.value, re.IGNORECASE)
            if command
            else None
        )
        limit_size = size(options(service).value("memory") or "")
        if command is None or found is None or not limit_size or not is_redis(service):
            return
        wanted = float(found[1]) * 1024 ** (" kmg".index(found[2].lower() or " "))
        if wanted >= limit_size:
            yield self.found(
                command.part(self.text, found.start(), found.end()),
                f"the container is killed at {options(service).value('memory')}, before maxmemory is reached",
                cure=f"write --maxmemory {limit_size * 3 // 4 // 2**20}mb",
            )
