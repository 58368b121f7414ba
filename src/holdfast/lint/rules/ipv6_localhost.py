"""localhost for a port that is published on 127.0.0.1 alone.

On hosted machines localhost is ::1 first. A port published on 127.0.0.1 does not listen there, and clients
that do not try the second address are refused ("ECONNREFUSED ::1:6379"). Write 127.0.0.1.

Source: actions/runner-images, configure-environment.sh; node-rate-limiter-flexible PR 256.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    on_host,
    ports,
)
from holdfast.lint.workflow import Job


class Ipv6Localhost(JobRule):
    id = "ipv6-localhost"
    group = Group.SERVICE
    severity = Severity.WARNING
    fixable = True
    needs = frozenset(("127.0.0.1:",))
    examples = (
        Example(
            bad=sample.service(
                'ports: ["127.0.0.1:6379:6379"]', job="env:\n  REDIS_URL: redis://«localhost»:6379"
            ),
            good=sample.service(
                'ports: ["127.0.0.1:6379:6379"]', job="env:\n  REDIS_URL: redis://127.0.0.1:6379"
            ),
        ),
    )
    allows = (
        sample.service('ports: ["127.0.0.1:6379:6379"]', steps="nc -z localhost 6379"),
        sample.redis(job="env:\n  REDIS_URL: redis://localhost:6379"),
        sample.service('ports: ["127.0.0.1:6379:6379"]', job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        sample.service('ports: ["127.0.0.1:6379:6379"]', job="env:\n  DB_URL: mysql://localhost:3306"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not on_host(job):
            return
        bound = {
            port.host: port
            for service in job.services
            for port in ports(service)
            if port.address == "127.0.0.1"
        }
        for one in addresses(job):
            if not one.scheme and one.step is not None and one.step.run is one.scalar:
                continue  # psql, redis-cli, nc: they try each address of a name
            port = bound.get(one.port or 0)
            if port is not None and one.host.lower() == "localhost":
                yield self.found(
                    one.scalar.part(self.text, one.start, one.end),
                    f"localhost is ::1 first, and port {port.host} is published on 127.0.0.1 alone",
                    cure="write 127.0.0.1",
                    also=((port.node, "published here"),),
                    fix=edits.replaced(self.source, one.scalar, one.start, one.end, "127.0.0.1"),
                )
