"""Services named after another product.

A service `postgres` that runs Redis misleads every reader, and whoever looks for its settings.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.names import names
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
)
from holdfast.lint.workflow import Service


class MisleadingServiceId(ServiceRule):
    id = "misleading-service-id"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service(name="«mongodb»"),
            good=sample.service(name="redis"),
        ),
    )
    allows = (
        sample.service(name="cache"),
        sample.service(name="redis", image="valkey/valkey:8.1"),
        sample.service(name="mysql", image="mariadb:11.8"),
        sample.service(name="redis-and-postgres"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = family(service)
        named = _NAMES.get(service.id.lower())
        if image is not None and named is not None and image.name not in named:
            yield self.found(
                service.key,
                f"the service named {service.id} runs {image.name}",
                cure=f"name it {image.name}",
            )


_REDIS = names("redis valkey redis-stack bitnami dragonfly keydb redis-cluster")
_NAMES = {
    "redis": _REDIS,
    "valkey": _REDIS,
    "postgres": names("postgres"),
    "postgresql": names("postgres"),
    "mysql": names("mysql mariadb"),
    "mariadb": names("mysql mariadb"),
    "mongo": names("mongo"),
    "mongodb": names("mongo"),
    "rabbitmq": names("rabbitmq"),
    "memcached": names("memcached"),
    "elasticsearch": names("elasticsearch opensearch"),
}
