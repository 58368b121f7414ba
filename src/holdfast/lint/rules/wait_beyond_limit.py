"""Wait loops that are stopped before they can fail.

A loop that asks a server a hundred times, five seconds apart, waits for eight minutes. Where the step or the job
ends earlier, GitHub stops the loop, and what it would have said about the server is never printed. Let the loop
end first.

Source: arithmetic; the pauses alone are counted, not the questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import PROBING, count_of, limit, loops, said
from holdfast.lint.workflow import Step
from holdfast.plan import budget

_PAUSE = re.compile(r"\bsleep\s+(\d+(?:\.\d+)?[smh]?)(?=[\s;)]|$)")


class WaitBeyondLimit(StepRule):
    id = "wait-beyond-limit"
    group = Group.BUDGET
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("sleep",))
    examples = (
        Example(
            bad=sample.script(
                "«for» i in $(seq 1 200); do",
                "  docker exec c redis-cli -e ping && exit 0",
                "  sleep 5",
                "done",
                "exit 1",
            ),
            good=sample.script(
                "for i in $(seq 1 60); do",
                "  docker exec c redis-cli -e ping && exit 0",
                "  sleep 1",
                "done",
                "exit 1",
            ),
        ),
    )
    allows = (
        sample.script("for i in $(seq 200); do curl -fs localhost && exit 0; sleep 5; done; exit 1").replace(
            "    timeout-minutes: 10\n", ""
        ),
        sample.script("for i in $(seq 200); do make publish; sleep 5; done"),
        sample.script("for i in $(seq 200); do curl -fs localhost && exit 0; sleep $PAUSE; done; exit 1"),
        sample.script(
            "for i in $(seq 200); do curl -fs localhost && exit 0; test $i = 9 && exit 1; sleep 5; done"
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run, outer = step.run, limit(step)
        if run is None or outer is None:
            return
        for loop in loops(run.value):
            count, pauses = count_of(loop), [budget.seconds(found[1]) for found in _PAUSE.finditer(loop.body)]
            ends_early = re.search(r"\bexit\s+[1-9]|\btimeout\b", loop.body)
            if (
                loop.kind != "for"
                or count is None
                or not pauses
                or ends_early
                or not PROBING.search(loop.body)
            ):
                continue
            if count * min(pauses) >= outer:
                yield self.found(
                    run.part(self.text, loop.start, loop.start + len(loop.kind)),
                    f"{count} rounds, {said(min(pauses))} apart, take {said(count * min(pauses))}; "
                    f"the step is stopped after {said(outer)}",
                    cure="lower the rounds, so that the loop fails by itself and says why",
                )
