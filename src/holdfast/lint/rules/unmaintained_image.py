"""Images that get no more fixes.

Redis Stack ended in December 2025 and its modules are part of Redis 8; KeyDB has had no release since 2023;
Redis before 6.2, PostgreSQL before 14 and MySQL 5.7 are past their end of life.

Source: Snapchat/KeyDB issues 895 and 977, Redis Stack's notice; the other dates are the projects' published
support policies, not looked up again.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import parse as reference
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
)
from holdfast.lint.workflow import Service, is_expression


class UnmaintainedImage(ServiceRule):
    id = "unmaintained-image"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service(image="«redis/redis-stack:7.4.0-v6»"), good=sample.service(image="redis:8.2")
        ),
        Example(bad=sample.service(image="«redis:5.0-alpine»"), good=sample.service(image="redis:8.2")),
    )
    allows = (
        sample.service(image="redis:6.2"),
        sample.service(image="redis:${{ matrix.v }}", job="strategy:\n  matrix:\n    v: ['5', '8.2']"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        found = family(service)
        if image is None or found is None or is_expression(image):
            return
        version = reference(image.value).version
        oldest = _OLDEST.get(found.name)
        if found.ended:
            yield self.found(image, f"{image.value} is an image {found.ended}", cure=f"write {found.instead}")
        elif oldest and version and version < oldest[: len(version)]:
            yield self.found(
                image,
                f"{image.value} is past its end of life and gets no fixes",
                cure="test what is run in production, or a maintained version",
            )


_OLDEST = {"redis": (6, 2), "postgres": (14,), "mysql": (8, 0), "mongo": (7, 0)}
