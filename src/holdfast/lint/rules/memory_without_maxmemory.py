"""Memory limits that kill the server instead of making it evict.

Without `maxmemory` Redis grows until it meets the container's limit, and the kernel kills it (exit 137). With
`maxmemory` at three quarters of the limit and a policy it evicts and lives.

Source: measured with 7.0.15 in a container of 64 MB.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import size
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    command_words,
    family,
    options,
)
from holdfast.lint.workflow import Service


class MemoryWithoutMaxmemory(ServiceRule):
    id = "memory-without-maxmemory"
    group = Group.REDIS
    severity = Severity.WARNING
    needs = frozenset(("--memory", "-m"))
    examples = (
        Example(
            bad=sample.service("options: «--memory 512m»"),
            good=sample.service(
                "options: --memory 512m",
                "command: redis-server --maxmemory 384mb --maxmemory-policy allkeys-lru",
            ),
        ),
    )
    allows = (
        sample.service("options: --memory-reservation 512m"),
        sample.service("options: --memory 512m", image="postgres:17"),
        sample.service("options: --memory 512m", steps="docker exec x redis-cli config set maxmemory 300mb"),
        sample.service("options: --memory 512m", "command: redis-server /etc/redis.conf"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option, scalar, image = options(service).last("memory"), service.options, family(service)
        if (
            option is None
            or scalar is None
            or option.dynamic
            or image is None
            or not image.redis
            or image.name == "dragonfly"
        ):
            return
        words = command_words(service)
        if (
            "maxmemory" in words
            or ".conf" in words
            or "maxmemory" in job_text(service.job)
            or service.entrypoint
        ):
            return
        limit_size = size(option.value or "")
        if not limit_size:
            return
        yield self.found(
            scalar.part(self.text, option.start, option.end),
            "without maxmemory the server is killed at this limit instead of evicting",
            cure=(
                f"add --maxmemory {max(limit_size * 3 // 4 // 2**20, 1)}mb and "
                f"a policy to command, or drop the limit"
            ),
        )
