"""The container's side of a published port used on the machine.

In `16379:6379` the left number is the machine's, the right one the container's. Steps on the machine reach the
left one; nothing listens at the right one there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    on_host,
    ports,
    ports_known,
    server_port,
)
from holdfast.lint.workflow import Job


class ContainerPortFromHost(JobRule):
    id = "container-port-from-host"
    group = Group.SERVICE
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("ports",))
    examples = (
        Example(
            bad=sample.service('ports: ["16379:6379"]', job="env:\n  REDIS_URL: «redis://127.0.0.1:6379/0»"),
            good=sample.service('ports: ["16379:6379"]', job="env:\n  REDIS_URL: redis://127.0.0.1:16379/0"),
        ),
    )
    allows = (
        sample.service('ports: ["16379:6379", "6379:6379"]', job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        sample.service(
            'ports: ["16379:6379"]', job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"
        ),
        sample.service(
            'ports: ["16379:6379"]',
            steps="redis-server --daemonize yes",
            job="env:\n  REDIS_URL: redis://127.0.0.1:6379",
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not on_host(job) or not all(ports_known(service) for service in job.services):
            return
        all_ports = [
            port
            for service in job.services
            for port in ports(service)
            if port.host not in (0, port.container) and server_port(service) in (None, port.container)
        ]
        if not all_ports:
            return
        hosts = {port.host for service in job.services for port in ports(service)}
        if re.search(
            r"(redis|valkey)-server|docker|compose|service \w+ start|systemctl (re)?start|pg_ctl|mysqld",
            job_text(job),
        ):
            return
        if any(step.uses and re.search(r"redis|valkey|compose", step.uses.value) for step in job.steps):
            return
        for one in addresses(job):
            port = next((port for port in all_ports if port.container == one.port), None)
            if one.local and port is not None and one.port not in hosts:
                where = (
                    one.port_node or one.scalar
                    if one.step is None or one.step.run is not one.scalar
                    else one.scalar.part(self.text, one.start, one.end)
                )
                yield self.found(
                    where,
                    f"port {one.port} is the container's side, the machine's is {port.host}",
                    cure=f"write {port.host}",
                    also=((port.node, "published here"),),
                )


# Steps that start a server of their own, which may have the port.
_STARTS_OWN = re.compile(
    r"(redis|valkey)-server|docker|compose|service \w+ start|systemctl (re)?start|pg_ctl|mysqld"
)
