"""Test programs whose own limit lies beyond the step's.

A test program that reaches its own limit says which test hangs; one that is stopped by GitHub says nothing.
`go test` stops a package's tests after 10 min unless `-timeout` says otherwise, which may be too late for the
step, and too early for a longer attempt. Keep the inner limit below the outer one.

Source: documentation of the go command, `go help testflag`; the flags of the other programs as documented.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.limits import Own, may_limit, outer_timeout, own_limit, unlimited_go_test
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    limit,
    retry_of,
    said,
    steps_commands,
)
from holdfast.lint.shell import Command, commands
from holdfast.lint.workflow import Step

_RETRY = (
    sample.script("make")
    .replace(
        "      - run: |\n          make\n",
        "      - uses: nick-fields/retry@v3\n        with:\n          max_attempts: 1\n"
        "          timeout_minutes: {}\n          command: {}\n",
    )
    .replace("timeout-minutes: 10", "timeout-minutes: 60")
)


class InnerLimit(StepRule):
    id = "inner-limit"
    group = Group.BUDGET
    severity = Severity.WARNING
    needs = frozenset(("timeout", "Timeout", "go test", "wait-for", "wait-on", "wait4x"))
    examples = (
        Example(
            bad=sample.script("go test «-timeout 18m» ./..."),
            good=sample.script("go test -timeout 8m ./..."),
        ),
        Example(
            bad=sample.script("«timeout 20m» pytest"),
            good=sample.script("timeout 8m pytest"),
        ),
        Example(
            bad=sample.script("npx mocha «--timeout 900000»"),
            good=sample.script("npx mocha --timeout 20000"),
        ),
        Example(
            bad=sample.script("«go test» ./..."),
            good=sample.script("go test -timeout 8m ./..."),
        ),
        Example(
            bad=_RETRY.format(18, "«go test» ./..."),
            good=_RETRY.format(18, "go test -timeout 17m ./..."),
        ),
    )
    allows = (
        sample.script("go test -timeout 9m ./..."),
        sample.script("timeout 20m pytest").replace("    timeout-minutes: 10\n", ""),
        sample.script("timeout $LIMIT pytest"),
        sample.script("timeout -k 10 5m pytest"),
        sample.script("npx jest --testTimeout=60000"),
        sample.script("go test ./...").replace("timeout-minutes: 10", "timeout-minutes: 15"),
        sample.script("go test -c ./cmd"),
        sample.script("go test ./...", job="env: {GOFLAGS: -timeout=5m}"),
        _RETRY.format(9, "make test"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        if step.run is not None and may_limit(step.run.value) and (outer := limit(step)) is not None:
            yield from self._inside(step.run, steps_commands(step), outer, "the step")
        retry = retry_of(step)
        if retry is not None and retry.command is not None:
            inner = commands(retry.command.value)
            yield from self._inside(retry.command, inner, retry.attempt_seconds, "the attempt")
            yield from self._too_early(retry.command, inner, retry.attempt_seconds)

    def _inside(
        self, script: Scalar, found: tuple[Command, ...], outer: float | None, who: str
    ) -> Iterator[Finding]:
        for command in found if outer is not None else ():
            own = own_limit(command)
            default = None if own else self._default(command)
            if own is not None and outer is not None and own.seconds >= outer:
                yield self.found(
                    script.part(self.text, own.start, own.end),
                    f"{who} is stopped after {said(outer)}, before the command's own limit of {said(own.seconds)}",
                    cure=f"lower it below {said(outer)}",
                )
            elif default is not None and outer is not None and default.seconds >= outer:
                yield self.found(
                    script.part(self.text, default.start, default.end),
                    f"{who} is stopped after {said(outer)}, before go test's own limit of "
                    f"{said(default.seconds)} names a test that hangs",
                    cure=f"write -timeout with less than {said(outer)}",
                    severity=Severity.NOTICE,
                )

    def _too_early(
        self, script: Scalar, found: tuple[Command, ...], outer: float | None
    ) -> Iterator[Finding]:
        for command in found if outer is not None else ():
            default = self._default(command)
            if (
                default is not None
                and outer is not None
                and not outer_timeout(command)
                and default.seconds < outer
            ):
                yield self.found(
                    script.part(self.text, default.start, default.end),
                    f"go test ends a package's tests after {said(default.seconds)} by itself, "
                    f"the attempt has {said(outer)}",
                    cure=f"write -timeout with a little less than {said(outer)}",
                    severity=Severity.NOTICE,
                )

    def _default(self, command: Command) -> Own | None:
        """The default limit of a `go test`, unless flags stand in GOFLAGS."""
        return None if "GOFLAGS" in self.text else unlimited_go_test(command)
