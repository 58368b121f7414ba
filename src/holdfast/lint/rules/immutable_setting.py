"""CONFIG SET of what only a start can set.

Some settings are fixed when the server starts: databases, tcp-backlog, io-threads, enable-debug-command and
others. `CONFIG SET` answers "can't set immutable config". Write them into the service's `command`.

Source: redis/redis, src/config.c, IMMUTABLE_CONFIG; measured with 7.0.15.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.settings_of_redis import IMMUTABLE
from holdfast.lint.workflow import Step


class ImmutableSetting(StepRule):
    id = "immutable-setting"
    group = Group.REDIS
    severity = Severity.ERROR
    key = "run"
    needs = frozenset(("config set", "CONFIG SET", "config SET"))
    examples = (
        Example(
            bad=sample.script("docker exec cache «redis-cli config set databases 32»"),
            good=sample.script("docker exec cache redis-cli config set maxmemory 1gb"),
        ),
    )
    allows = (sample.script("docker exec cache valkey-cli config set io-threads 4"),)

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None:
            return
        for found in re.finditer(
            r"redis-cli\b[^\n|;&]*?\bconfig\s+set\s+([\w-]+)(?:\s+[^\s;|&]+)?", run.value, re.IGNORECASE
        ):
            if found[1].lower() in IMMUTABLE:
                yield self.found(
                    run.part(self.text, found.start(), found.end()),
                    f"{found[1]} can be set only when the server starts",
                    cure="write it into the service's command",
                )
