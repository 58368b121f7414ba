"""Tests whose failure the job ignores.

`continue-on-error: true` on the step that runs the tests makes the job green whatever they say. Where the
failure is looked at later, use the step's `outcome`.

Source: docs.github.com, workflow syntax, `continue-on-error`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
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
    key = "continue-on-error"
    examples = (
        Example(
            bad=sample.script("pytest -q", step="«continue-on-error»: true"),
            good=sample.script("pytest -q"),
        ),
    )
    allows = (
        sample.script("pytest -q", step="continue-on-error: ${{ matrix.experimental }}"),
        sample.script("pytest -q", step="id: tests\ncontinue-on-error: true")
        + "      - run: exit 1\n        if: steps.tests.outcome == 'failure'\n",
        sample.script("codecov", step="continue-on-error: true"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        entry = step.entry("continue-on-error")
        name = runs_tests(step)
        if (
            entry is None
            or name is None
            or not isinstance(entry.value, Scalar)
            or entry.value.typed is not True
        ):
            return
        if step.id is not None and re.search(
            rf"steps\.{re.escape(step.id.value)}\.(outcome|conclusion)", self.text
        ):
            return
        yield self.found(entry, f"the job passes whatever {name} says", cure="drop it")
