"""Test failures that the step does not report.

`|| true` and its like make every result a success; in a pipe without `pipefail` only the last program counts.
GitHub's default shell has no pipefail: write `shell: bash`, or `set -o pipefail`.

Source: docs.github.com, workflow syntax, `jobs.<id>.steps[*].shell` (default `bash -e {0}`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    may_test,
    script,
    steps_commands,
    tests,
)
from holdfast.lint.shell import Command
from holdfast.lint.workflow import Step, text_of


class SwallowedFailure(StepRule):
    id = "swallowed-failure"
    group = Group.ISOLATION
    severity = Severity.WARNING
    key = "run"
    examples = (
        Example(bad=sample.script("pytest -q «|| true»"), good=sample.script("pytest -q")),
        Example(
            bad=sample.script("go test ./... «|» tee test.log"),
            good=sample.script("set -o pipefail", "go test ./... | tee test.log"),
        ),
        Example(
            bad=sample.script("«set +e»", "pytest -q", "echo done"),
            good=sample.script("pytest -q", "echo done"),
        ),
        Example(bad=sample.script("pytest -q «; exit 0»"), good=sample.script("pytest -q")),
    )
    allows = (
        sample.script("pytest -q | tee log", step="shell: bash"),
        sample.script("pytest -q || exit 1"),
        sample.script("pytest -q || (cat log; false)"),
        sample.script("pytest --collect-only || true"),
        sample.script("if pytest -q | tee log; then true; fi"),
        sample.script("pytest -q || code=$?", "exit $code"),
        sample.script("make clean || true"),
        sample.script("set +e", "pytest -q"),
        sample.script("set +e", "pytest -q", "code=$?", "set -e", "exit $code"),
        sample.script("pytest -q | tee log", "exit ${PIPESTATUS[0]}"),
        sample.script("pytest -q | tee log").replace(
            "    steps:", "    defaults:\n      run:\n        shell: bash\n    steps:"
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        text = script(step)
        if run is None or text is None or not may_test(text) or not _SIGNS.search(text):
            return
        piped = "pipefail" in text or "PIPESTATUS" in text or _has_pipefail(step)
        found = steps_commands(step)
        yield from self._unchecked(run, text, found)
        for place, command in enumerate(found):
            if (
                tests(command) is None
                or command.depth
                or {"if", "while", "until", "!"} & set(command.keywords)
            ):
                continue
            after = found[place + 1] if place + 1 < len(found) else None
            sign = text.find(command.then, command.end) if command.then.strip() else -1
            if (command.then == "||" and after is not None and after.then != "&&" and _succeeds(after)) or (
                command.then == ";" and after is not None and after.line == "exit 0"
            ):
                yield self._found(run, sign, after.end, "whatever the tests say, the step passes")
            elif command.then == "&" and _unwaited(text, found, place):
                yield self._found(
                    run, sign, sign + 1, "nobody asks for its status in the background, and failed tests pass"
                )
            elif command.then == "|" and after is not None and not piped and not _leads(found, place):
                yield self._found(
                    run, sign, sign + 1, f"without pipefail only {after.name} counts, and failed tests pass"
                )

    def _unchecked(self, run: Scalar, text: str, found: tuple[Command, ...]) -> Iterator[Finding]:
        """`set +e` before tests whose status nobody looks at, with other commands behind them."""
        off = next((one for one in found if one.line == "set +e"), None)
        if off is None or re.search(r"\$\?|PIPESTATUS|\|\||\bset -e|\bexit\b|\btrap\b|\bif\b", text):
            return
        tested = [one for one in found if one.start > off.start and tests(one) and not one.depth]
        if (
            tested
            and found[-1].start > tested[-1].start
            and tests(found[-1]) is None
            and tested[-1].then != "|"
        ):
            yield self.found(
                run.part(self.text, off.start, off.end),
                f"after this only the last command counts, {found[-1].name}, and failed tests pass",
                cure="drop it, or keep the status of the tests",
            )

    def _found(self, run: Scalar, start: int, end: int, message: str) -> Finding:
        cure = (
            "write shell: bash, which sets pipefail" if "pipefail" in message else "let the failure through"
        )
        return self.found(run.part(self.text, start, end), message, cure=cure)


# Without one of these nothing is swallowed.
_SIGNS = re.compile(r"\||;|set \+e|[^&]&(?!&)")


def _unwaited(text: str, found: tuple[Command, ...], place: int) -> bool:
    """Whether tests in the background are waited for by a bare `wait` alone, which always succeeds."""
    waits = [one for one in found[place + 1 :] if one.name == "wait"]
    return bool(waits) and all(not one.args for one in waits) and "$!" not in text and "jobs -p" not in text


def _succeeds(command: Command) -> bool:
    return command.line in ("true", ":", "exit 0") or (
        command.name == "echo" and command.then not in ("&&", ";", "|")
    )


def _leads(found: tuple[Command, ...], place: int) -> bool:
    """Whether the pipe ends in a program that judges the output."""
    for command in found[place + 1 :]:
        if command.before != "|":
            return False
        if command.name in ("grep", "go-junit-report", "tap-xunit", "awk", "jq") or (command.then == "&&"):
            return command.name == "grep"
    return False


def _has_pipefail(step: Step) -> bool:
    """Whether `shell: bash` is written for the step, its job or the workflow, which sets pipefail."""
    if step.shell is not None:
        return step.shell.value.strip() == "bash" or "pipefail" in step.shell.value
    job_defaults = step.job.defaults_run
    whole = step.job.workflow.get("defaults")
    run = whole.get("run") if isinstance(whole, Mapping) else None
    for place in (job_defaults, run if isinstance(run, Mapping) else None):
        shell = text_of(place.get("shell")) if place else None
        if shell is not None:
            return shell.strip() == "bash" or "pipefail" in shell
    return False
