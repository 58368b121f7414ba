"""Expressions that give the same text every time.

They only hide what is written. One that writes `{{` itself is left alone: there is no other way to write
it.

Source: the expression language of @actions/expressions 0.3.61 (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ConstantExpression(WalkRule):
    id = "constant-expression"
    group = Group.EXPRESSION
    severity = Severity.NOTICE
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «'a' == 'a'» }}\n"
            ),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo true\n"),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ '${{ x }}' }} ${{ format('{0}', 'a') }}\n"
        ),
    )
