"""Images that are no reference to docker.

A name, at most one tag behind a colon, at most one digest behind an at sign: blanks, a second tag, an address with
`https://` or a version behind the at sign are refused as "invalid reference format", and the job ends at
"Initialize containers".

Source: distribution/reference, its grammar; tried with docker 26.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import images
from holdfast.lint.workflow import Service

# Capitals in the name, an empty tag and an empty image have rules of their own.
_REFERENCE = re.compile(
    r"(?:docker://)?(?:[\w.-]+(?::\d+)?/|\[[0-9a-fA-F:]+\](?::\d+)?/)?[\w.-]+(?:/[\w.-]+)*"
    r"(?::[\w.-]{0,128})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)


class RefusedImage(ServiceRule):
    id = "refused-image"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service(image="«redis:8.2 -alpine»"),
            good=sample.service(image="redis:8.2-alpine"),
        ),
        Example(bad=sample.service(image="«redis@8.2»"), good=sample.service(image="redis:8.2")),
        Example(
            bad=sample.service(image="«redis:8.2:alpine»"), good=sample.service(image="redis:8.2-alpine")
        ),
    )
    allows = (
        sample.service(image="localhost:5000/team/redis:8.2"),
        sample.service(image="docker://redis:8.2"),
        sample.service(image=f"redis:8.2@sha256:{'a1' * 32}"),
        sample.service(image="${{ vars.REGISTRY }}/redis:8.2"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        if service.image is None:
            return
        for value in images(service):
            text = value.strip()
            if HOLE not in text and not _REFERENCE.fullmatch(text):
                yield self.found(
                    service.image,
                    f"{text} is no image reference, docker refuses it",
                    cure="write name:tag, or name:tag@sha256:digest",
                )
                return
