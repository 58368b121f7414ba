"""Health checks whose interval delays every job.

Docker runs the first probe one interval after the start, and the runner looks at 0, 2, 6, 14, 30 and 62 s. A
server that is up in under a second is noticed at 14 s with an interval of 10 s, at 62 s with Docker's default
of 30 s, and at 2 s with an interval of 1 s. More retries keep the whole patience.

Source: moby, daemon/health.go; actions/runner 2.336.0; measured on engine 26.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    health,
    options,
)
from holdfast.lint.workflow import Service
from holdfast.plan.readiness import Health, steps_begin


class SlowProbe(ServiceRule):
    id = "slow-probe"
    group = Group.BUDGET
    severity = Severity.NOTICE
    fixable = True
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service(
                "options: >-",
                '  --health-cmd "redis-cli -e ping"',
                "  «--health-interval 10s»",
                "  --health-timeout 5s",
                "  --health-retries 5",
            ),
            good=sample.service(
                "options: >-",
                '  --health-cmd "redis-cli -e ping"',
                "  --health-interval 1s",
                "  --health-timeout 5s",
                "  --health-retries 50",
            ),
        ),
        Example(
            bad=sample.service('options: «--health-cmd "redis-cli -e ping"»'),
            good=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 1s --health-retries 90'
            ),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 2s'),
        sample.service('options: --health-cmd "x" --health-interval 10s', image="example/own:1"),
        sample.service(
            'options: --health-cmd "redis-cli -e ping" --health-interval 10s --health-start-period 20s '
            "--health-start-interval 1s"
        ),
        sample.service('options: --health-cmd "redis-cli -e ping" --health-interval ${{ vars.INTERVAL }}'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = family(service)
        numbers = health(service)
        scalar = service.options
        parsed = options(service)
        command = parsed.last("health-cmd")
        if image is None or numbers is None or scalar is None or command is None or numbers.start_period:
            return
        patience = numbers.in_force.retries * numbers.interval
        better = Health(1.0, numbers.timeout, max(int(patience), 30))
        now, then = steps_begin(numbers, image.starts), steps_begin(better, image.starts)
        if now is None or then is None or now - then < 4 or numbers.interval < 4:
            return
        interval = parsed.last("health-interval")
        where = interval or command
        yield self.found(
            scalar.part(self.text, where.start, where.end),
            f"the steps begin {now:.0f} s after the start for a server that is ready in {image.starts:g} s; "
            f"with an interval of 1s, after {then:.0f} s",
            cure=f"write --health-interval 1s --health-retries {max(int(patience), 30)}",
            severity=Severity.WARNING if now - then >= 55 else Severity.NOTICE,
            fix=self._fix(service, max(int(patience), 30)),
        )

    def _fix(self, service: Service, retries: int) -> Fix | None:
        parsed = options(service)
        interval, tries = parsed.last("health-interval"), parsed.last("health-retries")
        if parsed.troubles:
            return None
        found: list[Fix | None] = []
        missing: list[str] = []
        for option, name, value in (
            (interval, "interval", "1s"),
            (tries, "retries", str(retries)),
        ):
            if option is None:
                missing.append(f"--health-{name} {value}")
            elif option.value_end - option.value_start == len(option.value or ""):
                found.append(edits.option_value(self.source, service, option, value))
            else:
                return None
        if missing:
            found.append(edits.with_options(self.source, service, parsed, " ".join(missing)))
        return edits.joined(*found)
