"""Health commands that pass while the server refuses every command.

`redis-cli ping` ends with 0 for any answer, also NOAUTH, LOADING and "max number of clients reached". With
`-e` (Redis 6.2 and later, Valkey) it ends with 1 on an error; older clients need `| grep -q PONG`. It matters
most with a password, a restored volume or persistence.

Source: redis/redis, src/redis-cli.c; measured with 7.0.15.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.facts.images import ping
from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    command_words,
    has_password,
    images,
    is_redis,
    options,
)
from holdfast.lint.workflow import Service


class WeakPing(ServiceRule):
    id = "weak-ping"
    group = Group.REDIS
    severity = Severity.NOTICE
    fixable = True
    needs = frozenset(("ping", "nc ", "/dev/tcp"))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd "«redis-cli ping»" --health-interval 1s'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
        Example(
            bad=sample.service("options: >-", '  --health-cmd="«redis-cli ping» || exit 1"', image="redis:5"),
            good=sample.service(
                "options: >-", '  --health-cmd="redis-cli ping | grep -q PONG || exit 1"', image="redis:5"
            ),
        ),
        Example(
            bad=sample.service(
                "command: redis-server --appendonly yes", 'options: --health-cmd "«redis-cli -p 6379 ping»"'
            ),
            good=sample.service(
                "command: redis-server --appendonly yes", 'options: --health-cmd "redis-cli -e -p 6379 ping"'
            ),
        ),
    )
    allows = (
        sample.service("options: --health-cmd \"bash -c 'redis-cli -e ping'\""),
        sample.service('options: --health-cmd "redis-cli -e ping"'),
        sample.service('options: --health-cmd "redis-cli ping | grep PONG"'),
        sample.service('options: --health-cmd "test $(redis-cli ping) = PONG"'),
        sample.service('options: --health-cmd "pg_isready"', image="postgres:17"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        option = options(service).last("health-cmd")
        scalar = service.options
        if (
            option is None
            or option.value is None
            or option.dynamic
            or scalar is None
            or not is_redis(service)
        ):
            return
        value = option.value
        if re.search(r"\bnc\s+(-\w+\s+)*-\w*z|/dev/tcp/", value) and "PING" not in value.upper():
            yield self.found(
                scalar.part(self.text, option.value_start, option.value_end),
                "a port check passes as soon as the server listens, also while it loads or wants a password",
                cure=f"write {ping(images(service)[0])}",
            )
            return
        found = re.search(
            r"\b((?:redis|valkey|keydb)-cli)((?:\s+-\S+(?:\s+[^-\s]\S*)?)*)\s+ping\b", value, re.IGNORECASE
        )
        if (
            found is None
            or re.search(r"PONG|grep|=|\s-e(\s|$)", f"{found[2]} {value[found.end() :]}")
            or "$(" in value
            or re.search(r"(?<!\|)\|(?!\|)", value[found.end() :])
        ):
            return
        written = scalar.value[option.value_start : option.value_end]
        at = written.find(found[0])
        if at < 0:
            return
        start = option.value_start + at
        risky = has_password(service) or service.volumes or "--appendonly yes" in command_words(service)
        yield self.found(
            scalar.part(self.text, start, start + len(found[0])),
            f"{found[1]} ping passes on any answer, also NOAUTH and LOADING",
            cure="write " + ("-e ping" if _knows_e(service) else "ping | grep -q PONG"),
            severity=Severity.WARNING if risky else Severity.NOTICE,
            fix=self._fix(service, scalar, start, found),
        )

    def _fix(self, service: Service, scalar: Scalar, start: int, found: re.Match[str]) -> Fix | None:
        if _knows_e(service):
            at = start + len(found[1])
            return edits.replaced(self.source, scalar, start, at, f"{found[1]} -e")
        end = start + len(found[0])
        return edits.replaced(self.source, scalar, start, end, f"{found[0]} | grep -q PONG")


def _knows_e(service: Service) -> bool:
    """Whether the client of every leg knows -e."""
    return all("grep" not in ping(image) for image in images(service))
