"""Server flags that the server does not know.

Redis ends at once on a setting that it does not know ("Bad directive or wrong number of arguments"). A near
name is proposed.

Source: CONFIG GET of Redis 6.2, 7.0.15 and 8.0.2 and of Valkey 8.1.1, compared by a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
)
from holdfast.lint.settings_of_redis import SERVER_FLAGS, SETTINGS
from holdfast.lint.workflow import Service


class UnknownServerSetting(ServiceRule):
    id = "unknown-server-setting"
    group = Group.REDIS
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("command",))
    examples = (
        Example(
            bad=sample.service("command: redis-server «--maxmemory-polcy» allkeys-lru"),
            good=sample.service("command: redis-server --maxmemory-policy allkeys-lru"),
        ),
    )
    allows = (
        sample.service("command: redis-server --maxmemory 1gb --save 60 1 --sentinel"),
        sample.service("command: dragonfly --maxmemry 1gb", image="dragonflydb/dragonfly:v1.30"),
        sample.service("command: redis-server --some-module-option 5"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        from difflib import get_close_matches

        command, image = service.command, family(service)
        if command is None or image is None or image.name not in ("redis", "valkey") or service.entrypoint:
            return
        for found in re.finditer(r"(?<!\S)--([a-z][a-z0-9_-]*)", command.value, re.IGNORECASE):
            name = found[1].lower()
            near = None if name in SETTINGS | SERVER_FLAGS else get_close_matches(name, SETTINGS, 1, 0.88)
            if near:
                yield self.found(
                    command.part(self.text, found.start(), found.end()),
                    f"--{found[1]} is no setting of the server, which ends at once",
                    cure=f"write --{near[0]}",
                    fix=edits.replaced(self.source, command, found.start(), found.end(), f"--{near[0]}"),
                )
