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
from holdfast.lint.workflow import Job

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n    strategy:\n      matrix:\n"
)
_ROWS = f"{_HEAD}        os: [a, b]\n        go: ['1.25', '1.26']\n        exclude:\n"


class UnknownMatrixExclude(JobRule):
    id = "unknown-matrix-exclude"
    group = Group.GRAPH
    severity = Severity.WARNING
    needs = frozenset(("exclude",))
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
        for item in excluded if isinstance(excluded, Sequence) and rows else ():
            for entry in item if isinstance(item, Mapping) else ():
                yield from self._entry(entry, rows)

    def _entry(self, entry: Entry, rows: dict[str, Node]) -> Iterator[Finding]:
        names = {name.lower(): name for name in rows}
        if "${{" in entry.name:
            return
        if entry.name.lower() not in names:
            from difflib import get_close_matches  # slow to import, and seldom needed

            near = get_close_matches(entry.name.lower(), names, 1)
            cure = f'write "{names[near[0]]}"' if near else f"rows: {', '.join(rows)}"
            yield self.found(entry, f'the matrix has no row "{entry.name}"', cure=cure)
            return
        row = rows[names[entry.name.lower()]]
        if isinstance(row, Sequence) and not _may_match(entry.value, row):
            yield self.found(entry.value, f"{entry.name} has no such value", cure="write a value of the row")


def _may_match(wanted: Node, row: Sequence) -> bool:
    """Whether a value of the row may be the wanted one; GitHub compares loosely, objects in part."""
    value = plain(wanted)
    values = [plain(item) for item in row.items]
    if value is None or None in values or isinstance(wanted, (Mapping, Sequence)):
        return True
    return _loose(value) in [_loose(one) for one in values]


def _loose(value: object) -> str:
    return str(value[1]).lower() if isinstance(value, tuple) else str(value)
