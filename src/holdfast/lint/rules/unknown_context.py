"""Names that are no context.

An expression reads contexts such as `github` or `env`; any other bare word is refused, and with it the
whole file. A text needs single quotes.

Source: the parser of @actions/expressions 0.3.61 (2026-08), which GitHub's servers share.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownContext(WalkRule):
    id = "unknown-context"
    group = Group.EXPRESSION
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «githb».ref }}\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.ref }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    if: github.ref == «main»\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    if: github.ref == 'main'\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
    )
    allows = (
        ("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ GitHub.ref }}\n"),
    )
