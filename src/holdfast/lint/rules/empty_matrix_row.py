"""Matrix rows without a value.

A matrix with an empty row has no combination; GitHub's servers end the run with an error when the job is
made.

Source: actions/runner, src/Sdk/WorkflowParser (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n    strategy:\n      matrix:"
)


class EmptyMatrixRow(JobRule):
    id = "empty-matrix-row"
    group = Group.GRAPH
    severity = Severity.WARNING
    key = "strategy"
    keys = frozenset(("matrix",))
    examples = (
        Example(bad=f"{_HEAD}\n        go: «[]»\n", good=f"{_HEAD}\n        go: ['1.26']\n"),
        Example(bad=f"{_HEAD} «{{}}»\n", good=f"{_HEAD} {{go: ['1.26']}}\n"),
    )
    allows = (
        f"{_HEAD}\n        include: []\n        go: ['1.26']\n",
        f"{_HEAD} ${{{{ fromJSON(vars.M) }}}}\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        matrix = job.matrix
        if not isinstance(matrix, Mapping):
            return
        if not matrix.entries:
            yield self.found(matrix, "the matrix has no row", cure="add a row, or remove the matrix")
        for row in matrix:
            empty = isinstance(row.value, Sequence) and not row.value.items
            if empty and row.name not in ("include", "exclude"):
                yield self.found(row.value, f"the row {row.name} has no value", cure="add one")
