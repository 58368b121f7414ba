"""A random port of the machine used as if it were fixed.

`6379` alone under `ports` publishes the container's port on a random port of the machine. Nothing listens at
localhost:6379. Write `6379:6379`, or read `job.services.<id>.ports['6379']`.

Source: docs.github.com, "About service containers"; actions/runner, DockerUtil.cs.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.addresses import Address, addresses
from holdfast.lint.memo import remembered
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    host_ports,
    on_host,
    ports,
)
from holdfast.lint.workflow import Job, Service, Workflow


class RandomPortAsFixed(ServiceRule):
    id = "random-port-as-fixed"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("ports",))
    examples = (
        Example(
            bad=sample.service("ports: [«6379»]", job="env:\n  REDIS_URL: redis://localhost:6379"),
            good=sample.service('ports: ["6379:6379"]', job="env:\n  REDIS_URL: redis://localhost:6379"),
        ),
        Example(
            bad=sample.service(
                "ports:", "  - «6379/tcp»", job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_PORT: 6379"
            ),
            good=sample.service(
                "ports:", "  - 6379:6379/tcp", job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_PORT: 6379"
            ),
        ),
    )
    allows = (
        sample.service(
            "ports: [6379]", job="env:\n  URL: redis://localhost:${{ job.services.redis.ports['6379'] }}"
        ),
        sample.service("ports: [6379]"),
        sample.service("ports: [6379]", job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        job = service.job
        if not on_host(job):
            return
        for port in ports(service):
            if port.host or port.container in host_ports(job) or "-" in port.node.value:
                continue
            used = _used(job).get(port.container)
            if used is None:
                continue
            if _ports_are_read(job.workflow) and f"job.services.{service.id}.ports" in self.text:
                continue
            words = f"{port.container}:{port.node.value}"
            fix = edits.replaced(
                self.source,
                port.node,
                0,
                len(port.node.value),
                words if not port.node.plain or "/" in words else f'"{words}"',
            )
            yield self.found(
                port.node,
                f"{port.node.value} alone is published on a random port of the "
                f"machine, not on {port.container}",
                cure=f"write {words}",
                also=((used.scalar.part(self.text, used.start, used.end), "used here as fixed"),),
                fix=fix,
            )


@remembered
def _used(job: Job) -> dict[int | None, Address]:
    """The first address on the machine itself for each port."""
    return {one.port: one for one in reversed(addresses(job)) if one.local}


@remembered
def _ports_are_read(workflow: Workflow) -> bool:
    """Whether any service's ports are read back from the runner."""
    return "job.services." in workflow.text
