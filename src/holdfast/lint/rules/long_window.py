"""Health checks that outlast the job.

A server that never answers is reported only after all retries; where that takes longer than the job's
`timeout-minutes`, the job is cancelled without a word about the service.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    number,
    said,
)
from holdfast.lint.services import (
    health,
    options,
)
from holdfast.lint.workflow import Service
from holdfast.plan.readiness import reported_dead


class LongWindow(ServiceRule):
    id = "long-window"
    group = Group.BUDGET
    severity = Severity.WARNING
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 10s «--health-retries 100»'
            ),
            good=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 1s --health-retries 30'
            ),
        ),
    )
    allows = (
        sample.redis(),
        sample.service(
            'options: --health-cmd "redis-cli -e ping" --health-interval 10s --health-retries 100'
        ).replace("    timeout-minutes: 10\n", ""),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        numbers, scalar = health(service), service.options
        minutes = number(service.job.timeout_minutes)
        parsed = options(service)
        where = (
            parsed.last("health-retries") or parsed.last("health-start-period") or parsed.last("health-cmd")
        )
        if numbers is None or scalar is None or minutes is None or where is None:
            return
        reported = reported_dead(numbers)
        if reported and reported[0] > minutes * 60:
            yield self.found(
                scalar.part(self.text, where.start, where.end),
                f"a dead service is reported after {said(reported[0])}, the job ends after {minutes:g} min",
                cure="lower the retries, or raise timeout-minutes",
            )
