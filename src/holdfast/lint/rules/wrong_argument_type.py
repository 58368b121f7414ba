"""Arguments of a kind that the function cannot use.

A list or a mapping where a text is taken makes the function give false or an empty text, and `case` stops
the job at a condition that is no truth value.

Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class WrongArgumentType(WalkRule):
    id = "wrong-argument-type"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ startsWith(«runner», 'Linux') }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ startsWith(runner.os, 'Linux') }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ case(«runner.os», 'a', 'b') }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ case(runner.os == 'Linux', 'a', 'b') }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    needs: []\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ contains(«needs», 'failure') }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    needs: []\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ contains(needs.*.result, 'failure') }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ toJSON(runner) }} ${{ case(github.event.x, 1, 2) }}\n"
        ),
    )
