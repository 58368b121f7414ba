"""Health checks whose interval delays every job.

Docker runs the first probe one interval after the start, and the runner looks at 0, 2, 6, 14, 30 and 62 s. A
server that is up in under a second is noticed at 14 s with an interval of 10 s, at 62 s with Docker's default
of 30 s, and at 2 s with an interval of 1 s. More retries keep the whole patience; a server that hangs in each
probe, instead of refusing, is reported after retries times the interval and the time limit of a probe, so a
limit of Docker's default, 30 s, becomes 3 s.

Source: moby, daemon/health.go; actions/runner 2.336.0; measured on engine 26.1. How long a server usually takes
to be ready is measured for Redis and Valkey, and an estimate for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    changed,
    family,
    health,
    options,
)
from holdfast.lint.workflow import Service
from holdfast.plan.readiness import faster, steps_begin


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
                'options: --health-cmd "redis-cli -e ping" --health-interval 1s --health-timeout 3s '
                "--health-retries 90"
            ),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 2s'),
        sample.service('options: --health-cmd "x" --health-interval 10s', image="example/own:1"),
        sample.service('options: --health-cmd "redis-cli -e ping --health-interval 1s"'),
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
        if "--health-" in (command.value or ""):
            return  # a quote closed too late hides the interval
        better = faster(numbers)
        now, then = steps_begin(numbers, image.starts), steps_begin(better, image.starts)
        if now is None or then is None or now - then < 4 or numbers.interval < 4:
            return
        wanted = changed(numbers, better)
        where = parsed.last("health-interval") or command
        yield self.found(
            scalar.part(self.text, where.start, where.end),
            f"the steps begin {now:.0f} s after the start for a server that is ready in {image.start}; "
            f"with an interval of 1s, after {then:.0f} s",
            cure="write " + " ".join(f"--{name} {value}" for name, value in wanted.items()),
            severity=Severity.WARNING if now - then >= 55 else Severity.NOTICE,
            fix=self._fix(service, wanted),
        )

    def _fix(self, service: Service, wanted: Mapping[str, str]) -> Fix | None:
        parsed = options(service)
        if parsed.troubles:
            return None
        found: list[Fix | None] = []
        missing: list[str] = []
        for name, value in wanted.items():
            option = parsed.last(name)
            if option is None:
                missing.append(f"--{name} {value}")
            elif option.value_end - option.value_start == len(option.value or ""):
                found.append(edits.option_value(self.source, service, option, value))
            else:
                return None
        if missing:
            found.append(edits.with_options(self.source, service, parsed, " ".join(missing)))
        return edits.joined(*found)
