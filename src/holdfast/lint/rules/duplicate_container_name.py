"""Two containers of one job by the same name.

`--name` takes the place of the name that the runner makes up. A second container of that name cannot be created,
and the job ends at "Initialize containers".

Source: docker, "the container name is already in use"; tried with engine 26.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import options
from holdfast.lint.workflow import Job, Service

_TWO = sample.service("options: --name cache").replace(
    "    steps:\n", "      other:\n        image: valkey/valkey:8.1-alpine\n        options: {}\n    steps:\n"
)


class DuplicateContainerName(JobRule):
    id = "duplicate-container-name"
    group = Group.SERVICE
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("--name",))
    examples = (Example(bad=_TWO.format("«--name cache»"), good=_TWO.format("--name other")),)
    allows = (_TWO.format("--name ${{ github.job }}"), _TWO.format("--hostname cache"))

    def check(self, job: Job) -> Iterator[Finding]:
        taken: dict[str, Service] = {}
        for service in job.services:
            option, scalar = options(service).last("name"), service.options
            if option is None or option.dynamic or not option.value or scalar is None:
                continue
            other = taken.setdefault(option.value, service)
            if other is not service:
                yield self.found(
                    service.key
                    if scalar is other.options
                    else scalar.part(self.text, option.start, option.end),
                    f"{other.id} has the name {option.value} already, and a second container cannot have it",
                    cure="choose another, or drop it",
                    also=((other.key, "the first"),),
                )
