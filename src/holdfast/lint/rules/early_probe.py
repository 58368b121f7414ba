"""Health commands that a database answers before it is ready.

At their first start these images set the database up with a server that listens at its socket alone, stop it, and
start the real one. A probe by the socket succeeds in between, and the first connection of a test is refused. Ask by
TCP: `-h 127.0.0.1` (MySQL's clients take `localhost` for the socket, too).

Source: docker-library/postgres, docker-library/mysql and MariaDB/mariadb-docker, docker-entrypoint.sh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.options import Option
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import family, options
from holdfast.lint.workflow import Service

_ENV = ("env:", "  POSTGRES_PASSWORD: ci")
_CLIENTS = re.compile(r"\b(pg_isready|psql|mysqladmin|mysql|mariadb-admin|mariadb)\b(?=\s|$)")
_BY_TCP = re.compile(r"(?:\s-h\s*|--host[ =])(?!/|localhost\b)\S|--protocol[ =]?tcp|\b\w+://", re.IGNORECASE)
_POSTGRES_BY_TCP = re.compile(r"(?:\s-h\s*|--host[ =])(?!/)\S|\bhost=|\b\w+://")


class EarlyProbe(ServiceRule):
    id = "early-probe"
    group = Group.SERVICE
    severity = Severity.NOTICE
    fixable = True
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service(
                *_ENV,
                'options: --health-cmd «"pg_isready -U postgres"» --health-interval 1s',
                image="postgres:17.2",
            ),
            good=sample.service(
                *_ENV,
                'options: --health-cmd "pg_isready -h 127.0.0.1 -U postgres" --health-interval 1s',
                image="postgres:17.2",
            ),
        ),
        Example(
            bad=sample.service(
                *_ENV, "options: --health-cmd «pg_isready» --health-interval 1s", image="postgres:17.2"
            ),
            good=sample.service(
                *_ENV,
                'options: --health-cmd "pg_isready -h 127.0.0.1" --health-interval 1s',
                image="postgres:17.2",
            ),
        ),
        Example(
            bad=sample.service('options: «--health-cmd="mysqladmin ping"»', image="mysql:8.4"),
            good=sample.service('options: --health-cmd="mysqladmin -h 127.0.0.1 ping"', image="mysql:8.4"),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "pg_isready -h localhost"', image="postgres:17.2"),
        sample.service('options: --health-cmd "mysqladmin ping -h 127.0.0.1"', image="mysql:8.4"),
        sample.service('options: --health-cmd "mysql --protocol=tcp -e 1"', image="mysql:8.4"),
        sample.service(
            'options: --health-cmd "healthcheck.sh --connect --innodb_initialized"', image="mariadb:11.4"
        ),
        sample.service('options: --health-cmd "pg_isready"', image="example/postgres:17"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option, scalar, image = options(service).last("health-cmd"), service.options, family(service)
        if option is None or option.dynamic or not option.value or scalar is None or image is None:
            return
        by_tcp = _POSTGRES_BY_TCP if image.name == "postgres" else _BY_TCP
        client = _CLIENTS.search(option.value)
        if (
            image.name not in ("postgres", "mysql", "mariadb")
            or client is None
            or by_tcp.search(option.value)
        ):
            return
        yield self.found(
            scalar.part(self.text, option.value_start, option.value_end),
            f"{client[1]} asks the socket, where the server that sets the database up answers before the real one",
            cure=f"write {client[1]} -h 127.0.0.1",
            fix=self._fix(service, scalar, option, client[1]),
        )

    def _fix(self, service: Service, scalar: Scalar, option: Option, client: str) -> Fix | None:
        written = scalar.value[option.value_start : option.value_end]
        if options(service).troubles or re.search(r"\s-h|--host", written):
            return None
        added = written.replace(client, f"{client} -h 127.0.0.1", 1)
        if written == client:
            added = f'"{added}"'
        elif '"' not in written:
            return None
        return edits.replaced(self.source, scalar, option.value_start, option.value_end, added)
