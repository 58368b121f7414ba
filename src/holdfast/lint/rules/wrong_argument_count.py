"""Calls with too few or too many arguments.

GitHub counts the arguments when it reads the file, and refuses it. `case` takes pairs of condition and
value, and one value more for when none is true.

Source: the parser of @actions/expressions 0.3.61 (2026-08), which GitHub's servers share.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class WrongArgumentCount(WalkRule):
    id = "wrong-argument-count"
    group = Group.EXPRESSION
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «contains»(github.ref) }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ contains(github.ref, 'x') }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «case»(true, 'a', false, 'b') }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ case(true, 'a', 'b') }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «failure»('lint')\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: failure()\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ join(github.event.commits.*.id) }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    if: failure('lint')\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
