"""A server started on a machine that has none.

The hosted Ubuntu images bring no Redis and no Valkey: `redis-server`, or its system service, is not there until a
step installs it. Install redis-server first, or use a service container.

Source: actions/runner-images, the images' software lists of 2026-08.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.installed import may_bring_redis
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import script, steps_commands
from holdfast.lint.services import hosted_linux, on_host
from holdfast.lint.shell import Command, Token
from holdfast.lint.workflow import Step

_INSTALL = "sudo apt-get install -y redis-server"


class MissingServer(StepRule):
    id = "missing-server"
    group = Group.REDIS
    severity = Severity.ERROR
    key = "run"
    needs = frozenset(("redis", "valkey"))
    examples = (
        Example(
            bad=sample.script("«redis-server» --daemonize yes", "make test"),
            good=sample.script(_INSTALL, "redis-server --daemonize yes", "make test"),
        ),
        Example(
            bad=sample.script("sudo «systemctl start redis»", "make test"),
            good=sample.script(_INSTALL, "sudo systemctl start redis", "make test"),
        ),
    )
    allows = (
        sample.script("docker run -d \\", "  redis:8.2 \\", "  redis-server --appendonly no"),
        sample.script("redis-server --daemonize yes").replace("ubuntu-24.04", "[self-hosted, linux]"),
        sample.script("sudo systemctl stop redis-server || true"),
        sample.script("sudo service redis-server start || true"),
        sample.script("./scripts/install-redis.sh") + "      - run: redis-server --daemonize yes\n",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run, text = step.run, script(step)
        if run is None or text is None or not hosted_linux(step.job) or not on_host(step.job):
            return
        for command in steps_commands(step):
            words = _started(command)
            if not words or command.then == "||" or {"if", "!"} & set(command.keywords):
                continue
            rest = text[: command.start] + text[command.end :]
            if not may_bring_redis(step, rest):
                yield self.found(
                    run.part(self.text, words[0].start, words[-1].end),
                    "hosted machines have no Redis server, and nothing before installs one",
                    cure="install redis-server first, or use a service container",
                )
            return


def _started(command: Command) -> tuple[Token, ...]:
    """The words that start a server: the program itself, or its system service."""
    for name in _SERVERS:
        place = command.runs(name)
        if place is not None:
            return command.words[place : place + 1]
    place = command.runs("systemctl")
    if place is None:
        place = command.runs("service")
    if place is None:
        return ()
    after = [word.text for word in command.words[place + 1 :]]
    named = any(re.fullmatch(r"(redis|valkey)[\w.-]*", word) for word in after)
    return command.words[place:] if named and {"start", "restart"} & set(after) else ()


_SERVERS = ("redis-server", "valkey-server", "redis-sentinel", "valkey-sentinel")
