"""Service images that change under the same name.

`latest` moves to a new major version, a bare major to new minors: what was tested yesterday is not what will be
tested tomorrow. Redis 8.0 broke test suites on the day it became `latest`. Write major and minor.

Source: zmap/zgrab2 PR 539, DataDog/test-infra-definitions PR 1517.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import FROZEN, floats, known
from holdfast.lint.images import parse as reference
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service, is_expression


class FloatingImage(ServiceRule):
    id = "floating-image"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("services",))
    examples = (
        Example(bad=sample.service(image="«redis:latest»"), good=sample.service(image="redis:8.2")),
        Example(bad=sample.service(image="«redis:7-alpine»"), good=sample.service(image="redis:7.4-alpine")),
    )
    allows = (
        sample.service(image="redis:7.4"),
        sample.service(image="redis"),
        sample.service(image="redis:${{ inputs.version }}"),
        sample.service(image="redis:7@sha256:" + "0" * 64),
        sample.service("env: {ALLOW_EMPTY_PASSWORD: 'yes'}", image="bitnamilegacy/redis:latest"),
        sample.service(image="redis:${{ matrix.v }}", job="strategy:\n  matrix:\n    v: ['7', latest]"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        if image is None or is_expression(image) or known(image.value) is None:
            return
        parts = reference(image.value)
        if parts.name.startswith(FROZEN):
            return
        kind = floats(parts)
        if kind not in ("latest", "major"):
            return
        sense = "the next major version" if kind == "latest" else "the next minor version"
        yield self.found(
            image,
            f"{parts.tag} moves to {sense} by itself",
            cure="write major and minor" + (f", such as {_TAGS[parts.name]}" if parts.name in _TAGS else ""),
            severity=Severity.WARNING if kind == "latest" else Severity.NOTICE,
        )


# Minor versions that are supported in 2026-11.
_TAGS = {
    "redis": "redis:8.2-alpine",
    "valkey/valkey": "valkey/valkey:8.1-alpine",
    "postgres": "postgres:17.6",
}
