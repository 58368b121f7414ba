"""localhost used by steps that run in a container.

In a job with a `container`, localhost is that container itself, in which no service runs. The service is
reached by its id and the container's port.

Source: docs.github.com, "About service containers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.addresses import Address, addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    in_container,
    is_redis,
    server_port,
)
from holdfast.lint.workflow import Job, Service, text_of


class LocalhostInContainer(JobRule):
    id = "localhost-in-container"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    keys = frozenset(("container",))
    examples = (
        Example(
            bad=sample.service(
                sample.PROBE, job="container: node:22\nenv:\n  REDIS_URL: redis://«localhost»:6379"
            ),
            good=sample.service(
                sample.PROBE, job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"
            ),
        ),
        Example(
            bad=sample.service(
                sample.PROBE, job="container:\n  image: node:22\nenv:\n  REDIS_HOST: «127.0.0.1»"
            ),
            good=sample.service(sample.PROBE, job="container:\n  image: node:22\nenv:\n  REDIS_HOST: redis"),
        ),
    )
    allows = (
        sample.service(job="container: ${{ matrix.container }}\nenv:\n  REDIS_URL: redis://localhost:6379"),
        sample.service(job="container: node:22\nenv:\n  REDIS_ADDR: localhost:9999"),
        sample.service(job="container: node:22\nenv:\n  DB_HOST: localhost"),
        sample.service(
            job="container: {image: 'node:22', options: --network host}\nenv:\n  REDIS_HOST: localhost"
        ),
        sample.service(
            steps="- run: redis-server --daemonize yes\n- run: make",
            job="container: node:22\nenv:\n  REDIS_URL: redis://localhost:6379",
        ),
        sample.redis(job="env:\n  REDIS_URL: redis://localhost:6379"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not in_container(job) or not job.services:
            return
        container = job.container
        if isinstance(container, Mapping) and "network" in (text_of(container.get("options")) or ""):
            return
        started = job_text(job)
        for one in addresses(job):
            service = self._meant(one, job)
            if service is None or re.search(
                r"(redis|valkey)-server|service \w+ start|systemctl (re)?start|postgres -D|pg_ctl|mysqld",
                started,
            ):
                continue
            if one.step is not None and one.step.run is None:
                continue
            yield self.found(
                one.scalar.part(self.text, one.start, one.end),
                f"the steps run in a container, where {one.host} is the container itself and not {service.id}",
                cure=f"write {service.id}",
                also=((service.key, "the service"),),
                fix=edits.replaced(self.source, one.scalar, one.start, one.end, service.id),
            )

    def _meant(self, one: Address, job: Job) -> Service | None:
        """The service that an address of this machine surely means."""
        if not one.local:
            return None
        for service in job.services:
            port = server_port(service)
            if one.asked is not None and one.asked == port:
                return service
            if one.port is None and one.redis and is_redis(service):
                return service
        return None
