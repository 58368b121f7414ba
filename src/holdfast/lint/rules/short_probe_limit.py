"""Health checks whose time limit a good probe does not keep.

Docker starts a process in the container for each probe. For redis-cli that takes some 0.1 s on an idle machine and
several times as long on a busy one; a program on Erlang's or Java's machine needs seconds. A probe beyond
`--health-timeout` counts as failed, however well the server is.

Source: measured for redis-cli on engine 26.1; the other programs' times are estimates, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import health, options
from holdfast.lint.workflow import Service

# Seconds that a probe by any program must be given, and what those need that take much longer.
_ANY = 0.25
_TAKES = {
    "rabbitmq-diagnostics": 1.5,
    "rabbitmqctl": 1.5,
    "kafka-topics.sh": 2.0,
    "kafka-broker-api-versions.sh": 2.0,
    "cqlsh": 1.0,
    "nodetool": 1.5,
    "mongosh": 0.7,
}


class ShortProbeLimit(ServiceRule):
    id = "short-probe-limit"
    group = Group.BUDGET
    severity = Severity.WARNING
    needs = frozenset(("health-timeout",))
    examples = (
        Example(
            bad=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 1s «--health-timeout 100ms»'
            ),
            good=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 1s --health-timeout 3s'
            ),
        ),
        Example(
            bad=sample.service(
                'options: --health-cmd "rabbitmq-diagnostics -q ping" «--health-timeout 1s»',
                image="rabbitmq:4.0",
            ),
            good=sample.service(
                'options: --health-cmd "rabbitmq-diagnostics -q ping" --health-timeout 10s',
                image="rabbitmq:4.0",
            ),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "redis-cli -e ping" --health-timeout 500ms'),
        sample.service('options: --health-cmd "redis-cli -e ping" --health-timeout 0s'),
        sample.service(
            'options: --health-cmd "rabbitmq-diagnostics -q ping" --health-timeout 3s', image="rabbitmq:4.0"
        ),
        sample.service('options: --health-cmd "x" --health-timeout ${{ vars.LIMIT }}'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        numbers, scalar, parsed = health(service), service.options, options(service)
        command, written = parsed.last("health-cmd"), parsed.last("health-timeout")
        if numbers is None or scalar is None or command is None or written is None:
            return
        words = re.split(r"[\s;|&()\"']+", command.value or "")
        slow = next((word.rpartition("/")[2] for word in words if word.rpartition("/")[2] in _TAKES), None)
        needed = _TAKES[slow] if slow else _ANY
        if numbers.in_force.timeout >= needed:
            return
        takes = (
            f"{slow} usually needs some {needed:g} s (estimated)"
            if slow
            else "starting a probe in the container takes some 0.1 s on an idle machine, more on a busy one"
        )
        yield self.found(
            scalar.part(self.text, written.start, written.end),
            f"each probe has {numbers.in_force.timeout:g} s, and {takes}",
            cure=f"write --health-timeout {max(3, round(needed * 5))}s",
        )
