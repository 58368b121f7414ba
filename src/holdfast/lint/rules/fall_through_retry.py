"""Retry loops that pass after the last failure.

A loop around the tests that breaks on success and sleeps on failure ends with the status of its sleep: when
every attempt has failed, the step is green. Fail after the loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    COUNTED,
    loops,
    may_test,
    tests,
)
from holdfast.lint.shell import commands
from holdfast.lint.workflow import Step


class FallThroughRetry(StepRule):
    id = "fall-through-retry"
    group = Group.ISOLATION
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("for ", "until", "while"))
    examples = (
        Example(
            bad=sample.script("«for» i in 1 2 3; do", "  go test ./... && break", "  sleep 10", "done"),
            good=sample.script(
                "for i in 1 2 3; do", "  go test ./... && exit 0", "  sleep 10", "done", "exit 1"
            ),
        ),
        Example(
            bad=sample.script(
                "«until» [ $n -ge 3 ]; do", "  pytest && break", "  n=$((n+1))", "  sleep 10", "done"
            ),
            good=sample.script("pytest"),
        ),
    )
    allows = (
        sample.script(
            "until [ $n -ge 3 ]; do", "  pytest && break", "  n=$((n+1))", "done", "[ $n -lt 3 ]", "exit $?"
        ),
        sample.script("for i in 1 2 3; do", "  go test ./... && break", "done"),
        sample.script(
            "for i in 1 2 3; do",
            "  go test ./... && ok=1 && break",
            "  sleep 10",
            "done",
            '[ -n "$ok" ] || exit 1',
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or not may_test(run.value):
            return
        for loop in loops(run.value):
            counted = loop.kind == "for" or COUNTED.search(loop.condition)
            if not counted or not any(tests(command) for command in commands(loop.body)):
                continue
            last = re.split(r"[\n;]", loop.body.strip().rstrip(";"))[-1].strip()
            broken = re.search(r"&&\s*break", loop.body) or re.search(r"then[\s\S]*break", loop.body)
            swallowed = re.match(r"(sleep|echo|fi$|\w+=|\(\(|let\b)", last) or re.search(
                r"break\s*\|\|\s*(sleep|echo|true|:)", last
            )
            if (
                not broken
                or not swallowed
                or re.search(r"\b(exit|return|false)\b", loop.body + run.value[loop.end :])
            ):
                continue
            if re.match(r"\s*(\|\||&&)", run.value[loop.end :]) or any(
                tests(one) for one in commands(run.value[loop.end :])
            ):
                continue
            yield self.found(
                run.part(self.text, loop.start, loop.start + len(loop.kind)),
                "when every attempt has failed, the loop ends in success and the step passes",
                cure="fail after the loop",
            )
