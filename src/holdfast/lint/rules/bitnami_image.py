"""Bitnami images after the end of the public catalogue.

Since 2025-08-28 versioned tags of `bitnami/...` are gone from the public catalogue: pulling one ends with "not
found", and the job with it. `bitnamilegacy` holds frozen copies without fixes.

Source: bitnami/charts issue 36313, bitnami/containers issue 83267.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import parse as reference
from holdfast.lint.options import (
    HOLE,
)
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    images,
)
from holdfast.lint.workflow import Service


class BitnamiImage(ServiceRule):
    id = "bitnami-image"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("bitnami",))
    examples = (
        Example(
            bad=sample.service("env: {ALLOW_EMPTY_PASSWORD: 'yes'}", image="«bitnami/redis:7.4»"),
            good=sample.service(image="redis:7.4"),
        ),
        Example(
            bad=sample.service("env: {ALLOW_EMPTY_PASSWORD: 'yes'}", image="«bitnamilegacy/redis:7.4»"),
            good=sample.service(image="redis:7.4"),
        ),
    )
    allows = (
        sample.service(image="registry.example.com/bitnami/redis:7.4"),
        sample.service(image="bitnamisecure/redis:latest"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        for value in images(service):
            parts = reference(value)
            name = re.sub(r"^(docker\.io|index\.docker\.io)/", "", parts.name)
            if image is None or HOLE in name:
                return
            if name.startswith("bitnamilegacy/"):
                yield self.found(
                    image,
                    f"{name} is a frozen copy that gets no fixes",
                    cure=_cure(name),
                    severity=Severity.WARNING,
                )
                return
            if name.startswith("bitnami/"):
                gone = bool(parts.tag) and parts.tag != "latest" and HOLE not in parts.tag
                yield self.found(
                    image,
                    f"{name}:{parts.tag} is gone from the public catalogue, so the pull fails"
                    if gone
                    else f"{name} is left in the public catalogue as latest alone, without promises",
                    cure=_cure(name),
                    severity=Severity.ERROR if gone else Severity.WARNING,
                )
                return


def _cure(name: str) -> str:
    product = name.rpartition("/")[2]
    server, _, role = product.partition("-")
    if role in ("sentinel", "cluster"):
        return f"use the official {server} image, with its {role} configured by flags"
    official = _OFFICIAL.get(product)
    return f"use the official image, {official}" if official else "use an image that its makers keep up"


# What replaces a Bitnami image on Docker Hub (2026-11); other products have no image of their makers there.
_OFFICIAL = {
    "redis": "redis",
    "valkey": "valkey/valkey",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "mongodb": "mongo",
    "rabbitmq": "rabbitmq",
    "memcached": "memcached",
    "elasticsearch": "elasticsearch",
    "opensearch": "opensearchproject/opensearch",
    "kafka": "apache/kafka",
    "zookeeper": "zookeeper",
    "nats": "nats",
    "minio": "minio/minio",
    "cassandra": "cassandra",
    "nginx": "nginx",
}
