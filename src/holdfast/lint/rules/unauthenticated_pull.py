"""Pulls from Docker Hub without an account, on machines of one's own.

Docker Hub limits pulls without an account; hosted machines are exempt by agreement, others meet
"toomanyrequests" now and then. Give `credentials`, or pull from a mirror.

Source: ubicloud/ubicloud issue 2245; docs.docker.com, usage limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    job_labels,
)
from holdfast.lint.workflow import Service, is_expression


class UnauthenticatedPull(ServiceRule):
    id = "unauthenticated-pull"
    group = Group.PORTABILITY
    severity = Severity.NOTICE
    needs = frozenset(("self-hosted",))
    examples = (
        Example(
            bad=sample.service(image="«redis:8.2»").replace("ubuntu-24.04", "self-hosted"),
            good=sample.service(image="mirror.gcr.io/library/redis:8.2").replace(
                "ubuntu-24.04", "self-hosted"
            ),
        ),
    )
    allows = (
        sample.service(image="redis:8.2"),
        sample.service("credentials: {username: a, password: '${{ secrets.P }}'}", image="redis:8.2").replace(
            "ubuntu-24.04", "self-hosted"
        ),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        if (
            image is None
            or is_expression(image)
            or service.credentials
            or "self-hosted" not in job_labels(service.job)
        ):
            return
        first = image.value.partition("/")[0]
        if (
            not re.search(r"[.:]", first)
            or "/" not in image.value
            or first in ("docker.io", "index.docker.io")
        ):
            yield self.found(
                image,
                f"{image.value} is pulled from Docker Hub without an account, which "
                f"limits machines of one's own",
                cure="give credentials, or pull from a mirror",
            )
