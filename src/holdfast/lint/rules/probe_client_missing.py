"""Health commands with a client that the image does not have.

The command is run inside the service's container. A client of another product is not there, every probe
fails, and the service is given up as unhealthy. So it is with a client that this version of the image has lost, and
with a flag that its client does not know yet.

Source: the images' entrypoints and changelogs; `redis-cli -e` came with Redis 6.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from holdfast.document import Scalar
from holdfast.facts.images import parse, ping
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import REDIS, Image, known
from holdfast.lint.names import names
from holdfast.lint.options import HOLE, Option
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
            bad=sample.service('options: --health-cmd «"mysqladmin ping"»', image="mariadb:11.4"),
            good=sample.service('options: --health-cmd "mariadb-admin ping"', image="mariadb:11.4"),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"redis-cli -e ping"»', image="redis:5.0.14"),
            good=sample.service(
                'options: --health-cmd "redis-cli ping | grep -q PONG"', image="redis:5.0.14"
            ),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"rediscli -e ping"»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"CMD redis-cli -e ping"»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service('options: --health-cmd «"valkey-cli ping"» --health-interval 1s'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "mongosh --eval 1"', image="mongo:7.0"),
        sample.service('options: --health-cmd "mongo --eval 1 || mongosh --eval 1"', image="mongo:7.0"),
        sample.service('options: --health-cmd "mysqladmin ping"', image="mariadb:10.11"),
        sample.service('options: --health-cmd "redis-cli -e ping"', image="redis:6"),
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
        if re.match(r"\[?\s*[\"']?CMD(-SHELL)?\b", option.value):
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                "CMD is how a compose file begins a test; here a shell looks for a program of that name",
                cure=f"write {image.probe}" if image.probe else "write the command alone",
            )
            return
        called = [word for word in words if word in _CLIENTS or word in image.lacks]
        missing = [
            word
            for word in called
            if word not in image.clients or any(_gone(image, one, word) for one in images(service))
        ]
        first = words[0].rpartition("/")[2]
        if (
            not called
            and re.fullmatch(r"[\w.-]+", first, re.ASCII)
            and first not in image.clients
            and (near := get_close_matches(first, image.clients, 1, 0.8))
        ):
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                f"{images(service)[0].replace(HOLE, '*')} has no {first}, so every probe fails and the job stops",
                cure=f"write {near[0]}",
            )
            return
        if not missing or ("||" in option.value and len(missing) < len(called)):
            yield from self._too_new(service, scalar, option, image)
            return
        client = missing[0]
        yield self.found(
            scalar.part(self.text, option.value_start, option.value_end),
            f"{images(service)[0].replace(HOLE, '*')} has no {client}, so every probe fails and the job stops",
            cure=f"write {image.probe}" if image.probe else "use a client that the image has",
        )

    def _too_new(self, service: Service, scalar: Scalar, option: Option, image: Image) -> Iterator[Finding]:
        """`redis-cli -e`, which came with 6.2: an older client refuses its own command line."""
        if not image.redis or not re.search(r"\bredis-cli\s+(-\S+\s+)*-e\b", option.value or ""):
            return
        old = next((one for one in images(service) if known(one) is REDIS and "grep" in ping(one)), None)
        if old is not None:
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                f"redis-cli of {old} knows no -e, so every probe fails and the job stops",
                cure=f"write {ping(old)}",
            )


def _gone(image: Image, name: str, client: str) -> bool:
    """Whether a version of an image has lost a client, or does not have it yet; no tag is the newest version."""
    reference = parse(name)
    newest = reference.tag in ("", "latest", "lts") and not reference.digest
    version = (999,) if newest else reference.version
    if not version:
        return False
    first, last = _VERSIONS.get((image.name, client), (0, 999))
    return not first <= version[0] <= last


# The first and the last major version that has a client (the images' changelogs, from knowledge, 2026-11).
_VERSIONS = {
    ("mongo", "mongo"): (0, 5),
    ("mongo", "mongosh"): (5, 999),
    ("mariadb", "mysql"): (0, 10),
    ("mariadb", "mysqladmin"): (0, 10),
}


_CLIENTS = names(
    "redis-cli valkey-cli keydb-cli psql pg_isready mysql mysqladmin mariadb mariadb-admin mongo "
    "mongosh rabbitmq-diagnostics rabbitmqctl"
)
