"""Honest health commands that never log in.

The server asks for a password, the health command gives none: the answer is NOAUTH, `-e` or `grep` make a
failure of it, and the service is given up as unhealthy. Set `REDISCLI_AUTH` in the service's env, which
redis-cli reads in the container.

Source: redis/redis, src/redis-cli.c; measured with 7.0.15.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    env_of,
    flag,
    is_redis,
    options,
)
from holdfast.lint.workflow import Service


class UnauthenticatedProbe(ServiceRule):
    id = "unauthenticated-probe"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service(
                "command: redis-server --requirepass ci", 'options: --health-cmd «"redis-cli -e ping"»'
            ),
            good=sample.service(
                "command: redis-server --requirepass ci",
                "env:",
                "  REDISCLI_AUTH: ci",
                'options: --health-cmd "redis-cli -e ping"',
            ),
        ),
    )
    allows = (
        sample.service(
            "command: redis-server --requirepass ci", 'options: --health-cmd "redis-cli -a ci -e ping"'
        ),
        sample.service("command: redis-server --requirepass ci", 'options: --health-cmd "redis-cli ping"'),
        sample.service("command: redis-server --requirepass ''", 'options: --health-cmd "redis-cli -e ping"'),
        sample.redis(),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option = options(service).last("health-cmd")
        scalar = service.options
        password = flag(service, "requirepass")
        if option is None or option.dynamic or scalar is None or not password or not is_redis(service):
            return
        value = option.value or ""
        logs_in = re.search(r"(^|\s)(-a|--pass|-u|--user|AUTH)\b", value) or "AUTH" in value
        if (
            logs_in
            or "REDISCLI_AUTH" in env_of(service.env)
            or any("REDISCLI_AUTH" in (one.value or "") for one in options(service).options)
        ):
            return
        if re.search(r"cli\b.*\s-e(\s|$)|grep.*PONG|=\s*PONG", value):
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                "the server asks for a password and the health command gives none, so the service is given up",
                cure="set REDISCLI_AUTH in the service's env",
            )
