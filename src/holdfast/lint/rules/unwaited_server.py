"""Servers started in a step and used at once.

A server started in the background needs a moment; the next command meets "connection refused" on a slow
machine. Wait for a PONG first, with a deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.images import known, speaks_redis
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    script,
    starts_server,
    steps_commands,
    tests,
    waits,
)
from holdfast.lint.shell import Command
from holdfast.lint.workflow import Job


class UnwaitedServer(JobRule):
    id = "unwaited-server"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("redis-server", "valkey-server", "docker run", "docker compose", "docker-compose"))
    examples = (
        Example(
            bad=sample.script("«docker run -d -p 6379:6379 redis:8.2»", "pytest"),
            good=sample.script(
                "docker run -d --name c -p 6379:6379 redis:8.2",
                "timeout 30 sh -c 'until docker exec c redis-cli -e ping; do sleep 0.2; done'",
                "pytest",
            ),
        ),
    )
    allows = (
        sample.script("docker run -d -p 6379:6379 redis:8.2", "scripts/redis-diagnostics.sh wait", "pytest"),
        sample.script("docker compose up -d --wait", "pytest"),
        sample.script("docker run -d -p 6379:6379 redis:8.2"),
        sample.script("docker run -d example/app:1", "pytest"),
        sample.script("docker run -d -p 6379:6379 redis:8.2", "sleep 5", "pytest"),
        sample.script("docker run -d -p 6379:6379 redis:8.2").replace("          docker", "          docker")
        + "      - run: npm ci\n      - run: npx wait-on tcp:6379\n      - run: npm test\n",
        sample.script("redis-server --daemonize yes --port 7000")
        + "      - uses: nick-fields/retry@v3\n        with:\n          timeout_seconds: 5\n"
        "          max_attempts: 5\n          command: redis-cli -p 7000 cluster info | grep cluster_state:ok\n"
        "      - run: npm test\n",
        sample.script("redis-server --daemonize yes")
        + "      - name: Wait for Redis\n        uses: ./.github/actions/redis-up\n      - run: npm test\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        started: tuple[Scalar, Command] | None = None
        if any(waits(step) for step in job.steps):
            return
        for step in job.steps:
            if step.run is None or script(step) is None:
                continue
            for command in steps_commands(step):
                if starts_server(command) and not command.depth and _is_redis_start(command):
                    started = started or (step.run, command)
                elif started and (
                    command.name == "sleep" or re.search(r"\bping\b|healthy|--wait", command.line)
                ):
                    return
                elif started and tests(command) and command.name != "make":
                    run, first = started
                    yield self.found(
                        run.part(self.text, first.start, first.end),
                        f"nobody waits for this server before {tests(command)} uses it",
                        cure="wait for a PONG, with a deadline",
                    )
                    return


def _is_redis_start(command: Command) -> bool:
    if command.name in ("redis-server", "valkey-server"):
        return True
    return command.name == "docker" and any(
        speaks_redis(arg) and known(arg) for arg in command.args if not arg.startswith("-")
    )
