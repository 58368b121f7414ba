"""The machine's side of a published port used in a container.

In a job with a `container` a service is reached at its own port. `16379:6379` publishes for the machine;
between containers the server stays at 6379.

Source: docs.github.com, "About service containers".
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    in_container,
    ports,
    server_port,
)
from holdfast.lint.workflow import Job


class HostPortFromContainer(JobRule):
    id = "host-port-from-container"
    group = Group.SERVICE
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("container",))
    examples = (
        Example(
            bad=sample.service(
                'ports: ["16379:6379"]', job="container: node:22\nenv:\n  REDIS_URL: «redis://redis:16379»"
            ),
            good=sample.service(
                'ports: ["16379:6379"]', job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"
            ),
        ),
    )
    allows = (
        sample.service(
            'ports: ["16379:6379"]', job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"
        ),
        sample.service(
            "command: redis-server --port 16379",
            'ports: ["16379:16379"]',
            job="container: node:22\nenv:\n  REDIS_URL: redis://redis:16379",
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not in_container(job):
            return
        by_id = {service.id: service for service in job.services}
        for one in addresses(job):
            service = by_id.get(one.host)
            served = server_port(service) if service else None
            if service is None or served is None or one.port in (None, served):
                continue
            wrong = next(
                (port for port in ports(service) if port.host == one.port and port.container == served), None
            )
            if wrong is not None:
                yield self.found(
                    one.port_node or one.scalar
                    if one.step is None or one.step.run is not one.scalar
                    else one.scalar.part(self.text, one.start, one.end),
                    f"{one.port} is the machine's side, between containers {service.id} is at {served}",
                    cure=f"write {served}",
                    also=((wrong.node, "published here"),),
                )
