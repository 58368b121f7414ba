"""Images with capital letters.

Docker accepts small letters only in the name of an image: "repository name must be lowercase". The tag may have
capitals.

Source: distribution/reference, reference.go; tried with docker 28.2.
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


class UpperCaseImage(ServiceRule):
    id = "upper-case-image"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("services",))
    examples = (Example(bad=sample.service(image="«Redis:8.2»"), good=sample.service(image="redis:8.2")),)
    allows = (
        sample.service(image="redis:8.2-Alpine"),
        sample.service(image="ghcr.io/${{ github.repository_owner }}/redis:1"),
        sample.service(image="Registry.example.com/redis:8.2"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        for value in images(service):
            name = reference(value).name
            first, slash, rest = name.partition("/")
            path = rest if slash and re.search(r"[.:]|^localhost$", first) else name
            if image is not None and path.replace(HOLE, "") != path.replace(HOLE, "").lower():
                yield self.found(
                    image, f"docker refuses the capital letters of {path}", cure=f"write {path.lower()}"
                )
                return
