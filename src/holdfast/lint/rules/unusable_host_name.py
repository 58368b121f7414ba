"""Service ids that are no host names.

A host name has no underscore. Docker resolves such an id, yet URL parsers of several languages refuse it (Java's
URI has no host then). Write a hyphen.

Source: RFC 1123, section 2.1; java.net.URI.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job


class UnusableHostName(JobRule):
    id = "unusable-host-name"
    group = Group.SERVICE
    severity = Severity.NOTICE
    key = "services"
    needs = frozenset(("container",))
    examples = (
        Example(
            bad=sample.service(job="container: node:22\nenv:\n  REDIS_URL: redis://«my_redis»:6379").replace(
                "redis:\n        image", "my_redis:\n        image"
            ),
            good=sample.service(job="container: node:22\nenv:\n  REDIS_URL: redis://redis:6379"),
        ),
    )
    allows = (
        sample.service().replace("redis:\n        image", "my_redis:\n        image"),
        sample.service(job="container: node:22\nenv:\n  REDIS_URL: redis://a_b.example.com:6379"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        ids = {service.id for service in job.services}
        for one in addresses(job):
            if one.host in ids and "_" in one.host and one.scheme:
                yield self.found(
                    one.scalar.part(self.text, one.start, one.end),
                    f"{one.host} is no host name, and some URL parsers refuse the underscore",
                    cure=f"name the service {one.host.replace('_', '-')}",
                )
