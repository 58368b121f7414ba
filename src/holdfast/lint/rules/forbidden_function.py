"""Calls of functions that do not exist at this place.

`always`, `success`, `failure` and `cancelled` exist only in the `if` of jobs and steps, `hashFiles` only
inside steps. GitHub refuses the file.

Source: workflow-v1.0.json of @actions/workflow-parser 0.3.61 (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ForbiddenFunction(WalkRule):
    id = "forbidden-function"
    group = Group.EXPRESSION
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «success»() }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ job.status == 'success' }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    if: «hashFiles»('go.sum') != ''\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    if: success()\n"
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
            "    steps:\n"
            "      - run: make\n"
            "        if: hashFiles('go.sum') != '' && always()\n"
        ),
    )
