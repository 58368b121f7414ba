"""Service images without a tag.

Without a tag Docker takes `latest`, whatever that is on the day. Write the version that is meant.

Source: docs.docker.com, docker pull; 37 of 132 Redis services in public workflows.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import FROZEN, floats
from holdfast.lint.images import parse as reference
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service, is_expression


class UntaggedImage(ServiceRule):
    id = "untagged-image"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("services",))
    examples = (
        Example(bad=sample.service(image="«redis»"), good=sample.service(image="redis:8.2")),
        Example(bad=sample.service(image="«valkey/valkey»"), good=sample.service(image="valkey/valkey:8.1")),
    )
    allows = (
        sample.service(image="redis@sha256:" + "0" * 64),
        sample.service(image="localhost:5000/redis:7.4"),
        sample.service(image="${{ matrix.image }}"),
        sample.service("env: {ALLOW_EMPTY_PASSWORD: 'yes'}", image="bitnamilegacy/redis"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        if image is None or is_expression(image) or not image.value.strip():
            return
        parts = reference(image.value)
        if (
            floats(parts) == "untagged"
            and not image.value.endswith(":")
            and not parts.name.startswith(FROZEN)
        ):
            yield self.found(
                image, f"{image.value} has no tag, so its latest version is taken", cure="write the version"
            )
