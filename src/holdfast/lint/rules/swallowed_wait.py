"""Waits whose failure the step does not report.

A wait that runs out of time fails, so that the job ends there and says why. With `|| true` behind it the tests begin
without their server, and fail later with something else. Let the wait fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import steps_commands
from holdfast.lint.shell import Command
from holdfast.lint.workflow import Step

_WAIT = "timeout 30 sh -c 'until docker exec c redis-cli -e ping; do sleep 1; done'"


class SwallowedWait(StepRule):
    id = "swallowed-wait"
    group = Group.SERVICE
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("||",))
    examples = (
        Example(
            bad=sample.script(f"{_WAIT} || «true»", "make test"),
            good=sample.script(_WAIT, "make test"),
        ),
        Example(
            bad=sample.script("wait-for-it localhost:6379 -t 30 || «echo no server»", "make test"),
            good=sample.script("wait-for-it localhost:6379 -t 30", "make test"),
        ),
    )
    allows = (
        sample.script(f"{_WAIT} || exit 1"),
        sample.script(f"{_WAIT} || {{ docker logs c; exit 1; }}"),
        sample.script(f"{_WAIT} || echo no server && exit 1"),
        sample.script("timeout 30 sh -c 'while true; do sleep 1; done' || true"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or "||" not in run.value:
            return
        for command, after in pairwise(steps_commands(step)):
            if command.then == "||" and _waits(command) and _passes(after):
                yield self.found(
                    run.part(self.text, after.start, after.end),
                    "when the wait runs out of time, the step goes on without the server",
                    cure="let the wait fail",
                )


def _waits(command: Command) -> bool:
    if any(program in _WAITING for program in command.programs):
        return True
    if command.runs("docker") is not None and "compose" in command.args:
        return "up" in command.args and "--wait" in command.args
    looped = re.search(r"\b(until|while)\b(?!\s+true).*\bdo\b", command.line, re.DOTALL)
    return command.runs("timeout") is not None and looped is not None


def _passes(command: Command) -> bool:
    """Whether a command always succeeds, and nothing behind it fails for it."""
    return (command.line in ("true", ":") or command.name == "echo") and command.then not in ("&&", ";", "|")


_WAITING = ("wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "dockerize", "wait-on", "wait4x")
