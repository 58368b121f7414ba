"""Published ports among those that the machine hands out by itself.

Linux gives outgoing connections ports from 32768 to 60999. A published port in that range is taken now and
then when the service starts. Choose one below.

Source: Linux, net.ipv4.ip_local_port_range; OpenCTI-Platform/opencti issue 18355.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    ports,
)
from holdfast.lint.workflow import Service


class EphemeralHostPort(ServiceRule):
    id = "ephemeral-host-port"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("ports",))
    examples = (
        Example(bad=sample.service('ports: [«"56379:6379"»]'), good=sample.service('ports: ["16379:6379"]')),
    )
    allows = (sample.service('ports: ["32767:6379", 50000]'),)

    def check(self, service: Service) -> Iterator[Finding]:
        for node in dict.fromkeys(port.node for port in ports(service) if 32768 <= port.host <= 60999):
            yield self.found(
                node,
                "the machine gives ports from 32768 to 60999 to outgoing connections, so this one may be taken",
                cure="choose a port below 32768",
            )
