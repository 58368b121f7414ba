"""TLS spoken to a server that speaks none, or the other way round.

`rediss://` begins with a TLS handshake, which a plain server takes for rubbish; a server with `--port 0` and
`--tls-port` answers nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    command_words,
    env_of,
    family,
    flag,
    ports,
    redis_services,
)
from holdfast.lint.workflow import Job


class TlsAddress(JobRule):
    id = "tls-address"
    group = Group.REDIS
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("rediss://", "valkeys://", "tls-port"))
    examples = (
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: «rediss://127.0.0.1:6379»"),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379"),
        ),
        Example(
            bad=sample.redis(
                "command: redis-server --port 0 --tls-port 6379",
                job="env:\n  REDIS_URL: «redis://127.0.0.1:6379»",
            ),
            good=sample.redis(
                "command: redis-server --port 0 --tls-port 6379",
                job="env:\n  REDIS_URL: rediss://127.0.0.1:6379",
            ),
        ),
    )
    allows = (
        sample.redis(
            "command: redis-server --tls-port 6379 --port 0", job="env:\n  REDIS_URL: rediss://127.0.0.1:6379"
        ),
        sample.redis("env:", "  TLS_ENABLED: yes", job="env:\n  REDIS_URL: rediss://127.0.0.1:6379"),
        sample.redis(job="env:\n  REDIS_URL: rediss://cache.example.com:6379"),
        sample.service(
            sample.PORTS,
            image="redislabs/client-libs-test:8.2",
            job="env:\n  REDIS_URL: rediss://localhost:6379",
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if re.search(r"stunnel|openssl|socat|tls", job_text(job), re.IGNORECASE):
            return
        for one in addresses(job):
            for service in redis_services(job):
                image = family(service)
                published = one.local and any(port.host == one.port for port in ports(service))
                if image is None or not (published or one.host == service.id) or one.name == "":
                    continue
                text = command_words(service) + " ".join(env_of(service.env))
                tls = one.scheme in ("rediss", "valkeys")
                only = flag(service, "port") == "0" and flag(service, "tls-port")
                if tls and not re.search(r"tls", text, re.IGNORECASE) and not service.volumes:
                    yield self.found(
                        one.scalar,
                        f"{one.scheme}:// speaks TLS, and {service.id} does not",
                        cure=f"write {one.scheme[:-1]}://",
                        also=((service.key, "the service"),),
                    )
                elif one.scheme in ("redis", "valkey") and only:
                    yield self.found(
                        one.scalar,
                        f"{service.id} speaks TLS alone, and {one.scheme}:// does not",
                        cure=f"write {one.scheme}s://",
                        also=((service.key, "the service"),),
                    )
