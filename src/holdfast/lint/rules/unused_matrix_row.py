"""A matrix row of server versions that never reaches the server.

The matrix lists versions of a service, but nothing in the job reads that row: each leg starts the same image, and
the versions are tested in name only. Use the row in the service's image, or drop it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import family, images, text_of_job
from holdfast.lint.workflow import Job, Service

_MATRIX = "strategy:\n  matrix:\n    {}: ['7.2', '7.4']"


class UnusedMatrixRow(JobRule):
    id = "unused-matrix-row"
    group = Group.SERVICE
    severity = Severity.WARNING
    keys = frozenset(("matrix",))
    examples = (
        Example(
            bad=sample.redis(job=_MATRIX.format("«redis-version»")),
            good=sample.redis(job=_MATRIX.format("redis-version"), image="redis:${{ matrix.redis-version }}"),
        ),
    )
    allows = (
        sample.redis(job=_MATRIX.format("python")),
        sample.redis(job=_MATRIX.format("redis"), steps="REDIS=${{ matrix['redis'] }} make test"),
        sample.redis(job=_MATRIX.format("redis"), steps="echo '${{ toJSON(matrix) }}'"),
        sample.redis(job=_MATRIX.format("redis").replace("['7.2', '7.4']", "${{ fromJSON(vars.VERSIONS) }}")),
        sample.redis(job=_MATRIX.format("redis-client")),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        matrix = job.matrix
        if not job.services or not isinstance(matrix, Mapping):
            return
        text = text_of_job(job)
        # the whole context, or a row whose name an expression computes
        if re.search(r"\bmatrix\b(?!\s*:)(?!\.[\w-])(?!\s*\[\s*')", text):
            return
        for entry in matrix:
            service = self._named_after(job, entry.name.lower())
            if service is None or not isinstance(entry.value, Sequence) or len(entry.value.items) < 2:
                continue
            if not re.search(
                rf"\bmatrix(?:\.|\s*\[\s*'){re.escape(entry.name)}(?![\w-])", text, re.IGNORECASE
            ):
                yield self.found(
                    entry,
                    f"nothing in the job reads matrix.{entry.name}, so every leg starts the same {service.id}",
                    cure=f"write it into the image of {service.id}, or drop the row",
                    also=((service.image, "the image"),) if service.image is not None else (),
                )

    def _named_after(self, job: Job, row: str) -> Service | None:
        """The service of which a row lists versions, by its name alone: `redis`, `redis-version`, `redis_image`."""
        plain = re.sub(r"[-_]?(versions?|tags?|images?)$", "", row)
        for service in job.services:
            known = family(service)
            names = {service.id.lower()} | ({known.name} if known else set())
            if plain in names and images(service):
                return service
        return None
