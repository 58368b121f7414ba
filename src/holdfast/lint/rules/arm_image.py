"""Images that have no build for Arm machines.

A pull on an Arm machine ends with "no matching manifest for linux/arm64".

Source: MySQL 5.7 was released for x86-64 alone; the registry was not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import known, official
from holdfast.lint.images import parse as reference
from holdfast.lint.matrix import legs, resolved
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service


class ArmImage(ServiceRule):
    id = "arm-image"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    needs = frozenset(("-arm",))
    examples = (
        Example(
            bad=sample.service("env: {MYSQL_ALLOW_EMPTY_PASSWORD: 'yes'}", image="«mysql:5.7»").replace(
                "ubuntu-24.04", "ubuntu-24.04-arm"
            ),
            good=sample.service("env: {MYSQL_ALLOW_EMPTY_PASSWORD: 'yes'}", image="mysql:8.4").replace(
                "ubuntu-24.04", "ubuntu-24.04-arm"
            ),
        ),
    )
    allows = (sample.service(image="mysql:5.7"), sample.redis().replace("ubuntu-24.04", "ubuntu-24.04-arm"))

    def check(self, service: Service) -> Iterator[Finding]:
        if service.image is None:
            return
        for value in _on_arm(service, service.image):
            parts = reference(value)
            found = known(value)
            if (
                found is not None
                and found.name == "mysql"
                and parts.version
                and parts.version[0] < 8
                and official(value)
            ):
                yield self.found(
                    service.image,
                    f"{value} has no build for Arm machines",
                    cure="write mysql:8.4, or run on x64",
                )
                return


def _on_arm(service: Service, image: Scalar) -> tuple[str, ...]:
    """The images of the legs that run on an Arm machine."""
    known_legs = legs(service.job)
    if known_legs is None:
        return ()
    return tuple(
        resolved(image.value, leg)
        for leg in known_legs
        if any(_ARM.match(resolved(label.value, leg)) for label in service.job.labels)
    )


_ARM = re.compile(r"ubuntu-\d\d\.\d\d-arm$")
