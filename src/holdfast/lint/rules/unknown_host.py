"""Host names that no container of the job has.

In a job's network a service has one name, its id. A URL with another bare name does not resolve ("getaddrinfo
ENOTFOUND").

Source: actions/runner, ContainerOperationProvider.cs (`--network-alias`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    in_container,
    redis_services,
    text_of_job,
)
from holdfast.lint.workflow import Job


class UnknownHost(JobRule):
    id = "unknown-host"
    group = Group.SERVICE
    severity = Severity.ERROR
    confidence = Confidence.MEDIUM
    key = "services"
    needs = frozenset(("container",))
    examples = (
        Example(
            bad=sample.service(
                sample.PROBE, job="container: node:22\nenv:\n  REDIS_URL: redis://«cache»:6379"
            ),
            good=sample.service(
                sample.PROBE, job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"
            ),
        ),
    )
    allows = (
        sample.service(
            "options: --network-alias cache", job="container: node:22\nenv:\n  REDIS_URL: redis://cache:6379"
        ),
        sample.service(
            job=(
                "container: {image: 'node:22', options: '--add-host cache:10.0.0.1'}\n"
                "env:\n  REDIS_URL: redis://cache:6379"
            )
        ),
        sample.service(job="container: node:22\nenv:\n  REDIS_URL: redis://cache.example.com:6379"),
        sample.service(job="container: node:22\nenv:\n  REDIS_URL: redis://REDIS:6379"),
        sample.service(
            steps="docker compose up -d", job="container: node:22\nenv:\n  REDIS_URL: redis://cache:6379"
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not in_container(job) or not redis_services(job):
            return
        text = text_of_job(job)
        if re.search(r"--network|--add-host|--name|--hostname|/etc/hosts|\bdocker\b(?!\.)|\bcompose\b", text):
            return
        ids = {service.id.lower() for service in job.services}
        for one in addresses(job):
            bare = re.fullmatch(r"[A-Za-z][\w-]*", one.host) and not one.local
            if not bare or one.host.lower() in ids or not one.scheme or not one.redis or not one.name:
                continue
            service = redis_services(job)[0]
            yield self.found(
                one.scalar.part(self.text, one.start, one.end),
                f"no service of the job is named {one.host}",
                cure=f"write {service.id}",
                also=((service.key, "the service"),),
            )
