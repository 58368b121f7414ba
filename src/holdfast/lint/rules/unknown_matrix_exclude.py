"""Matrix exclusions that exclude nothing.

An entry of `exclude` removes the combinations that have all of its values. A key that is no row of the
matrix, or a value that its row does not have, never matches; GitHub's servers refuse an unknown key when
the job is made.

Source: https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Entry, Mapping, Node, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.rules.duplicate_matrix_value import plain
from holdfast.lint.words import listed, nearest
from holdfast.lint.workflow import Job

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n    strategy:\n      matrix:\n"
)
_ROWS = f"{_HEAD}        os: [a, b]\n        go: ['1.25', '1.26']\n        exclude:\n"


class UnknownMatrixExclude(JobRule):
    id = "unknown-matrix-exclude"
    group = Group.GRAPH
    severity = Severity.WARNING
    key = "strategy"
    keys = frozenset(("exclude",))
    examples = (
        Example(
            bad=f"{_ROWS}          - «so»: a\n            go: '1.25'\n",
            good=f"{_ROWS}          - os: a\n            go: '1.25'\n",
        ),
        Example(bad=f"{_ROWS}          - go: «'1.24'»\n", good=f"{_ROWS}          - go: '1.25'\n"),
    )
    allows = (
        f"{_HEAD}        os: ${{{{ fromJSON(vars.OS) }}}}\n        exclude:\n          - os: c\n",
        f"{_ROWS}          - os: ${{{{ vars.OS }}}}\n",
        f"{_HEAD}        p: [{{os: a, go: 1}}]\n        exclude:\n          - p: {{os: a}}\n",
        f"{_HEAD}        go: [1.25, 1.26]\n        exclude:\n          - go: '1.25'\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        matrix = job.matrix
        if not isinstance(matrix, Mapping) or any("${{" in entry.name for entry in matrix):
            return
        rows = {entry.name: entry.value for entry in matrix if entry.name not in ("include", "exclude")}
        excluded = matrix.get("exclude")
        values = {name: _values(row) for name, row in rows.items()}
        for item in excluded if isinstance(excluded, Sequence) and rows else ():
            for entry in item if isinstance(item, Mapping) else ():
                yield from self._entry(entry, rows, values)

    def _entry(
        self, entry: Entry, rows: dict[str, Node], values: dict[str, frozenset[str] | None]
    ) -> Iterator[Finding]:
        names = {name.lower(): name for name in rows}
        if "${{" in entry.name:
            return
        if entry.name.lower() not in names:
            near = nearest(entry.name, rows)
            cure = f'write "{near}"' if near else f"rows: {listed(rows)}"
            yield self.found(entry, f'the matrix has no row "{entry.name}"', cure=cure)
            return
        if not _may_match(entry.value, values[names[entry.name.lower()]]):
            yield self.found(entry.value, f"{entry.name} has no such value", cure="write a value of the row")


def _values(row: Node) -> frozenset[str] | None:
    """The values of a row, to compare loosely as GitHub does; None where one of them is computed."""
    values = [plain(item) for item in row.items] if isinstance(row, Sequence) else [None]
    return None if None in values else frozenset(_loose(value) for value in values)


def _may_match(wanted: Node, values: frozenset[str] | None) -> bool:
    """Whether a value of the row may be the wanted one; objects match in part, so any may."""
    value = plain(wanted)
    if value is None or values is None or isinstance(wanted, (Mapping, Sequence)):
        return True
    return _loose(value) in values


def _loose(value: object) -> str:
    return str(value[1]).lower() if isinstance(value, tuple) else str(value)
