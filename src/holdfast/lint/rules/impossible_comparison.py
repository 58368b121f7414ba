"""Comparisons that come out the same every time.

Values of unlike kinds are compared as numbers, and a text that is no number equals none: `inputs.flag ==
'true'` is never true when the input is a boolean. Neither is a value equal to one that it can never have,
nor a list or mapping to anything.

Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ImpossibleComparison(WalkRule):
    id = "impossible-comparison"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "on:\n"
                "  workflow_dispatch:\n"
                "    inputs:\n"
                "      flag:\n"
                "        type: boolean\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «inputs.flag == 'true'»\n"
            ),
            good=(
                "on:\n"
                "  workflow_dispatch:\n"
                "    inputs:\n"
                "      flag:\n"
                "        type: boolean\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: inputs.flag == true\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «runner.os == 'Ubuntu'»\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: runner.os == 'Linux'\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    strategy:\n"
                "      matrix:\n"
                "        go: ['1.25', '1.26']\n"
                "        include:\n"
                "          - go: '1.26'\n"
                "            race: true\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «fromJSON('[1]') == 1»\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    strategy:\n"
                "      matrix:\n"
                "        go: ['1.25', '1.26']\n"
                "        include:\n"
                "          - go: '1.26'\n"
                "            race: true\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: contains(fromJSON('[1]'), 1)\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
            "        if: runner.os == 'linux' && github.event.x == 'y'\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - id: a\n"
            "        run: make\n"
            "      - run: make\n"
            "        if: steps.a.outcome == '' || vars.X == 1\n"
        ),
    )
