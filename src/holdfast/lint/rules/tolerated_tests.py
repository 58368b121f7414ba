"""Tests whose failure the job ignores.

`continue-on-error: true` on the step that runs the tests makes the job green whatever they say. Where the
failure is looked at later, use the step's `outcome`.

Source: docs.github.com, workflow syntax, `continue-on-error`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    runs_tests,
)
from holdfast.lint.workflow import Step


class ToleratedTests(StepRule):
    id = "tolerated-tests"
    group = Group.ISOLATION
    severity = Severity.WARNING
    needs = frozenset(("continue-on-error",))
    examples = (
        Example(
            bad=sample.script("pytest -q", step="«continue-on-error»: true"),
            good=sample.script("pytest -q"),
        ),
        Example(
            bad=sample.script("pytest", job="«continue-on-error»: true"),
            good=sample.script("pytest"),
        ),
    )
    allows = (
        sample.script("pytest", job="continue-on-error: ${{ matrix.experimental || false }}"),
        sample.script("make publish", job="continue-on-error: true"),
        sample.script("pytest -q", step="continue-on-error: ${{ matrix.experimental }}"),
        sample.script("pytest -q", step="id: tests\ncontinue-on-error: true")
        + "      - run: exit 1\n        if: steps.tests.outcome == 'failure'\n",
        sample.script("codecov", step="continue-on-error: true"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        name = runs_tests(step)
        if name is None:
            return
        yield from self._of_job(step, name)
        entry = step.entry("continue-on-error")
        if entry is None or not _is_true(entry.value):
            return
        if step.id is not None and re.search(
            rf"steps\.{re.escape(step.id.value)}\.(outcome|conclusion)", self.text
        ):
            return
        yield self.found(entry, f"the job passes whatever {name} says", cure="drop it")

    def _of_job(self, step: Step, name: str) -> Iterator[Finding]:
        """The whole job tolerated, said at its first tests."""
        entry = step.job.entry("continue-on-error")
        if entry is None or not _is_true(entry.value):
            return
        if next(one for one in step.job.steps if runs_tests(one)) is step:
            yield self.found(entry, f"the run passes whatever {name} says", cure="drop it")


def _is_true(value: Node) -> bool:
    if not isinstance(value, Scalar):
        return False
    return value.typed is True or re.fullmatch(r"\$\{\{\s*true\s*\}\}", value.value.strip()) is not None
