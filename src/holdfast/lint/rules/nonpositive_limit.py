"""Limits that are not above zero.

A `timeout-minutes` or `max-parallel` of zero or less limits nothing, or stops the job before it begins.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class NonpositiveLimit(JobRule):
    id = "nonpositive-limit"
    group = Group.GRAPH
    severity = Severity.WARNING
    keys = frozenset(("timeout-minutes", "max-parallel"))
    examples = (
        Example(bad=f"{_HEAD}    timeout-minutes: «0»\n", good=f"{_HEAD}    timeout-minutes: 10\n"),
        Example(bad=f"{_HEAD}        timeout-minutes: «-1»\n", good=f"{_HEAD}        timeout-minutes: 1\n"),
    )
    allows = (
        f"{_HEAD}    timeout-minutes: ${{{{ fromJSON(vars.T) }}}}\n",
        f"{_HEAD}    timeout-minutes: 0.5\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        strategy = job.strategy
        yield from self._limit("timeout-minutes", job.timeout_minutes)
        yield from self._limit(
            "max-parallel", strategy.get("max-parallel") if isinstance(strategy, Mapping) else None
        )
        for step in job.steps:
            yield from self._limit("timeout-minutes", step.timeout_minutes)

    def _limit(self, name: str, node: Node | None) -> Iterator[Finding]:
        if isinstance(node, Scalar) and node.tag in ("int", "float"):
            value = node.typed
            if isinstance(value, (int, float)) and value <= 0:
                yield self.found(node, f"{name} is not above zero", cure="write a number above zero")
