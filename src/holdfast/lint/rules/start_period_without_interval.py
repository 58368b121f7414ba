"""Start periods that make the start slower.

On engine 25 and later (hosted runners have 28) a start period without a start interval runs the first probes
every 5 s, whatever the interval says: steps begin at 6 s where an interval of 1 s alone gives 2 s. Add
`--health-start-interval 1s`, or drop the start period.

Source: moby, daemon/health.go; measured on engine 26.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    health,
    hosted_linux,
    options,
)
from holdfast.lint.workflow import Service


class StartPeriodWithoutInterval(ServiceRule):
    id = "start-period-without-interval"
    group = Group.BUDGET
    severity = Severity.NOTICE
    fixable = True
    needs = frozenset(("start-period",))
    examples = (
        Example(
            bad=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 3s «--health-start-period 60s»'
            ),
            good=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 3s --health-start-period 60s '
                "--health-start-interval 1s"
            ),
        ),
    )
    allows = (
        sample.service(
            'options: --health-cmd "x" --health-interval 3s --health-start-period '
            "60s --health-start-interval 1s"
        ),
        sample.service('options: --health-cmd "x" --health-interval 10s --health-start-period 60s'),
        sample.service('options: --health-cmd "x" --health-interval 3s --health-start-period 60s').replace(
            "ubuntu-24.04", "[self-hosted, linux]"
        ),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        parsed = options(service)
        period = parsed.last("health-start-period")
        numbers = health(service)
        scalar = service.options
        if period is None or numbers is None or scalar is None or not hosted_linux(service.job):
            return
        if not numbers.start_period or numbers.start_interval is not None or numbers.interval >= 5:
            return
        yield self.found(
            scalar.part(self.text, period.start, period.end),
            f"the start period delays the first probe to 5 s, the interval "
            f"alone has it at {numbers.interval:g} s",
            cure="add --health-start-interval 1s, or drop it",
            fix=None
            if parsed.troubles
            else edits.with_options(self.source, service, parsed, "--health-start-interval 1s"),
        )
