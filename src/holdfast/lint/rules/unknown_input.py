"""Inputs that are not declared.

`inputs` holds what `workflow_dispatch` and `workflow_call` declare (in an action: its own inputs); any
other is null. `github.event.inputs` holds those of `workflow_dispatch` as texts.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownInput(WalkRule):
    id = "unknown-input"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "on:\n"
                "  workflow_dispatch:\n"
                "    inputs:\n"
                "      level:\n"
                "        type: number\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ inputs.«levle» }}\n"
            ),
            good=(
                "on:\n"
                "  workflow_dispatch:\n"
                "    inputs:\n"
                "      level:\n"
                "        type: number\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ inputs.level }}\n"
            ),
        ),
        Example(
            bad=(
                "on:\n"
                "  workflow_dispatch:\n"
                "    inputs:\n"
                "      level:\n"
                "        type: number\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ github.event.inputs.«lvl» }}\n"
            ),
            good=(
                "on:\n"
                "  workflow_dispatch:\n"
                "    inputs:\n"
                "      level:\n"
                "        type: number\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ github.event.inputs.level }}\n"
            ),
        ),
    )
    allows = (
        (
            "on:\n"
            "  workflow_dispatch:\n"
            "    inputs:\n"
            "      level:\n"
            "        type: number\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ inputs.LEVEL }}\n"
        ),
        (
            "on:\n"
            "  workflow_call:\n"
            "    inputs:\n"
            "      a:\n"
            "        type: string\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ inputs.a }} ${{ github.event.inputs.b }}\n"
        ),
    )
