"""Expressions of another kind than the key takes.

Numbers, truth values, lists and mappings are taken as they are: `timeout-minutes` of a text stops the job,
and `fromJSON` makes a number of it.

Source: the reader of @actions/workflow-parser 0.3.61 (2026-08);
https://docs.github.com/actions/reference/workflows-and-actions/expressions#fromjson (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class WrongExpressionType(WalkRule):
    id = "wrong-expression-type"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    timeout-minutes: ${{ «vars.LIMIT» }}\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    timeout-minutes: ${{ fromJSON(vars.LIMIT) }}\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    continue-on-error: ${{ «1» }}\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    continue-on-error: true\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    timeout-minutes: ${{ github.event.x }}\n"
            "    continue-on-error: ${{ github.ref == 'x' }}\n"
            "    runs-on: ${{ fromJSON('[\"a\"]') }}\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
