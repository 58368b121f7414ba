"""Steps allowed to run longer than their job.

The job's limit ends the step first; the step's own says something that cannot happen.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    number,
)
from holdfast.lint.workflow import Step


class InertLimit(StepRule):
    id = "inert-limit"
    group = Group.BUDGET
    severity = Severity.NOTICE
    key = "timeout-minutes"
    examples = (
        Example(
            bad=sample.script("make", step="timeout-minutes: «20»"),
            good=sample.script("make", step="timeout-minutes: 5"),
        ),
    )
    allows = (
        sample.script("make", step="timeout-minutes: 10"),
        sample.script("make", step="timeout-minutes: ${{ vars.LIMIT }}"),
        sample.script("make", step="timeout-minutes: 20").replace("    timeout-minutes: 10\n", ""),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        if step.timeout_minutes is None:
            return
        own, whole = number(step.timeout_minutes), number(step.job.timeout_minutes)
        if own is not None and whole is not None and own > whole:
            yield self.found(
                step.timeout_minutes,
                f"the job ends after {whole:g} min, so the step never gets its {own:g} min",
                cure=f"lower it below {whole:g}, or raise the job's limit",
            )
