"""Servers started in the foreground.

The step ends when its server does, which is never: the job hangs until its limit. Start it with `--daemonize
yes`, in the background, or detached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import known
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    steps_commands,
)
from holdfast.lint.shell import Command
from holdfast.lint.workflow import Step


class ForegroundServer(StepRule):
    id = "foreground-server"
    group = Group.SERVICE
    severity = Severity.ERROR
    key = "run"
    needs = frozenset(("redis-server", "valkey-server", "docker run", "compose"))
    examples = (
        Example(
            bad=sample.script("«redis-server --port 6380»", "make test"),
            good=sample.script("redis-server --port 6380 --daemonize yes", "make test"),
        ),
        Example(
            bad=sample.script("«docker run -p 6379:6379 redis:8.2»"),
            good=sample.script("docker run -d -p 6379:6379 redis:8.2"),
        ),
    )
    allows = (
        sample.script("redis-server &", "make test"),
        sample.script("redis-server --version"),
        sample.script("redis-server redis.conf"),
        sample.script("timeout 5 redis-server"),
        sample.script("docker run --rm redis:8.2 redis-cli --version"),
        sample.script("nohup redis-server > log 2>&1 &"),
        sample.script("redis-server --check-system"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or step.has("background"):
            return
        for command in steps_commands(step):
            if command.then == "&" or command.depth or {"if", "until", "while"} & set(command.keywords):
                continue
            if self._stays(command):
                yield self.found(
                    run.part(self.text, command.start, command.end),
                    "the server runs in the foreground, so the step never ends",
                    cure="start it in the background, and wait for it",
                )

    def _stays(self, command: Command) -> bool:
        args = list(command.args)
        if command.name in ("redis-server", "valkey-server"):
            return not any(
                re.search(r"daemonize|version|help|check-system|test-memory|\.conf|^-v$|^-$|^<", arg)
                for arg in args
            )
        if command.name == "docker" and args[:1] == ["run"]:
            if any(re.match(r"(-\w*d\w*|--detach)$", arg) for arg in args):
                return False
            image = next(
                (place for place, arg in enumerate(args) if _is_redis(arg) and not arg.startswith("-")),
                None,
            )
            return image is not None and (len(args) == image + 1 or "server" in args[image + 1])
        return False


def _is_redis(word: str) -> bool:
    found = known(word)
    return found is not None and found.redis
