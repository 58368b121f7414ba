"""Values that the server does not take for a setting.

Redis and Valkey read their flags as lines of a configuration: yes or no and not true or false, policies with hyphens,
sizes such as 64mb. At the first value that it cannot read the server ends, and with it the job.

Source: redis/redis, src/config.c and util.c (memtoull); each kind tried with real servers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import family
from holdfast.lint.settings_of_redis import VALUES
from holdfast.lint.workflow import Service

_FLAG = re.compile(r"(?<!\S)--([a-z][a-z-]*)[ =]+(\"[^\"]*\"|'[^']*'|(?!--)\S+)", re.IGNORECASE)


class BadServerValue(ServiceRule):
    id = "bad-server-value"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset(("command",))
    examples = (
        Example(
            bad=sample.service("command: redis-server --appendonly «false»"),
            good=sample.service("command: redis-server --appendonly no"),
        ),
        Example(
            bad=sample.service("command: --maxmemory 64mb --maxmemory-policy «allkeys_lru»"),
            good=sample.service("command: --maxmemory 64mb --maxmemory-policy allkeys-lru"),
        ),
        Example(
            bad=sample.service("command: redis-server --maxmemory «1gib»"),
            good=sample.service("command: redis-server --maxmemory 1gb"),
        ),
    )
    allows = (
        sample.service("command: redis-server --maxmemory 1GB --appendonly YES"),
        sample.service("command: redis-server --maxmemory ${{ vars.SIZE }}"),
        sample.service('command: sh -c "exec redis-server --maxmemory $SIZE"'),
        sample.service("command: redis-server --appendonly false", image="example/redis:7"),
        sample.service('command: redis-server --save "" --appendonly "no"'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        command, image = service.command, family(service)
        if command is None or image is None or image.name not in ("redis", "valkey") or service.entrypoint:
            return
        for found in _FLAG.finditer(command.value):
            kind, value = VALUES.get(found[1].lower()), found[2].strip("\"'")
            if kind is None or "$" in value or re.fullmatch(kind.pattern, value, re.IGNORECASE):
                continue
            yield self.found(
                command.part(self.text, found.start(2), found.end(2)),
                f"the server takes no {value} for {found[1]}, and ends at once",
                cure=f"write {kind.words}",
            )
