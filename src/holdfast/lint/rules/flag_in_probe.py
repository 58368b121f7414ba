"""Health commands that swallow docker's flags.

A double quote that is closed too late takes the flags behind the command into it: docker never sees them, and
the client inside the container gets them as words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class FlagInProbe(ServiceRule):
    id = "flag-in-probe"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd «"redis-cli -e ping --health-interval 1s"»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
    )
    allows = (sample.service('options: --health-cmd "redis-cli --tls -e ping"'),)

    def check(self, service: Service) -> Iterator[Finding]:
        option, scalar = options(service).last("health-cmd"), service.options
        found = re.search(r"--health-[a-z-]+", option.value or "") if option else None
        if option is not None and scalar is not None and found and not option.dynamic:
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                f"{found[0]} stands inside the health command, so docker never sees it",
                cure="close the quote before it",
            )
