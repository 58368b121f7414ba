"""Conditions that come out the same every time.

A condition that names no context is the same in every run: the job or step always runs, or never does.

Source: the expression language of @actions/expressions 0.3.61 (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ConstantCondition(WalkRule):
    id = "constant-condition"
    group = Group.EXPRESSION
    severity = Severity.NOTICE
    examples = (
        Example(
            bad=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    if: «false»\n    steps:\n      - run: make\n"
            ),
            good=("jobs:\n  other:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: ${{ «'true' == 'false'» }}\n"
            ),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
    )
    allows = (
        ("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n        if: always()\n"),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
            "        if: github.ref == 'x' || true\n"
        ),
    )
