"""Counted wait loops that let the tests run anyway.

After the last round the loop ends with the status of its sleep, which is success: the step passes without a
server, and the failure shows somewhere else. Fail after the loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    COUNTED,
    loops,
)
from holdfast.lint.workflow import Step


class FallThroughWait(StepRule):
    id = "fall-through-wait"
    group = Group.SERVICE
    severity = Severity.WARNING
    key = "run"
    needs = frozenset(("for ", "while", "until"))
    examples = (
        Example(
            bad=sample.script("«for» i in {1..30}; do", "  redis-cli -e ping && break", "  sleep 1", "done"),
            good=sample.script(
                "for i in {1..30}; do", "  redis-cli -e ping && exit 0", "  sleep 1", "done", "exit 1"
            ),
        ),
        Example(
            bad=sample.script(
                "«for» i in {1..60}; do",
                "  if docker exec db mariadb-admin ping -uroot >/dev/null 2>&1; then",
                "    break",
                "  fi",
                "  sleep 2",
                "done",
            ),
            good=sample.script("docker run -d --name db --health-cmd='mariadb-admin ping' mariadb:11"),
        ),
        Example(
            bad=sample.script(
                "n=0",
                "«while» [ $n -lt 30 ]; do",
                "  redis-cli -e ping && break",
                "  sleep 1",
                "  n=$((n+1))",
                "done",
            ),
            good=sample.script("timeout 30 sh -c 'until redis-cli -e ping; do sleep 1; done'"),
        ),
    )
    allows = (
        sample.script(
            "for i in {1..30}; do", "  redis-cli -e ping && break", "  sleep 1", "done", "redis-cli -e ping"
        ),
        sample.script(
            "for i in {1..30}; do",
            "  redis-cli -e ping && break",
            "  [ $i = 30 ] && exit 1",
            "  sleep 1",
            "done",
        ),
        sample.script(
            "n=0",
            "while [ $n -lt 9 ]; do",
            "  redis-cli -e ping && break",
            "  n=$((n+1))",
            "  sleep 1",
            "done",
            "[ $n -lt 9 ] || exit 1",
        ),
        sample.script("while true; do", "  redis-cli -e ping && break", "  sleep 1", "done"),
        sample.script("for i in {1..3}; do", "  make && break", "  sleep 1", "done"),
        sample.script("for i in 1 2 3; do curl -f https://example.com && break; sleep 5; done"),
        sample.script("for f in *.rdb; do", "  redis-cli -e ping && break", "  sleep 1", "done || exit 1"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        if run is None:
            return
        for loop in loops(run.value):
            waiting = _PROBE.search(loop.body)
            counted = loop.kind == "for" or COUNTED.search(loop.condition)
            if not counted or not waiting or "sleep" not in loop.body or "break" not in loop.body:
                continue
            rest = run.value[loop.end :]
            if re.search(r"\b(exit|return|false|kill)\b", loop.body + rest) or _probes(rest, waiting[0]):
                continue
            last = re.split(r"[\n;]", loop.body.strip().rstrip(";"))[-1].strip()
            if not re.match(r"sleep|echo|fi$|\w+=|\(\(|let\b", last):
                continue
            yield self.found(
                run.part(self.text, loop.start, loop.start + len(loop.kind)),
                "after the last round the loop ends in success, and the step passes without a server",
                cure="fail after the loop",
            )


_PROBE = re.compile(
    r"-cli\b[^\n]*\bping\b|pg_isready|(mysql|mariadb-)admin[^\n]*ping|nc -\w*z|/dev/tcp"
    r"|curl[^\n]*(localhost|127\.0\.0\.1)"
)


def _probes(rest: str, probe: str) -> bool:
    """Whether what follows the loop asks the server again."""
    return probe.split()[0].lstrip("-") in rest or bool(re.match(r"\s*(\|\||&&)", rest))
