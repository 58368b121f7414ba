"""Ports published by options instead of `ports`.

`-p` in options works on the hosted runner, but readers, act and other tools look at `ports`, and two places
can publish the same port. Write them under `ports`.
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


class PublishedInOptions(ServiceRule):
    id = "published-in-options"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("-p", "--publish"))
    examples = (
        Example(
            bad=sample.service("options: «-p 6379:6379»"),
            good=sample.service('ports: ["6379:6379"]'),
        ),
    )
    allows = (sample.service("options: --pids-limit 100"),)

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        for option in options(service).every("publish"):
            if scalar is not None:
                yield self.found(
                    scalar.part(self.text, option.start, option.end),
                    "a port published behind the back of ports",
                    cure="write it under ports",
                )
