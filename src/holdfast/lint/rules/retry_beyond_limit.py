"""Retries that do not fit their time limit.

Attempts, their time limits and the waits between them must fit into the step's or the job's
`timeout-minutes`; else the last attempts never take place, and the step ends as "timed out" with no verdict.

Source: arithmetic; actions/runner, StepsRunner.cs; nick-fields/retry's inputs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    count_of,
    limit,
    loops,
    retry_of,
    said,
    steps_commands,
)
from holdfast.lint.workflow import Step
from holdfast.plan import budget


class RetryBeyondLimit(StepRule):
    id = "retry-beyond-limit"
    group = Group.BUDGET
    severity = Severity.WARNING
    needs = frozenset(("retry", "for "))
    examples = (
        Example(
            bad=sample.script("make").replace(
                "      - run: |\n          make\n",
                "      - uses: nick-fields/retry@v3\n        with:\n"
                "          timeout_minutes: 18\n          «max_attempts»: 5\n"
                "          command: make\n",
            ),
            good=sample.script("make").replace(
                "      - run: |\n          make\n",
                "      - uses: nick-fields/retry@v3\n        with:\n"
                "          timeout_minutes: 3\n          max_attempts: 3\n"
                "          command: make\n",
            ),
        ),
        Example(
            bad=sample.script(
                "«for» i in 1 2 3 4 5; do",
                "  timeout 5m make integration && exit 0",
                "  sleep 10",
                "done",
                "exit 1",
            ),
            good=sample.script(
                "for i in 1 2 3; do",
                "  timeout 3m make integration && exit 0",
                "  sleep 10",
                "done",
                "exit 1",
            ),
        ),
        Example(
            bad=sample.script(
                "«scripts/run-with-retry.sh» --attempts 5 --min-attempt 3m --deadline 10m -- make"
            ),
            good=sample.script(
                "scripts/run-with-retry.sh --attempts 2 --min-attempt 3m --deadline 9m -- make"
            ),
        ),
    )
    allows = (
        sample.script("for i in 1 2 3; do make && break; sleep 10; done"),
        sample.script("for i in $(cat list); do timeout 5m make; done"),
        sample.script("scripts/run-with-retry.sh -- make"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        outer = limit(step)
        yield from self._action(step, outer)
        run = step.run
        if run is not None and "timeout" in run.value:
            yield from self._loops(step, run, outer)
        if run is not None and "run-with-retry.sh" in run.value:
            yield from self._runner(step, run)

    def _action(self, step: Step, outer: float | None) -> Iterator[Finding]:
        retry = retry_of(step)
        entry = (
            (step.with_.entry("max_attempts") or step.with_.entry("attempt_limit")) if step.with_ else None
        )
        if retry is None or entry is None or outer is None:
            return
        waits = (retry.attempts - 1) * retry.wait_seconds
        if retry.attempt_seconds is None and waits >= outer:
            yield self.found(
                entry,
                f"the waits between {retry.attempts} attempts alone take {said(waits)}, the limit is {said(outer)}",
                f"lower the attempts to {max(int(outer // max(retry.wait_seconds, 1)), 1)}, or shorten the waits",
            )
        if retry.attempt_seconds is None:
            return
        worst = retry.attempts * (retry.attempt_seconds + retry.wait_seconds)
        if worst > outer:
            yield self.found(entry, *_said(retry.attempts, retry.attempt_seconds, worst, outer))

    def _loops(self, step: Step, run: Scalar, outer: float | None) -> Iterator[Finding]:
        for loop in loops(run.value):
            count = count_of(loop)
            found = re.search(r"\btimeout\s+(?:-\S+\s+)*(\d+(?:\.\d+)?[smh]?)\b", loop.body)
            if loop.kind != "for" or count is None or found is None or outer is None:
                continue
            length = budget.seconds(found[1])
            pause = re.search(r"\bsleep\s+(\d+(?:\.\d+)?[smh]?)\b", loop.body)
            worst = count * (length + (budget.seconds(pause[1]) if pause else 0.0))
            if count > 1 and worst > outer:
                yield self.found(
                    run.part(self.text, loop.start, loop.start + len(loop.kind)),
                    *_said(count, length, worst, outer),
                )

    def _runner(self, step: Step, run: Scalar) -> Iterator[Finding]:
        for command in steps_commands(step):
            place = command.runs("run-with-retry.sh")
            if place is None:
                continue
            given = _flags([word.text for word in command.words[place + 1 :]])
            try:
                attempts = int(given.get("attempts", "5"))
                deadline = budget.seconds(given.get("deadline", "20m"))
                minimum = budget.seconds(given.get("min-attempt", "0"))
                waits = budget.delays(given.get("delays", "linear:10s"), attempts)
                reserve = (
                    budget.seconds(given["reserve"])
                    if "reserve" in given
                    else budget.default_reserve(deadline)
                )
            except ValueError:
                continue
            word = command.words[place]
            outer = limit(step)
            if not budget.fits(attempts, waits, minimum, reserve, deadline):
                worst = budget.worst(attempts, waits, minimum, reserve)
                yield self.found(
                    run.part(self.text, word.start, word.end), *_said(attempts, minimum, worst, deadline)
                )
            elif outer is not None and "deadline" in given and deadline >= outer:
                yield self.found(
                    run.part(self.text, word.start, word.end),
                    f"the runner's deadline of {said(deadline)} lies beyond the step's limit of {said(outer)}",
                    f"lower the deadline below {said(outer)}",
                )

    def found(self, where: Any, message: str, cure: str = "", **more: Any) -> Finding:
        return super().found(where, message, cure=cure, **more)


def _said(attempts: int, length: float, worst: float, outer: float) -> tuple[str, str]:
    fit = max(int(outer // (length or outer)), 1)
    return (
        f"{attempts} attempts of {said(length)} with their waits take {said(worst)}, "
        f"the limit is {said(outer)}",
        f"lower the attempts to {fit}, or raise the limit" if fit < attempts else "shorten the attempts",
    )


def _flags(words: list[str]) -> dict[str, str]:
    """The flags before `--`, as `--name value` or `--name=value`."""
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            following = words[place + 1] if place + 1 < len(words) else ""
            found[name] = value if equals else following
    return found
