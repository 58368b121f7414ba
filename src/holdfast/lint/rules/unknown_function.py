"""Calls of functions that do not exist.

There are twelve functions or so, and none can be added; GitHub refuses a file that calls another. There is
no `replace`, `split` or `length`: compute such values in a step.

Source: the parser of @actions/expressions 0.3.61 (2026-08), which GitHub's servers share.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownFunction(WalkRule):
    id = "unknown-function"
    group = Group.EXPRESSION
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «startWith»(github.ref, 'refs/tags') }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ startsWith(github.ref, 'refs/tags') }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ STARTSWITH(github.ref, 'refs/tags') }}\n"
        ),
    )
