"""Expressions that GitHub cannot read.

Texts stand in single quotes, `${{` needs its `}}`, there is no arithmetic, and an expression is at most 50
deep and 21,000 characters long. GitHub refuses the whole file for one that it cannot read.

Source: the parser of @actions/expressions 0.3.61 (2026-08), which GitHub's servers share.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ExpressionSyntax(WalkRule):
    id = "expression-syntax"
    group = Group.EXPRESSION
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                '      - run: echo ${{ github.ref == «"main"» }}\n'
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ github.ref == 'main' }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo «${{» github.ref\n"
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
                "    if: github.ref «=» 'main'\n"
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
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: |\n"
                "          make\n"
                "          echo ${{ github.«.ref» }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: |\n"
                "          make\n"
                "          echo ${{ github.ref }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ github.event.inputs['it''s'] }} }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: |\n"
            "          echo '${{ github.ref }}'\n"
            "        if: >-\n"
            "          github.ref == 'a' &&\n"
            "          !cancelled()\n"
        ),
    )
