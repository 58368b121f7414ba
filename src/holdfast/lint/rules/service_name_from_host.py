"""A service's id used as a host name by steps on the machine.

Only containers of the job's network know a service by its id. Steps of a job without a `container` run on the
machine: the name does not resolve ("getaddrinfo ENOTFOUND redis"). Use 127.0.0.1 and the published port.

Source: docs.github.com, "About service containers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.addresses import Address, addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    on_host,
    ports,
)
from holdfast.lint.workflow import Job


class ServiceNameFromHost(JobRule):
    id = "service-name-from-host"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    key = "services"
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: redis://«redis»:6379/0"),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0"),
        ),
        Example(
            bad=sample.redis(steps="redis-cli -h «redis» ping"),
            good=sample.redis(steps="redis-cli -h 127.0.0.1 ping"),
        ),
    )
    allows = (
        sample.redis(job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"),
        sample.redis(job="container: ${{ matrix.container }}\nenv:\n  REDIS_URL: redis://redis:6379"),
        sample.redis(steps="- uses: docker://example/tests:1\n  env:\n    REDIS_URL: redis://redis:6379"),
        sample.redis(steps="- uses: example/docker-action@v1\n  env:\n    REDIS_URL: redis://redis:6379"),
        sample.redis(
            steps='- run: echo "127.0.0.1 redis" | sudo tee -a /etc/hosts\n- run: redis-cli -h redis ping'
        ),
        sample.redis(job="env:\n  REDIS_URL: redis://redis.example.com:6379"),
        sample.redis(steps="docker run --network x app redis://redis:6379"),
        sample.redis("env:", "  REPLICA_OF: redis://redis:6379"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not on_host(job) or "/etc/hosts" in self.text:
            return
        by_id = {service.id.lower(): service for service in job.services}
        for one in addresses(job):
            service = by_id.get(one.host.lower())
            if service is None or not self._read_on_host(one, job):
                continue
            published = [port for port in ports(service) if port.container == one.port or one.port is None]
            fix = None
            if published and (one.port is None or published[0].host == one.port):
                fix = edits.replaced(self.source, one.scalar, one.start, one.end, "127.0.0.1")
            yield self.found(
                one.scalar.part(self.text, one.start, one.end),
                f"{one.host} is a name in the services' network only, and the steps run on the machine",
                cure="write 127.0.0.1 and the published port",
                also=((service.key, "the service"),),
                fix=fix,
            )

    def _read_on_host(self, one: Address, job: Job) -> bool:
        """Whether a script on the machine surely reads the address."""
        if one.step is not None:
            return one.step.run is not None and "docker" not in one.step.run.value
        scripts = [step for step in job.steps if step.run is not None]
        unknown = [step for step in job.steps if step.uses and not _HOST_ACTIONS.match(step.uses.value)]
        text = job_text(job)
        return bool(scripts) and not unknown and not re.search(r"\bdocker\b|\bcompose\b", text)


_HOST_ACTIONS = re.compile(
    r"actions/|[\w-]+/[\w-]*setup[\w-]*@|codecov/|pnpm/|astral-sh/|github/|coverallsapp/"
)
