"""Ports published for a job that runs in a container.

The job's container is in the services' network and reaches each by its id and its own port. Publishing changes
nothing for it, and can collide on a self-hosted machine.

Source: docs.github.com, "About service containers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    in_container,
    text_of_job,
)
from holdfast.lint.workflow import Service


class NeedlessPort(ServiceRule):
    id = "needless-port"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("container",))
    examples = (
        Example(
            bad=sample.service('ports: «["6379:6379"]»', job="container: node:22"),
            good=sample.service(job="container: node:22"),
        ),
    )
    allows = (
        sample.redis(),
        sample.service('ports: ["6379:6379"]', job="container: node:22\nenv:\n  HOST: host.docker.internal"),
        sample.service('ports: ["6379:6379"]', job="container: node:22\nenv:\n  HOST: 172.17.0.1"),
        sample.service('ports: ["6379:6379"]', job="container: ${{ vars.CONTAINER }}"),
        sample.service(
            'ports: ["6379:6379"]',
            job="container: node:22",
            steps="make PORT=${{ job.services.redis.ports[6379] }}",
        ),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        node = service.get("ports")
        if node is None or not service.ports or not in_container(service.job):
            return
        text = text_of_job(service.job)
        if re.search(
            r"host\.docker\.internal|172\.1[78]\.|--network[ =]host|gateway|/var/run/docker\.sock|job\.services",
            text,
        ):
            return
        if re.search(r"\bdocker\b", job_text(service.job)):
            return
        yield self.found(
            node,
            f"the job runs in a container and reaches {service.id} by its id, published ports change nothing",
            cure="drop them",
        )
