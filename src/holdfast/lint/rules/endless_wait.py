"""Wait loops without an end.

A server that never comes keeps the job until its limit, six hours where none is written. Bound the loop by
`timeout`, or by counting and failing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    loops,
)
from holdfast.lint.workflow import Step


class EndlessWait(StepRule):
    id = "endless-wait"
    group = Group.BUDGET
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("until", "while"))
    examples = (
        Example(
            bad=sample.script("«until» redis-cli -e ping; do sleep 1; done").replace(
                "    timeout-minutes: 10\n", ""
            ),
            good=sample.script("timeout 60 sh -c 'until redis-cli -e ping; do sleep 1; done'").replace(
                "    timeout-minutes: 10\n", ""
            ),
        ),
    )
    allows = (
        sample.script("until redis-cli -e ping; do sleep 1; done"),
        sample.script(
            "n=0", "until redis-cli -e ping; do", "  n=$((n+1)); [ $n -lt 60 ] || exit 1", "  sleep 1", "done"
        ).replace("    timeout-minutes: 10\n", ""),
        sample.script("while read -r line; do echo $line; done < list").replace(
            "    timeout-minutes: 10\n", ""
        ),
        sample.script("until redis-cli -e ping; do sleep 1; done", step="timeout-minutes: 2").replace(
            "    timeout-minutes: 10\n", ""
        ),
        sample.script("while [ $SECONDS -lt 60 ]; do redis-cli -e ping && break; sleep 1; done").replace(
            "    timeout-minutes: 10\n", ""
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None or step.has("timeout-minutes") or step.job.has("timeout-minutes"):
            return
        for loop in loops(run.value):
            if loop.kind == "for" or "sleep" not in loop.body:
                continue
            before = run.value[max(loop.start - 60, 0) : loop.start]
            bounded = re.search(r"\btimeout\s+(-\S+\s+)*[\d$]", before.rpartition("\n")[2] or before)
            counted = re.search(
                r"\b(exit|return|break|kill)\b|-(lt|gt|le|ge|eq)\b|\(\(|SECONDS|\blet\b|\bexpr\b|\bdate\b|--max",
                loop.condition + loop.body,
            )
            if not bounded and not counted and not loop.condition.startswith("read"):
                yield self.found(
                    run.part(self.text, loop.start, loop.start + len(loop.kind)),
                    "the loop has no end, and neither step nor job has a limit",
                    cure="bound it by timeout, or count and fail",
                )
