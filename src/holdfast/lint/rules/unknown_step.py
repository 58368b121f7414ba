"""Steps that do not exist, or run later.

`steps` holds the steps with an `id` that have run before in the same job. Anything else is null: an output
that is empty, a condition that is never true.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#steps-context (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownStep(WalkRule):
    id = "unknown-step"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - id: build\n"
                "        run: make\n"
                "      - run: echo ${{ steps.«bild».outputs.path }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - id: build\n"
                "        run: make\n"
                "      - run: echo ${{ steps.build.outputs.path }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ steps.«build».outputs.path }}\n"
                "      - id: build\n"
                "        run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - id: build\n"
                "        run: make\n"
                "      - run: echo ${{ steps.build.outputs.path }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - id: Build\n"
            "        run: make\n"
            "      - run: echo ${{ steps.build.outcome }}\n"
            "        if: steps.build.outputs.path != ''\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    outputs:\n"
            "      path: ${{ steps.build.outputs.path }}\n"
            "    steps:\n"
            "      - id: build\n"
            "        run: make\n"
        ),
    )
