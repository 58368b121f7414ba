"""Services that steps on the machine cannot reach, because no port is published.

Steps of a job without a `container` run on the machine; a service is in a network of its own, and only its
published ports are reachable, at 127.0.0.1. Publish the port, or run the job in a container and use the
service's id as the host. Where the file does not say which address the tests use, it is a warning.

Source: docs.github.com, "About service containers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    job_text,
    runs_tests,
)
from holdfast.lint.services import (
    on_host,
    ports,
    ports_known,
    server_port,
    text_of_job,
)
from holdfast.lint.workflow import Job, Service


class UnpublishedPort(ServiceRule):
    id = "unpublished-port"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service(sample.PROBE, job="env:\n  REDIS_URL: redis://127.0.0.1:6379").replace(
                "redis:\n        image", "«redis»:\n        image"
            ),
            good=sample.service(sample.PROBE, job="env:\n  REDIS_URL: redis://127.0.0.1:6379").replace(
                "8.2-alpine\n", '8.2-alpine\n        ports: ["6379:6379"]\n'
            ),
        ),
        Example(
            bad=sample.service(
                sample.PROBE, steps="- run: composer update\n- run: vendor/bin/phpunit"
            ).replace("redis:\n        image", "«redis»:\n        image"),
            good=sample.service(
                sample.PROBE, steps="- run: composer update\n- run: vendor/bin/phpunit"
            ).replace("8.2-alpine\n", '8.2-alpine\n        ports: ["6379:6379"]\n'),
        ),
    )
    allows = (
        sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        sample.service(job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"),
        sample.service(job="env:\n  REDIS_ADDR: localhost:9999"),
        sample.service(steps="- uses: example/app-test@v1\n- run: pytest"),
        sample.service(steps="docker run --network ${{ job.services.redis.network }} app\npytest"),
        sample.service("options: -p 6379:6379", job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        sample.service(steps="docker run --network ${{ job.container.network }} app"),
        sample.service("ports: ${{ fromJSON(vars.PORTS) }}", job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        sample.service(
            steps="- run: docker run -d -p 6379:6379 redis:8.2\n- run: make",
            job="env:\n  REDIS_URL: redis://127.0.0.1:6379",
        ),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        job = service.job
        port = server_port(service)
        if port is None or not on_host(job) or not ports_known(service) or service.ports:
            return
        taken = {one.host for other in job.services for one in ports(other)}
        if port in taken or re.search(rf":{port}\b", _container_starts(job)):
            return
        local = [one for one in addresses(job) if one.local]
        used = next((one for one in local if one.port == port), None)
        published = f'ports: ["{port}:{port}"]'
        fix = (
            edits.with_key(self.source, service.node, service.entry("image"), published)
            if not service.has("ports")
            else None
        )
        if used is not None:
            yield self.found(
                service.key,
                f"no port of {service.id} is published, so {used.host}:{port} is refused on the machine",
                cure=f"write {published}",
                also=((used.scalar.part(self.text, used.start, used.end), "used here"),),
                fix=fix,
            )
        elif not local and _only_by_steps(job):
            yield self.found(
                service.key,
                f"no port of {service.id} is published, and the steps run on the machine, not in its network",
                cure=f"write {published}",
                fix=fix,
                severity=Severity.WARNING,
                confidence=Confidence.MEDIUM,
            )


def _only_by_steps(job: Job) -> bool:
    """Whether the steps' own commands alone can mean the service: no other service, no action that may be one of
    Docker's, no word of Docker in a script, and a test run that is there to use it.
    """
    if len(job.services) > 1 or not any(runs_tests(step) for step in job.steps):
        return False
    if any(step.uses is not None and not _SET_UP.match(step.uses.value) for step in job.steps):
        return False
    return not re.search(r"docker|podman|nsenter", job_text(job)) and "job.services" not in text_of_job(job)


_SET_UP = re.compile(
    r"actions/|[\w.-]+/setup-|[\w.-]+/[\w.-]*(cache|install|checkout|codecov|coverage)[\w.-]*@"
)


def _container_starts(job: Job) -> str:
    """What steps publish by themselves."""
    text = job_text(job)
    uses = " ".join(step.uses.value for step in job.steps if step.uses)
    other = re.search(
        r"compose\b|redis-server|valkey-server|postgres\b|mysqld|service \w+ start|socat|ssh", text
    )
    return text + (
        " :6379 :5432 :3306 " if other or re.search(r"redis|postgres|mysql|compose\b", uses) else ""
    )
