"""The same port of the machine published twice in one job.

The second container cannot bind it: "port is already allocated", and the job stops. Publish another port of
the machine, or let Docker choose one and read `job.services.<id>.ports`.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.matrix import legs
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    ports,
)
from holdfast.lint.workflow import Job, Service, is_expression


class DuplicateHostPort(JobRule):
    id = "duplicate-host-port"
    group = Group.SERVICE
    severity = Severity.ERROR
    keys = frozenset(("ports",))
    examples = (
        Example(
            bad=sample.service('ports: ["6379:6379"]').replace(
                "    steps:",
                '      other:\n        image: valkey/valkey:8.1\n        ports: [«"6379:6379"»]\n    steps:',
            ),
            good=sample.service('ports: ["6379:6379"]').replace(
                "    steps:",
                '      other:\n        image: valkey/valkey:8.1\n        ports: ["6380:6379"]\n    steps:',
            ),
        ),
    )
    allows = (
        sample.service('ports: ["53:53/udp", "53:53/tcp"]', image="example/dns:1"),
        sample.service('ports: ["127.0.0.1:6379:6379", "127.0.0.2:6379:6379"]'),
        sample.service("ports: [6379, 6379]"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        seen: dict[tuple[int, str, str], tuple[Scalar, Service]] = {}
        if job.get("services") is None or any(is_expression(service.image) for service in job.services):
            known_legs = legs(job)
            if known_legs is None or len(known_legs) > 1:
                return
        for service in job.services:
            for port in ports(service):
                address = "" if port.address in ("0.0.0.0", "") else port.address
                key = (port.host, port.protocol, address)
                first, other = seen.get(key) or seen.get((port.host, port.protocol, "")) or (None, service)
                # an alias of another service's ports is the same node in another place
                aliased = first is port.node and other is not service
                if port.host and first is not None and (first is not port.node or aliased):
                    yield self.found(
                        service.key if aliased else port.node,
                        f"port {port.host} of the machine is published twice, and the second "
                        f"container cannot have it",
                        cure="publish another port",
                        also=((first, "first here"),),
                    )
                    break
                seen.setdefault(key, (port.node, service))
