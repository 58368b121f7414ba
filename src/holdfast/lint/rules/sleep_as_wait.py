"""A fixed sleep instead of a wait.

The sleep is too long on a fast day and too short on a slow one. Ask the server instead, until it answers or a
deadline has passed; or give the service a health check, which the runner waits for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    loops,
    starts_server,
    steps_commands,
)
from holdfast.lint.workflow import Step


class SleepAsWait(StepRule):
    id = "sleep-as-wait"
    group = Group.SERVICE
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("sleep",))
    examples = (
        Example(
            bad=sample.script("docker run -d -p 6379:6379 redis:8.2", "«sleep 10»", "make test"),
            good=sample.script(
                "docker run -d -p 6379:6379 redis:8.2",
                "timeout 60 sh -c 'until docker exec c redis-cli -e ping; do sleep 1; done'",
                "make test",
            ),
        ),
        Example(
            bad=sample.script("docker run -d -p 6379:6379 redis:8.2") + "      - run: «sleep 5»\n",
            good=sample.script("docker run -d -p 6379:6379 redis:8.2")
            + "      - run: scripts/wait-for-redis\n",
        ),
        Example(
            bad=sample.script("make").replace(
                "      - run: |\n          make\n", "      - name: Wait for Redis\n        run: «sleep 5»\n"
            ),
            good=sample.script("make").replace(
                "      - run: |\n          make\n",
                "      - name: Wait for Redis\n        run: scripts/redis-diagnostics.sh wait\n",
            ),
        ),
    )
    allows = (
        sample.script("docker run -d -p 6379:6379 redis:8.2").rstrip()
        + "\n      - run: make\n      - run: sleep 3\n",
        sample.script("docker compose up -d", "until curl -fs localhost; do sleep 2; done"),
        sample.script("sleep 10", "make test"),
        sample.script(
            "docker run -d redis:8.2",
            "for i in 1 2 3; do",
            "  docker exec c redis-cli ping && exit 0",
            "  sleep 5",
            "done",
            "exit 1",
        ),
        sample.script("docker stop cache", "sleep 5"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None:
            return
        inside = [(loop.start, loop.end) for loop in loops(run.value)]
        named = bool(
            step.name
            and re.search(
                r"wait.*(redis|valkey|service|database|\bdb\b|server|postgres|mysql|container)",
                step.name.value,
                re.IGNORECASE,
            )
        )
        before = step.job.steps[: step.job.steps.index(step)]
        started = bool(before) and any(starts_server(command) for command in steps_commands(before[-1]))
        for command in steps_commands(step):
            started = started or starts_server(command)
            seconds = re.fullmatch(r"(\d+(?:\.\d+)?)[smh]?", command.args[0]) if command.args else None
            if (
                command.name != "sleep"
                or not seconds
                or command.depth
                or any(a <= command.start < b for a, b in inside)
            ):
                continue
            alone = len([one for one in steps_commands(step) if one.name not in ("echo", "sleep")]) == 0
            if float(seconds[1]) >= 1 and (started or (named and alone)):
                yield self.found(
                    run.part(self.text, command.start, command.end),
                    f"{command.line} hopes that the server is ready by then",
                    cure="ask the server until it answers, with a deadline",
                )
