"""Test programs whose own limit lies beyond the step's.

A test program that reaches its own limit says which test hangs; one that is stopped by GitHub says nothing.
`go test` stops after 10 min unless `-timeout` says otherwise. Keep the inner limit below the outer one.

Source: documentation of the go command, `go help testflag`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import duration
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    limit,
    said,
    steps_commands,
    tests,
)
from holdfast.lint.shell import Command
from holdfast.lint.workflow import Step
from holdfast.plan import budget


class InnerLimit(StepRule):
    id = "inner-limit"
    group = Group.BUDGET
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("timeout",))
    examples = (
        Example(
            bad=sample.script("go test «-timeout 18m» ./..."),
            good=sample.script("go test -timeout 8m ./..."),
        ),
        Example(
            bad=sample.script("«timeout 20m» pytest"),
            good=sample.script("timeout 8m pytest"),
        ),
    )
    allows = (
        sample.script("go test -timeout 9m ./..."),
        sample.script("timeout 20m pytest").replace("    timeout-minutes: 10\n", ""),
        sample.script("timeout $LIMIT pytest"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        if step.run is None or "timeout" not in step.run.value:
            return
        outer = limit(step)
        if outer is None:
            return
        for command in steps_commands(step):
            found = _limit_of(command)
            if found is None:
                continue
            seconds, start, end = found
            if seconds >= outer:
                yield self.found(
                    step.run.part(self.text, start, end),
                    f"the step is stopped after {said(outer)}, before the command's "
                    f"own limit of {said(seconds)}",
                    cure=f"lower it below {said(outer)}",
                )


def _limit_of(command: Command) -> tuple[float, int, int] | None:
    """The seconds of `timeout N` or `go test -timeout N`, and where they are written."""
    words = command.words
    for place, word in enumerate(words):
        if word.text == "timeout" and command.runs("timeout") == place:
            for later in words[place + 1 :]:
                if re.fullmatch(r"\d+(\.\d+)?[smhd]?", later.text):
                    return _seconds(later.text), word.start, later.end
                if not later.text.startswith("-"):
                    break
        if word.text in ("-timeout", "--timeout") and tests(command) == "go test" and place + 1 < len(words):
            value = duration(words[place + 1].text)
            return (value, word.start, words[place + 1].end) if value else None
        if (joined := re.fullmatch(r"--?timeout=(.*)", word.text)) and tests(command) == "go test":
            value = duration(joined[1])
            return (value, word.start, word.end) if value else None
    return None


def _seconds(text: str) -> float:
    return budget.seconds(text)
