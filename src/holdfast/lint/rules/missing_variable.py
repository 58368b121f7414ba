"""Services that do not start without a variable.

Some images refuse to start until a password is set, or until it is said that none is wanted: postgres, mysql,
mariadb and Bitnami's Redis. The container exits, and steps find nobody.

Source: the images' entrypoints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    hosted_linux,
    options,
)
from holdfast.lint.workflow import Service


class MissingVariable(ServiceRule):
    id = "missing-variable"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service("env:", "  POSTGRES_DB: app", image="«postgres:17»", name="db"),
            good=sample.service("env:", "  POSTGRES_PASSWORD: ci", image="postgres:17", name="db"),
        ),
        Example(
            bad=sample.service(image="«bitnamilegacy/redis:7.4»"),
            good=sample.service("env:", "  ALLOW_EMPTY_PASSWORD: yes", image="bitnamilegacy/redis:7.4"),
        ),
        Example(
            bad=sample.service("env:", '  POSTGRES_PASSWORD: ""', image="«postgres:17»", name="db"),
            good=sample.service("env:", "  POSTGRES_HOST_AUTH_METHOD: trust", image="postgres:17", name="db"),
        ),
    )
    allows = (
        sample.service("env:", '  POSTGRES_PASSWORD: ""', image="postgres:10.1-alpine"),
        sample.service(
            "env:", "  POSTGRES_PASSWORD: ''", "  POSTGRES_HOST_AUTH_METHOD: trust", image="postgres:17"
        ),
        sample.service("env:", "  POSTGRES_PASSWORD: ${{ secrets.PASSWORD }}", image="postgres:17"),
        sample.service("env:", '  POSTGRES_PASSWORD: ""', image="postgres:17").replace(
            "ubuntu-24.04", "self-hosted"
        ),
        sample.service("env:", "  POSTGRES_HOST_AUTH_METHOD: trust", image="postgres:17"),
        sample.service("options: -e POSTGRES_PASSWORD=ci", image="postgres:17"),
        sample.service("env: ${{ fromJSON(vars.ENV) }}", image="postgres:17"),
        sample.service("env:", "  ${{ insert }}: ${{ vars.X }}", image="postgres:17"),
        sample.service("entrypoint: sleep", "command: infinity", image="postgres:17"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = family(service)
        env = service.get("env")
        parsed = options(service)
        if image is None or not image.required or service.image is None or service.entrypoint or parsed.open:
            return
        if env is not None and not isinstance(env, Mapping):
            return
        written = {
            entry.name for entry in env or () if not (hosted_linux(service.job) and _blank(entry.value))
        }
        given = [option.value or "" for option in parsed.every("env")]
        if parsed.last("env-file") or parsed.last("entrypoint") or any("${{" in name for name in written):
            return
        if any(HOLE in value for value in given) or any(one.dynamic for one in parsed.every("env")):
            return
        names_set = written | {value.partition("=")[0] for value in given}
        for alternatives in image.required:
            if not alternatives & names_set and not _OLD_POSTGRES.match(service.image.value):
                best = sorted(alternatives, key=lambda name: ("FILE" in name, "EMPTY" not in name, len(name)))
                yield self.found(
                    service.image,
                    f"{service.image.value} does not start without {' or '.join(best[:2])}",
                    cure="set one of them in the service's env",
                )


# Built before the image asked for a password (docker-library/postgres, pull request 658 of February 2020).
_OLD_POSTGRES = re.compile(
    r"postgres:(?:9\.[45]\.(?:\d|1\d|20)|9\.6\.(?:\d|1[0-6])|10\.(?:\d|1[01])|11\.[0-6]|12\.[01])(?!\d)"
)


def _blank(value: Node | None) -> bool:
    """Whether GitHub hands the name over without a value, so that the machine's counts; hosted ones have none."""
    return value is None or (isinstance(value, Scalar) and (value.value == "" or value.tag == "null"))
