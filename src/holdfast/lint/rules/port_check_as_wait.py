"""A port check instead of a wait for Redis.

Docker's proxy accepts connections on a published port as soon as the container is started, before Redis
listens: `nc -z` succeeds while `redis-cli ping` gets "connection reset". Only an answered PING tells.

Source: measured with docker-proxy and Redis 7.0.15.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.services import (
    ports,
    redis_services,
)
from holdfast.lint.workflow import Step


class PortCheckAsWait(StepRule):
    id = "port-check-as-wait"
    group = Group.SERVICE
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("nc ", "/dev/tcp", "wait-for-it", "dockerize", "wait-on", "wait4x tcp"))
    examples = (
        Example(
            bad=sample.redis(steps="timeout 30 sh -c 'until «nc -z localhost 6379»; do sleep 1; done'"),
            good=sample.redis(steps="timeout 30 sh -c 'until redis-cli -e ping; do sleep 1; done'"),
        ),
        Example(
            bad=sample.redis(steps="dockerize «-wait tcp://localhost:6379» make test"),
            good=sample.redis(steps="make test"),
        ),
    )
    allows = (
        sample.redis(steps="until nc -z localhost 8080; do sleep 1; done"),
        sample.redis(steps="exec 3<>/dev/tcp/127.0.0.1/6379; printf 'PING\\r\\n' >&3"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or re.search(r"PING|PONG|-cli\b[^\n]*ping", run.value):
            return
        redis_ports = {port.host for service in redis_services(step.job) for port in ports(service)} | {6379}
        for found in _CHECKS.finditer(run.value):
            port = next((int(one) for one in found.groups() if one), None)
            if port in redis_ports:
                yield self.found(
                    run.part(self.text, found.start(), found.end()),
                    "the port is open before the server answers",
                    cure="wait for a PONG",
                )


_CHECKS = re.compile(
    r"\bnc\s+(?:-\w+\s+)*-\w*z\w*\s+(?:-\w+\s+(?:\d+\s+)?)*\S+\s+(\d+)"
    r"|/dev/tcp/[\w.-]+/(\d+)"
    r"|wait-for-it(?:\.sh)?\s+[\w.-]+:(\d+)"
    r"|-wait\s+tcp://[\w.-]+:(\d+)"
    r"|wait-on\s+tcp:(?:[\w.-]+:)?(\d+)"
    r"|wait4x\s+tcp\s+[\w.-]+:(\d+)"
)
