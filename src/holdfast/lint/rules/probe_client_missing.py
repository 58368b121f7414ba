"""Health commands with a client that the image does not have.

The command is run inside the service's container. A client of another product is not there, every probe
fails, and the service is given up as unhealthy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.names import names
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    images,
    options,
)
from holdfast.lint.workflow import Service


class ProbeClientMissing(ServiceRule):
    id = "probe-client-missing"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd «"pg_isready"» --health-interval 1s'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"curl -f localhost:6379"» --health-interval 1s'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"valkey-cli ping"» --health-interval 1s'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "curl -fs localhost:9200"', image="elasticsearch:8.15.0"),
        sample.service("options: --health-cmd \"sh -c 'wget -qO- localhost:6379'\""),
        sample.service('options: --health-cmd "redis-cli ping"', image="valkey/valkey:8.1-alpine"),
        sample.service('options: --health-cmd "pg_isready"', image="example/own:1"),
        sample.service('options: --health-cmd "mysqladmin ping"', image="mariadb:10.6"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option = options(service).last("health-cmd")
        scalar = service.options
        image = family(service)
        if option is None or option.dynamic or scalar is None or image is None or not option.value:
            return
        words = [word.strip("\"'") for word in re.split(r"[\s;|&()]+", option.value.replace("$(", " "))]
        client = next((word for word in words if word in _CLIENTS or word in image.lacks), None)
        if client is None or client in image.clients:
            return
        yield self.found(
            scalar.part(self.text, option.value_start, option.value_end),
            f"{images(service)[0].replace(HOLE, '*')} has no {client}, so every probe fails and the job stops",
            cure=f"write {image.probe}" if image.probe else "use a client that the image has",
        )


_CLIENTS = names(
    "redis-cli valkey-cli keydb-cli psql pg_isready mysql mysqladmin mariadb mariadb-admin mongo "
    "mongosh rabbitmq-diagnostics rabbitmqctl"
)
