"""Images that end in a colon.

An empty tag is no reference: docker refuses it and the job stops. It is usually an expression that has no
value in some leg of the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    images,
)
from holdfast.lint.workflow import Service, is_expression


class EmptyImageTag(ServiceRule):
    id = "empty-image-tag"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("services",))
    examples = (
        Example(bad=sample.service(image='«"redis:"»'), good=sample.service(image='"redis:8.2"')),
        Example(
            bad=sample.service(
                image="«redis:${{ matrix.redis }}»", job="strategy:\n  matrix:\n    go: ['1.25']"
            ),
            good=sample.service(
                image="redis:${{ matrix.redis }}", job="strategy:\n  matrix:\n    redis: ['8.2']"
            ),
        ),
    )
    allows = (
        sample.service(image="redis:${{ inputs.version }}"),
        sample.service(
            image="redis:${{ matrix.redis }}", job="strategy:\n  matrix: ${{ fromJSON(needs.a.outputs.b) }}"
        ),
        sample.service(
            image="${{ matrix.image }}:${{ matrix.tag }}",
            job="strategy:\n  matrix:\n    include: [{image: redis, tag: '8.2'}]",
        ),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = service.image
        bad = next((one for one in images(service) if one.endswith(":") or one.startswith(":")), None)
        if image is not None and bad is not None:
            yield self.found(
                image,
                f"the image is {bad} in some leg, which is no reference to docker",
                cure="give it a tag in every leg" if is_expression(image) else "write the version",
            )
