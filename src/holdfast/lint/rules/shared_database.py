"""Parallel test workers on one database.

Each worker sees the others' keys: counts differ, cleaning up removes what another needs. Give each worker a
database or a key prefix of its own, by its number.

Source: mozilla/treeherder PR 9665; dbfixtures/pytest-redis issue 571.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.addresses import addresses
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    steps_commands,
    tests,
    workers,
)
from holdfast.lint.services import (
    redis_services,
)
from holdfast.lint.workflow import Step


class SharedDatabase(StepRule):
    id = "shared-database"
    group = Group.ISOLATION
    severity = Severity.NOTICE
    key = "run"
    needs = frozenset(("-n", "--numprocesses", "go test", "jest", "vitest", "parallel_rspec"))
    examples = (
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="pytest «-n 4»"),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="pytest"),
        ),
        Example(
            bad=sample.redis(
                job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="npx vitest run «--maxWorkers=4»"
            ),
            good=sample.redis(
                job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="npx vitest run --maxWorkers=1"
            ),
        ),
        Example(
            bad=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="go test «-p 4» ./..."),
            good=sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="go test -p 1 ./..."),
        ),
    )
    allows = (
        sample.redis(steps="pytest -n 4"),
        sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="pytest -n 1"),
        sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="npx jest -w 1"),
        sample.redis(job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="go test ./..."),
        sample.service(
            image="postgres:17", job="env:\n  REDIS_URL: redis://127.0.0.1:6379/0", steps="pytest -n 4"
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or not redis_services(step.job):
            return
        one = next(
            (
                one
                for one in addresses(step.job)
                if one.redis and one.scheme and re.search(r":\d+/\d+$", one.scalar.value)
            ),
            None,
        )
        if one is None:
            return
        for command in steps_commands(step):
            flags = _FLAGS.get(tests(command) or "")
            found = re.search(flags, run.value[command.start : command.end]) if flags else None
            several = workers(command)
            if several and found:
                start = command.start + found.start()
                yield self.found(
                    run.part(self.text, start, start + len(found[0])),
                    f"{several} are given one database, {one.scalar.value.rpartition('/')[2]}",
                    cure="give each a database or a key prefix by its number",
                    also=((one.scalar, "the database"),),
                )


# How each runner is told in so many words to run several at once.
_PYTEST = r"(?:-n|--numprocesses)[ =]?(?:auto|logical|\d+)"
_NODE = r"(?<!\S)(?:--maxWorkers|-w)[ =]?\d+%?"
_FLAGS = {
    "pytest": _PYTEST,
    "py.test": _PYTEST,
    "jest": _NODE,
    "vitest": _NODE,
    "go test": r"(?<!\S)-p[ =]\d+",
}
