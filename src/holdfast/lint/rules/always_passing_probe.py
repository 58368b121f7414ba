"""Health commands that cannot fail.

A command that ends with `|| true`, or only echoes or sleeps, is healthy from its first run on: the runner goes
on whether the server is there or not.
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


class AlwaysPassingProbe(ServiceRule):
    id = "always-passing-probe"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd «"redis-cli ping || true"»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"redis-cli ping | cat"»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"exit 0"»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "redis-cli -e ping || exit 1"'),
        sample.service('options: --health-cmd "true && redis-cli -e ping"'),
        sample.service('options: --health-cmd "redis-cli ping | tr a-z A-Z | grep -q PONG"'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option = options(service).last("health-cmd")
        scalar = service.options
        if option is None or option.dynamic or scalar is None or not option.value:
            return
        value = option.value.strip()
        ends = re.search(r"(\|\||;)\s*(true|:|exit 0|echo\b[^|&;]*)$", value)
        whole = re.fullmatch(r"(/bin/)?(true|:|exit 0|echo\b[^|&;]*|sleep [\d.]+)", value)
        piped = (
            None
            if "pipefail" in value
            else re.search(r"(?<!\|)\|\s*((?:cat|tee|head|tail|wc|tr)\b[^|&;]*)$", value)
        )
        if ends or whole or piped:
            last = ends[2] if ends else piped[1] if piped else value
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                f"the health command passes whatever the server does, it ends with {last}",
                cure="let it fail",
            )
