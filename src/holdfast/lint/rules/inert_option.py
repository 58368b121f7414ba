"""Options without effect on a service.

A service has no terminal and no standard input that anybody reads, the runner pulls the image itself before
it creates the container, and the container is thrown away with the job.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class InertOption(ServiceRule):
    id = "inert-option"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("options",))
    examples = (
        Example(bad=sample.service("options: «-it» --cpus 1"), good=sample.service("options: --cpus 1")),
        Example(bad=sample.service("options: «--pull always»"), good=sample.service("options: --cpus 1")),
    )
    allows = (sample.service("options: --init --read-only --restart always"),)

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        seen: set[int] = set()
        for option in options(service).options:
            if scalar is None or option.name not in _INERT or option.start in seen:
                continue
            seen.add(option.start)
            yield self.found(
                scalar.part(self.text, option.start, option.end),
                f"--{option.name} {_INERT[option.name]}",
                cure="drop it",
            )


_INERT = {
    "tty": "gives a terminal that nobody looks at",
    "interactive": "keeps a standard input open that nobody writes to",
    "pull": "comes too late, the runner has pulled the image",
    "quiet": "hides the output of a pull that does not take place",
    "disable-content-trust": "is the default",
}
