"""A flush while others use the same Redis.

FLUSHALL and FLUSHDB empty the database for everybody. Where tests or shards run beside each other against one
server, each loses its keys in the middle. Give each a database or a prefix of its own.

Source: mozilla/treeherder PR 9665; dbfixtures/pytest-redis issue 571.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    loops,
    steps_commands,
    tests,
    workers,
)
from holdfast.lint.shell import commands
from holdfast.lint.workflow import Step


class FlushWithParallelWorkers(StepRule):
    id = "flush-with-parallel-workers"
    group = Group.ISOLATION
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("flush", "FLUSH"))
    examples = (
        Example(
            bad=sample.redis(
                steps="for s in 1 2; do (docker exec c redis-cli «flushall» && pytest shard$s) & done; wait"
            ),
            good=sample.redis(steps="docker exec c redis-cli flushall && pytest"),
        ),
        Example(
            bad=sample.redis(steps="(while sleep 5; do docker exec c redis-cli «flushall»; done) & pytest"),
            good=sample.redis(steps="docker exec c redis-cli flushall && pytest"),
        ),
        Example(
            bad=sample.redis(steps="pytest -n 4 «--redis-flushall»"),
            good=sample.redis(steps="pytest --redis-flushall"),
        ),
    )
    allows = (
        sample.redis(steps="- run: docker exec c redis-cli flushall\n- run: pytest -n 4"),
        sample.redis(steps="scripts/run-with-retry.sh --reset flushall -- pytest"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or not re.search(r"flush(all|db)", run.value, re.IGNORECASE):
            return
        for found in re.finditer(r"[\w-]*flush(?:all|db)[\w-]*", run.value, re.IGNORECASE):
            reason = self._beside(step, run.value, found.start())
            if reason:
                yield self.found(
                    run.part(self.text, found.start(), found.end()),
                    f"{found[0].lstrip('-')} empties the database for {reason} too, while they run",
                    cure="give each its own database or key prefix",
                )

    def _beside(self, step: Step, text: str, at: int) -> str | None:
        """Who runs at the same time against the same server."""
        for command in steps_commands(step):
            if command.start <= at < command.end and (several := workers(command)):
                return several
        for loop in loops(text):
            if (
                loop.start <= at < loop.end
                and re.search(r"(?<!&)&\s*(;|\n|$|done)", loop.body + "\n")
                and any(tests(command) for command in commands(loop.body))
            ):
                return "the other rounds of the loop"
            behind = text[loop.end :]
            if (
                loop.start <= at < loop.end
                and re.match(r"\s*\)?\s*&(?!&)", behind)
                and any(tests(command) for command in commands(behind))
            ):
                return "the tests that follow"
        line = text[text.rfind("\n", 0, at) + 1 : (text.find("\n", at) + 1 or len(text) + 1) - 1]
        if re.search(r"xargs\b[^\n]*-P\s*(0|[2-9])|\bparallel\b", line):
            return "the other processes"
        return None
