"""Health checks that give up before the server is usually ready.

Without a start period, failures count from the start: interval times retries is all the patience there is. A
database that needs ten seconds to set itself up is reported unhealthy on a slow machine.

Source: moby, daemon/health.go; the start times of Redis and Valkey are measured, the others' are estimates, and
said to be.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    health,
    options,
)
from holdfast.lint.workflow import Service
from holdfast.plan.readiness import unhealthy_at

# Below this share of the usual time nobody says that it depends on the machine.
_SURE = 0.7


class ShortWindow(ServiceRule):
    id = "short-window"
    group = Group.BUDGET
    severity = Severity.WARNING
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service(
                "env:",
                "  MYSQL_ALLOW_EMPTY_PASSWORD: yes",
                'options: --health-cmd "mysqladmin ping" «--health-interval 1s» --health-retries 5',
                image="mysql:8.4",
            ),
            good=sample.service(
                "env:",
                "  MYSQL_ALLOW_EMPTY_PASSWORD: yes",
                'options: --health-cmd "mysqladmin ping" --health-interval 1s --health-retries 60',
                image="mysql:8.4",
            ),
        ),
    )
    allows = (
        sample.redis(),
        sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 5s --health-retries 1'),
        sample.service(
            "env:",
            "  POSTGRES_PASSWORD: ci",
            "options: --health-cmd pg_isready --health-interval 10ms --health-retries 50",
            image="postgres:17.6",
        ),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image, numbers, scalar = family(service), health(service), service.options
        command = options(service).last("health-interval") or options(service).last("health-cmd")
        if image is None or numbers is None or scalar is None or command is None:
            return
        given_up = unhealthy_at(numbers, 0.05)
        if given_up < image.starts * _SURE:
            yield self.found(
                scalar.part(self.text, command.start, command.end),
                f"the service is given up after {given_up:.3g} s, and {image.name} "
                f"usually needs {image.start}",
                cure=f"raise the retries to {int(image.starts * 6 / numbers.interval)}",
            )
