"""Values of another kind than GitHub takes.

A truth value or a number in quotes is a text, and GitHub does not convert it; a list where a text belongs,
a mapping where a list belongs, or nothing at all where a mapping belongs makes it refuse the file.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class WrongType(WalkRule):
    id = "wrong-type"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                '    timeout-minutes: «"15"»\n'
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    timeout-minutes: 15\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    strategy:\n"
                "      matrix:\n"
                "        os: «ubuntu»\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    strategy:\n"
                "      matrix:\n"
                "        os: [ubuntu]\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
        Example(
            bad=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    env:«»\n    steps:\n      - run: make\n"),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    timeout-minutes: ${{ fromJSON(vars.LIMIT) }}\n"
            "    name: 5\n"
            "    steps:\n"
            "      - run: make\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    strategy: ${{ fromJSON(vars.STRATEGY) }}\n"
            "    services: ${{ fromJSON(vars.SERVICES) }}\n"
            "    name:\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
