"""A password in a URL that is not the service's.

The service is given one password, the steps another: every command is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import LOCAL, Address, addresses
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    env_of,
    family,
    flag,
    options,
    ports,
)
from holdfast.lint.workflow import Job, Service


class DifferingPassword(JobRule):
    id = "differing-password"
    group = Group.SERVICE
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("PASS", "requirepass"))
    examples = (
        Example(
            bad=sample.service(
                "env:",
                "  POSTGRES_PASSWORD: secret",
                'ports: ["5432:5432"]',
                image="postgres:17",
                job="env:\n  DATABASE_URL: «postgres://postgres:postgres@localhost:5432/app»",
            ),
            good=sample.service(
                "env:",
                "  POSTGRES_PASSWORD: postgres",
                'ports: ["5432:5432"]',
                image="postgres:17",
                job="env:\n  DATABASE_URL: postgres://postgres:postgres@localhost:5432/app",
            ),
        ),
        Example(
            bad=sample.redis(
                "command: redis-server --requirepass one",
                job="env:\n  REDIS_URL: «redis://:two@127.0.0.1:6379»",
            ),
            good=sample.redis(
                "command: redis-server --requirepass one",
                job="env:\n  REDIS_URL: redis://:one@127.0.0.1:6379",
            ),
        ),
        Example(
            bad=sample.service(
                "command: redis-server --requirepass one",
                'options: --health-cmd «"redis-cli -a two -e ping"»',
            ),
            good=sample.service(
                "command: redis-server --requirepass one", 'options: --health-cmd "redis-cli -a one -e ping"'
            ),
        ),
        Example(
            bad=sample.service(
                "env:", "  POSTGRES_PASSWORD: one", image="postgres:17.2", job="env:\n  PGPASSWORD: «two»"
            ),
            good=sample.service(
                "env:", "  POSTGRES_PASSWORD: one", image="postgres:17.2", job="env:\n  PGPASSWORD: one"
            ),
        ),
    )
    allows = (
        sample.service(
            "env:",
            "  POSTGRES_PASSWORD: one",
            image="postgres:17.2",
            job="env:\n  PGPASSWORD: two\n  PGUSER: other",
        ),
        sample.service(
            "env:",
            "  POSTGRES_PASSWORD: one",
            image="postgres:17.2",
            job="env:\n  PGPASSWORD: two\n  PGHOST: db.example.com",
        ),
        sample.redis(
            "command: redis-server --requirepass one",
            job="env:\n  REDIS_URL: redis://:${{ secrets.P }}@127.0.0.1:6379",
        ),
        sample.redis(
            "command: redis-server --requirepass one",
            job="env:\n  REDIS_URL: redis://:two@cache.example.com:6379",
        ),
        sample.redis(
            "command: redis-server --requirepass one", job="env:\n  REDIS_URL: redis://app:two@127.0.0.1:6379"
        ),
        sample.service(
            "env:",
            "  POSTGRES_PASSWORD: x",
            "  POSTGRES_USER: root",
            'ports: ["5432:5432"]',
            image="postgres:17",
            job="env:\n  DATABASE_URL: postgres://app:y@localhost:5432/app",
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        yield from self._in_probes(job)
        yield from self._of_libpq(job)
        for one in addresses(job):
            if one.password is None or "$" in one.password or "%" in one.password:
                continue
            for service in job.services:
                password = self._password(service, one.user)
                if password is None or password == one.password or not self._same(one, service):
                    continue
                whole = one.scalar.value
                begin = whole.rfind(one.scheme, 0, one.start)
                end = len(whole) if one.name else one.end
                yield self.found(
                    one.scalar if one.name else one.scalar.part(self.text, begin, end),
                    f"the password is {one.password} here and {password} in the service {service.id}",
                    cure="use the same",
                    also=((service.key, "the service"),),
                )

    def _same(self, one: Address, service: Service) -> bool:
        if one.host == service.id:
            return True
        return one.local and any(port.host == one.port for port in ports(service))

    def _password(self, service: Service, user: str) -> str | None:
        """The service's password for a user, where the file says it as a plain text."""
        image, env = family(service), {name: value.value for name, value in env_of(service.env).items()}
        if image is None:
            return None
        found = None
        if (
            image.name == "postgres"
            and user == env.get("POSTGRES_USER", "postgres")
            and "POSTGRES_HOST_AUTH_METHOD" not in env
        ):
            found = env.get("POSTGRES_PASSWORD")
        elif image.name == "mysql" and user == "root":
            found = env.get("MYSQL_ROOT_PASSWORD")
        elif image.name == "mysql" and user == env.get("MYSQL_USER"):
            found = env.get("MYSQL_PASSWORD")
        elif image.redis and user in ("", "default"):
            found = flag(service, "requirepass") or (
                env.get("REDIS_PASSWORD") if image.name == "bitnami" else None
            )
        return found if found and "$" not in found and HOLE not in found else None

    def _in_probes(self, job: Job) -> Iterator[Finding]:
        """A health command that logs in by another password than the server's own."""
        for service in job.services:
            asked, option, scalar = (
                flag(service, "requirepass"),
                options(service).last("health-cmd"),
                service.options,
            )
            sent = (
                re.search(r"-cli\b[^|;&]*?\s(?:-a|--pass)[ =]([\w.-]+)", option.value or "")
                if option
                else None
            )
            if (
                asked is None
                or "$" in asked
                or HOLE in asked
                or sent is None
                or scalar is None
                or option is None
            ):
                continue
            if sent[1] != asked:
                yield self.found(
                    scalar.part(self.text, option.value_start, option.value_end),
                    f"the health command logs in by {sent[1]}, the server's password is {asked}",
                    cure="use the same",
                )

    def _of_libpq(self, job: Job) -> Iterator[Finding]:
        """`PGPASSWORD`, where the job has one Postgres and speaks to it as the user that its image makes."""
        servers = [one for one in job.services if (image := family(one)) and image.name == "postgres"]
        if len(servers) != 1:
            return
        for env in (env_of(job.workflow.env), env_of(job.env), *(env_of(step.env) for step in job.steps)):
            sent, user, host = (env.get(name) for name in ("PGPASSWORD", "PGUSER", "PGHOST"))
            if sent is None or "$" in sent.value or (host and host.value not in (*LOCAL, servers[0].id)):
                continue
            made = env_of(servers[0].env).get("POSTGRES_USER")
            name = user.value if user else made.value if made else "postgres"
            asked = self._password(servers[0], name)
            if asked is not None and asked != sent.value:
                yield self.found(
                    sent,
                    f"the password is {sent.value} here and {asked} in the service {servers[0].id}",
                    cure="use the same",
                    also=((servers[0].key, "the service"),),
                )
