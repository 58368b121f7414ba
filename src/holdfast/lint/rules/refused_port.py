"""Ports that docker refuses.

A port is a number from 1 to 65535, a protocol is tcp, udp or sctp. docker stops at anything else, and the job
at "Initialize containers".

Source: docker/go-connections, nat; tried with docker 28.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import port_refusal
from holdfast.lint.matrix import texts
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service


class RefusedPort(ServiceRule):
    id = "refused-port"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("ports", "-p", "--publish"))
    examples = (
        Example(bad=sample.service('ports: [«"63790:70000"»]'), good=sample.service('ports: ["63790:6379"]')),
        Example(
            bad=sample.service('ports: [«"6379:6379/redis"»]'),
            good=sample.service('ports: ["6379:6379/tcp"]'),
        ),
        Example(bad=sample.service('ports: [«"6379:redis"»]'), good=sample.service('ports: ["6379:6379"]')),
    )
    allows = (
        sample.service('ports: ["127.0.0.1:6379:6379", 6379, "6379/tcp", "7000-7005:7000-7005"]'),
        sample.service('ports: ["${{ matrix.port }}:6379"]'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        for node in service.ports:
            for value in texts(node, service.job):
                refusal = port_refusal(value.strip()) if HOLE not in value else None
                if refusal:
                    yield self.found(node, refusal[0], cure=refusal[1])
                    break
