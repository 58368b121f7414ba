"""A password for a Redis that has none.

The official image reads no password from its environment. A client that sends one alone is refused: "AUTH called
without any password configured" (together with the user `default` any password is taken). Give the server
`--requirepass` in `command`, or drop the password.

Source: redis/docker-library-redis issues 36 and 261; Redis 6 and later, src/acl.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    env_of,
    family,
    ports,
    redis_services,
)
from holdfast.lint.workflow import Job, Service


class NeedlessPassword(JobRule):
    id = "needless-password"
    group = Group.REDIS
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("redis://", "valkey://", "REDIS"))
    examples = (
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: «redis://:ci@127.0.0.1:6379»"),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        ),
        Example(
            bad=sample.redis(job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_PASSWORD: «ci»"),
            good=sample.redis(job="env:\n  REDIS_HOST: 127.0.0.1"),
        ),
    )
    allows = (
        sample.redis(job="env:\n  REDIS_URL: redis://default:ci@127.0.0.1:6379"),
        sample.redis(job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_USER: default\n  REDIS_PASSWORD: ci"),
        sample.redis(job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_PASSWORD: ''"),
        sample.redis(job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_PASSWORD: null"),
        sample.redis(job="env:\n  REDIS_HOST: redis.example.com\n  REDIS_PASSWORD: ci"),
        sample.redis(job="env:\n  REDIS_HOST: 127.0.0.1\n  REDIS_PASSWORD: ${{ secrets.P }}"),
        sample.redis(
            "command: redis-server --requirepass ci", job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379"
        ),
        sample.redis(
            job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379", steps="redis-cli config set requirepass ci"
        ),
        sample.redis("volumes: [/etc/redis:/etc/redis]", job="env:\n  REDIS_URL: redis://:ci@127.0.0.1:6379"),
        sample.redis(job="env:\n  REDIS_URL: redis://:ci@cache.example.com:6379"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        text = self.text.lower()
        if any(word in text for word in ("requirepass", "acl", "docker", "compose")):
            return
        yield from self._variables(job)
        for one in (one for one in addresses(job) if one.password):
            if (
                not one.password
                or "$" in one.password
                or not one.redis
                or (one.step is not None and not one.name)
            ):
                continue
            for service in redis_services(job):
                if not _asks_nothing(service):
                    continue
                if not one.user and one.local and any(port.host == one.port for port in ports(service)):
                    yield self.found(
                        one.scalar,
                        f"the URL has a password and {service.id} has none, so AUTH is refused",
                        cure="drop it from the URL, or give the server --requirepass in command",
                        also=((service.key, "the service"),),
                    )

    def _variables(self, job: Job) -> Iterator[Finding]:
        """A password beside the address of this machine, each in a variable of its own."""
        servers = [one for one in redis_services(job) if _asks_nothing(one)]
        if not servers:
            return
        for env in (env_of(job.workflow.env), env_of(job.env), *(env_of(step.env) for step in job.steps)):
            local = [name for name, value in env.items() if value.value in ("localhost", "127.0.0.1")]
            for name, value in env.items():
                beside = re.fullmatch(r"(\w*REDIS\w*?)_(?:PASSWORD|PASS)", name)
                if not beside or {f"{beside[1]}_USER", f"{beside[1]}_USERNAME"} & set(env):
                    continue
                if f"{beside[1]}_HOST" not in local or not _SENT.fullmatch(value.value):
                    continue
                yield self.found(
                    value,
                    f"{servers[0].id} asks for no password, and refuses a client that sends one alone",
                    cure="drop it, or give the server --requirepass in command",
                    also=((servers[0].key, "the service"),),
                    severity=Severity.WARNING,
                )


def _asks_nothing(service: Service) -> bool:
    image = family(service)
    known = image is not None and image.name in ("redis", "valkey")
    told = service.command is not None and re.search(r"pass|acl|user|\.conf|\$", service.command.value)
    return known and not (service.volumes or told or service.entrypoint)


# A password that is written out; clients take these words for none.
_SENT = re.compile(r"(?!(?:null|none|nil|false|\(null\))$)[^\s$]+", re.IGNORECASE)
