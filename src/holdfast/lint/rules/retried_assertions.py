"""Test failures that are tried again until they pass.

A test that fails once in three runs is a finding, not noise. A runner that repeats every failed test hides it;
repeat only what fails for want of a server, and report what was repeated.

Source: pytest-rerunfailures (`--only-rerun`), gotestsum, vitest, playwright documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    steps_commands,
    tests,
)
from holdfast.lint.workflow import Step


class RetriedAssertions(StepRule):
    id = "retried-assertions"
    group = Group.ISOLATION
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(
        ("--reruns", "--retry", "--retries", "--rerun-fails", "--force-flaky", "retry@", "-flake")
    )
    examples = (
        Example(
            bad=sample.script("pytest «--reruns 3»"),
            good=sample.script("pytest --reruns 3 --only-rerun ConnectionError"),
        ),
        Example(
            bad=sample.script("gotestsum «--rerun-fails» -- ./..."), good=sample.script("gotestsum -- ./...")
        ),
        Example(
            bad=sample.script("npx playwright test «--retries=2»"), good=sample.script("npx playwright test")
        ),
    )
    allows = (
        sample.script("pytest --reruns 0"),
        sample.script("curl --retry 3 https://example.com"),
        sample.script("npx vitest --retry=0"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None:
            return
        for command in steps_commands(step):
            if tests(command) is None or "--only-rerun" in command.line or "--rerun-except" in command.line:
                continue
            for place, word in enumerate(command.words):
                found = re.fullmatch(
                    r"(--reruns|--retry|--retries|--rerun-fails|--force-flaky|--flake-attempts)(?:=(\S+))?",
                    word.text,
                )
                if not found:
                    continue
                after = command.words[place + 1] if place + 1 < len(command.words) else None
                valued = found[2] is None and after is not None and after.text.isdigit()
                count = found[2] or (after.text if valued and after else "1")
                if count == "0":
                    continue
                end = after.end if valued and after else word.end
                yield self.found(
                    run.part(self.text, word.start, end),
                    "every failed test is run again, wrong results among them, and passes when one run does",
                    cure="repeat only failures of the surroundings, and report them",
                )
