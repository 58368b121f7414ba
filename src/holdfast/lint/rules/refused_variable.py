"""Variables with which a database's image refuses to start.

MySQL's entrypoint takes `MYSQL_USER` for a further user and stops where it is root; MongoDB's wants the root user's
name and password, both or neither. The container ends, and with it the job at "Initialize containers".

Source: docker-library/mysql and docker-library/mongo, docker-entrypoint.sh, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Entry, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import family, options
from holdfast.lint.workflow import Service

_MONGO = ("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD")


class RefusedVariable(ServiceRule):
    id = "refused-variable"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("MYSQL_USER", "MONGO_INITDB_ROOT"))
    examples = (
        Example(
            bad=sample.service(
                "env:", "  MYSQL_ROOT_PASSWORD: ci", "  «MYSQL_USER»: root", image="mysql:8.4"
            ),
            good=sample.service("env:", "  MYSQL_ROOT_PASSWORD: ci", image="mysql:8.4"),
        ),
        Example(
            bad=sample.service("env:", "  «MONGO_INITDB_ROOT_USERNAME»: root", image="mongo:7.0"),
            good=sample.service("env:", *(f"  {name}: root" for name in _MONGO), image="mongo:7.0"),
        ),
    )
    allows = (
        sample.service("env:", "  MYSQL_ROOT_PASSWORD: ci", "  MYSQL_USER: app", image="mysql:8.4"),
        sample.service("env:", "  MYSQL_USER: ${{ vars.USER }}", image="mysql:8.4"),
        sample.service("env:", "  MYSQL_USER: root", image="mariadb:11.4"),
        sample.service("env:", "  MONGO_INITDB_DATABASE: app", image="mongo:7.0"),
        sample.service("env:", f"  {_MONGO[0]}: root", f"options: --env {_MONGO[1]}=ci", image="mongo:7.0"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image, env = family(service), service.env
        if image is None or env is None:
            return
        if image.name == "mysql" and (user := env.entry("MYSQL_USER")) and _is_root(user):
            yield self.found(
                user,
                "the image stops at its start: MYSQL_USER is for a further user, and root is there anyway",
                cure="drop it; MYSQL_ROOT_PASSWORD sets root's password",
            )
        written = [entry for name in _MONGO if (entry := env.entry(name)) is not None]
        if image.name == "mongo" and len(written) == 1 and not options(service).every("env"):
            missing = next(name for name in _MONGO if env.entry(name) is None)
            yield self.found(
                written[0],
                f"the image stops at its start: {written[0].name} needs {missing} beside it",
                cure=f"write {missing}, or drop it",
            )


def _is_root(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and entry.value.value.strip() == "root"
