"""Test failures that are tried again until they pass.

A test that fails once in three runs is a finding, not noise. A runner that repeats every failed test hides it;
repeat only what fails for want of a server, and report what was repeated. A retry action around the tests and
`npm test || npm test` do the same.

Source: pytest-rerunfailures (`--only-rerun`), gotestsum, vitest, playwright, nick-fields/retry documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.names import names
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    may_test,
    retry_of,
    steps_commands,
    tests,
)
from holdfast.lint.shell import commands
from holdfast.lint.workflow import Step, text_of

_WHOLE_RUN = "the tests are run again after any failure, wrong results among them, and pass when one run does"
_CURE = "repeat only failures of the surroundings, and report them"


class RetriedAssertions(StepRule):
    id = "retried-assertions"
    group = Group.ISOLATION
    severity = Severity.WARNING
    needs = names(
        "--reruns --retry --retries --rerun-fails --force-flaky retry@ retry.action@ -flake || rerunFailing"
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
        Example(
            bad=sample.script("npm run lint", "npm test || «npm test»"),
            good=sample.script("npm run lint", "npm test"),
        ),
        Example(
            bad=sample.script("make build")
            + "      - uses: nick-fields/retry@v3\n        with:\n          timeout_minutes: 5\n"
            "          max_attempts: 3\n          «command»: npm test\n",
            good=sample.script("make build")
            + "      - uses: nick-fields/retry@v3\n        with:\n          timeout_minutes: 5\n"
            "          max_attempts: 3\n          retry_on: timeout\n          command: npm test\n",
        ),
    )
    allows = (
        sample.script("pytest --reruns 0"),
        sample.script("curl --retry 3 https://example.com"),
        sample.script("npx vitest --retry=0"),
        sample.script("npm test || npm run test:report"),
        sample.script("npm ci || npm ci"),
        sample.script("make build")
        + "      - uses: nick-fields/retry@v3\n        with:\n          timeout_minutes: 5\n"
        "          max_attempts: 3\n          command: npm ci\n",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None:
            yield from self._by_action(step)
            return
        if not _SIGNS.search(run.value) or not may_test(run.value):
            return
        for first, second in pairwise(steps_commands(step)):
            same = first.line == second.line or (
                tests(first) == tests(second) and _LAST_FAILED.search(second.line)
            )
            if first.then == "||" and same and tests(second):
                yield self.found(run.part(self.text, second.start, second.end), _WHOLE_RUN, cure=_CURE)
                break
        for command in steps_commands(step):
            if tests(command) is None or "--only-rerun" in command.line or "--rerun-except" in command.line:
                continue
            for place, word in enumerate(command.words):
                found = re.fullmatch(
                    r"(-D(?:surefire|failsafe)\.rerunFailingTestsCount|--reruns|--retry|--retries|--rerun-fails|--force-flaky|--flake-attempts)(?:=(\S+))?",
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
                    cure=_CURE,
                )

    def _by_action(self, step: Step) -> Iterator[Finding]:
        retry = retry_of(step)
        if retry is None or retry.command is None or step.uses is None or retry.attempts < 2:
            return
        on = text_of(step.with_.get("retry_on")) if step.with_ is not None else None
        if on != "timeout" and any(tests(command) for command in commands(retry.command.value)):
            entry = step.with_.entry("command") if step.with_ is not None else None
            yield self.found(entry or step.uses, _WHOLE_RUN, cure=_CURE)


# Without one of these nothing is tried again.
_SIGNS = re.compile(r"\|\||--re|--force-flaky|-flake|rerunFailing")
# Flags that run again what failed in the run before.
_LAST_FAILED = re.compile(
    r"\s(?:--lf|--last-failed|--ff|--failed-first|--onlyFailures|--only-failures)(?=\s|$)"
)
