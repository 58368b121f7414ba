"""Servers started by an action that does not wait for them.

`supercharge/redis-github-action` returns as soon as the container is started. The next step meets "connection
reset" on a slow machine. Use a service with a health check, or wait for a PONG.

Source: supercharge/redis-github-action, start-redis.sh and issue 25.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    runs_tests,
    waits,
)
from holdfast.lint.workflow import Job


class UnwaitedAction(JobRule):
    id = "unwaited-action"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("redis-github-action",))
    examples = (
        Example(
            bad=sample.script("npm ci").replace(
                "      - run: |\n          npm ci\n",
                "      - uses: «supercharge/redis-github-action@1.8.0»\n      - run: npm test\n",
            ),
            good=sample.redis(steps="npm test"),
        ),
    )
    allows = (
        sample.script("npm ci").replace(
            "      - run: |\n          npm ci\n",
            "      - uses: supercharge/redis-github-action@1.8.0\n"
            "      - run: until nc -z localhost 6379; do sleep 1; done\n"
            "      - run: npm test\n",
        ),
        sample.script("npm ci").replace(
            "      - run: |\n          npm ci\n",
            "      - uses: supercharge/redis-github-action@1.8.0\n      - run: npm ci\n      - run: npm test\n",
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if any(waits(step) for step in job.steps):
            return
        for step, following in zip(job.steps, job.steps[1:], strict=False):
            if (
                step.uses
                and re.match(r"supercharge(js)?/redis-github-action@", step.uses.value)
                and runs_tests(following)
            ):
                yield self.found(
                    step.uses,
                    "the action returns before the server answers, and the tests follow at once",
                    cure="use a service with a health check, or wait for a PONG",
                )
