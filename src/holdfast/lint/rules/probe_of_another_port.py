"""Health commands that ask a port at which the server does not listen.

Every probe is refused and the service is given up as unhealthy. The command runs inside the container: the
port is the server's own, not the published one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    options,
    server_port,
)
from holdfast.lint.workflow import Service


class ProbeOfAnotherPort(ServiceRule):
    id = "probe-of-another-port"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service('ports: ["6380:6379"]', 'options: --health-cmd «"redis-cli -p 6380 -e ping"»'),
            good=sample.service('ports: ["6380:6379"]', 'options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service(
                "command: redis-server --port 6380", 'options: --health-cmd «"redis-cli -e ping"»'
            ),
            good=sample.service(
                "command: redis-server --port 6380", 'options: --health-cmd "redis-cli -p 6380 -e ping"'
            ),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "redis-cli -p 6379 -e ping"'),
        sample.service('options: --health-cmd "redis-cli -p 26379 ping"', "entrypoint: redis-sentinel"),
        sample.service(
            'options: --health-cmd "redis-cli -p 7000 ping"', image="grokzen/redis-cluster:7.0.10"
        ),
        sample.service('options: --health-cmd "redis-cli -h cache -p 1 ping"'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option = options(service).last("health-cmd")
        scalar = service.options
        image = family(service)
        port = server_port(service)
        if (
            option is None
            or option.dynamic
            or scalar is None
            or image is None
            or port is None
            or not option.value
        ):
            return
        if image.name in ("redis-cluster",) or re.search(
            r"\s-h[ =]?(?!localhost|127)|\s-u\s|\s-s\s", option.value
        ):
            return
        found = re.search(
            r"\b(?:redis|valkey|keydb)-cli\b(?:.*?\s-p[ =]?(\d+))?|pg_isready(?:.*?\s(?:-p|--port)[ =]?(\d+))?",
            option.value,
        )
        if found is None:
            return
        asked = int(found[1] or found[2] or image.ports[0])
        if asked != port and asked not in image.ports[1:]:
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                f"the health command asks port {asked}, the server listens at {port}",
                cure=f"ask port {port}",
            )
