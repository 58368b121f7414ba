"""Matrix rows that hold a value twice.

Each value of a row makes jobs of its own, so a value written twice runs the same job twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n    strategy:\n      matrix:\n"
)


class DuplicateMatrixValue(JobRule):
    id = "duplicate-matrix-value"
    group = Group.GRAPH
    severity = Severity.WARNING
    key = "strategy"
    keys = frozenset(("matrix",))
    examples = (
        Example(
            bad=f"{_HEAD}        go: ['1.25', «'1.25'»]\n", good=f"{_HEAD}        go: ['1.25', '1.26']\n"
        ),
    )
    allows = (
        f"{_HEAD}        go: [1.25, '1.25']\n",
        f"{_HEAD}        a: ['${{{{ vars.A }}}}', '${{{{ vars.A }}}}']\n",
        f"{_HEAD}        go: ['1.25']\n        include:\n          - go: '1.25'\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        matrix = job.matrix
        for row in matrix if isinstance(matrix, Mapping) else ():
            if row.name in ("include", "exclude") or not isinstance(row.value, Sequence):
                continue
            seen: set[object] = set()
            for item in row.value:
                value = plain(item)
                if value is None:
                    continue
                if value in seen:
                    yield self.found(
                        item, f"{row.name} holds this value before", cure="remove it, or write another"
                    )
                seen.add(value)


def plain(node: Node) -> object:
    """A value to compare by, or None where an expression makes it unknown."""
    if isinstance(node, Scalar):
        return None if "${{" in node.value else (node.tag, node.typed)
    if isinstance(node, Sequence):
        items = tuple(plain(item) for item in node.items)
        return None if None in items else ("list", items)
    if isinstance(node, Mapping):
        pairs = tuple((entry.name, plain(entry.value)) for entry in node)
        return (
            None if any(value is None for _, value in pairs) else ("mapping", tuple(sorted(pairs, key=str)))
        )
    return None
