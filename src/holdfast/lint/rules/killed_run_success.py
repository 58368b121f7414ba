"""A retry action that takes a killed command for a success.

nick-fields/retry reports a command that died by SIGKILL (out of memory) or SIGSEGV as "completed", with exit
code 0. It also waits after the last attempt, turns a wait of 0 into 10 s, and runs the command without `-e`.
Programs that start the tests as processes of their own (tox, npm, make, go test) live on and say that they failed.

Source: measured on nick-fields/retry dd56f1c, 2026-11; its issues 53, 74 and 133.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    retry_of,
    tests,
)
from holdfast.lint.shell import commands
from holdfast.lint.workflow import Step

# Programs whose own process runs the tests, so that a kill meets what the action started.
_ITSELF = ("pytest", "py.test", "unittest", "nose2", "rspec", "phpunit", "mocha")


class KilledRunSuccess(StepRule):
    id = "killed-run-success"
    group = Group.ISOLATION
    severity = Severity.WARNING
    needs = frozenset(("nick-fields/retry", "nick-invision/retry"))
    examples = (
        Example(
            bad=(
                "jobs:\n  t:\n    runs-on: ubuntu-24.04\n    timeout-minutes: "
                "30\n    steps:\n      - uses: «nick-fields/retry@v3»\n"
                "        with:\n          timeout_minutes: 5\n"
                "          max_attempts: 3\n          command: pytest -q\n"
            ),
            good=(
                "jobs:\n  t:\n    runs-on: ubuntu-24.04\n    timeout-minutes: "
                "30\n    steps:\n      - run: scripts/run-with-retry.sh -- "
                "pytest -q\n"
            ),
        ),
    )
    allows = (
        "jobs:\n  t:\n    runs-on: ubuntu-24.04\n    timeout-minutes: "
        "30\n    steps:\n      - uses: nick-fields/retry@v3\n"
        "        with:\n          timeout_minutes: 5\n"
        "          max_attempts: 3\n          command: docker pull redis:8.2\n",
        "jobs:\n  t:\n    runs-on: ubuntu-24.04\n    timeout-minutes: "
        "30\n    steps:\n      - uses: nick-fields/retry@v3\n"
        "        with:\n          timeout_minutes: 5\n"
        "          max_attempts: 3\n          command: tox -e integration -- -vv\n",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        retry = retry_of(step)
        if retry is None or retry.command is None or step.uses is None:
            return
        if any(tests(command) in _ITSELF for command in commands(retry.command.value)):
            yield self.found(
                step.uses,
                "a test run that is killed, by lack of memory for one, ends here as a success",
                cure="retry with a script that keeps the exit code, such as run-with-retry.sh",
            )
