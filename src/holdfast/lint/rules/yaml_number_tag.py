"""Versions that YAML reads as numbers.

`7.0` without quotes is the number 7, and an image with it in its tag is `redis:7`: another version is tested
than the one written. Quote it.

Source: YAML 1.2 core schema; GitHub prints 7.0 as 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.matrix import cells
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job
from holdfast.text import Edit


class YamlNumberTag(JobRule):
    id = "yaml-number-tag"
    group = Group.SERVICE
    severity = Severity.WARNING
    fixable = True
    key = "services"
    needs = frozenset(("matrix",))
    examples = (
        Example(
            bad=sample.service(
                image="redis:${{ matrix.redis }}", job="strategy:\n  matrix:\n    redis: [6.2, «7.0», 8.2]"
            ),
            good=sample.service(
                image="redis:${{ matrix.redis }}", job='strategy:\n  matrix:\n    redis: [6.2, "7.0", 8.2]'
            ),
        ),
    )
    allows = (
        sample.service(
            image="redis:${{ matrix.redis }}", job="strategy:\n  matrix:\n    redis: ['7.0', 7.2]"
        ),
        sample.service(job="strategy:\n  matrix:\n    factor: [1.0, 2.0]"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        seen: set[int] = set()
        for service in job.services:
            for cell in cells(service.image, job) if service.image else ():
                if id(cell) in seen or cell.tag != "float" or not re.fullmatch(r"\d+\.\d*0", cell.value):
                    continue
                seen.add(id(cell))
                read = f"{float(cell.value):g}"
                yield self.found(
                    cell,
                    f"{cell.value} is read as the number {read}, so the image's tag has {read}",
                    cure=f'quote it: "{cell.value}"',
                    fix=(Edit(cell.start, cell.end, f'"{cell.value}"'),),
                )
