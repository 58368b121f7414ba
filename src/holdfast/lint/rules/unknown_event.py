"""Events that GitHub does not have.

GitHub refuses the whole file. Names are written with underscores and in lower case.

Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
(2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownEvent(WalkRule):
    id = "unknown-event"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "on: [push, «pull-request»]\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "on: [push, pull_request]\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
        Example(
            bad=(
                "on:\n"
                "  «pushes»:\n"
                "    branches: [main]\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "on:\n"
                "  push:\n"
                "    branches: [main]\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
    )
    allows = (
        (
            "on: [push, repository_dispatch, workflow_dispatch]\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
