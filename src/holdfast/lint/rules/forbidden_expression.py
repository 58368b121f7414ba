"""Expressions where GitHub evaluates none.

Ids, event filters, `uses`, permissions and a step's `shell` are read before any expression is; GitHub
refuses the file.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ForbiddenExpression(WalkRule):
    id = "forbidden-expression"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - uses: «actions/checkout@${{ vars.REF }}»\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make ${{ vars.TARGET }}\n"
            "        working-directory: ${{ github.workspace }}\n"
        ),
    )
