"""Activity types that the event does not have.

Each event has its own list; GitHub refuses the file for a type of another event.

Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
(2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownActivityType(WalkRule):
    id = "unknown-activity-type"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "on:\n"
                "  pull_request:\n"
                "    types: [opened, «synchronized»]\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "on:\n"
                "  pull_request:\n"
                "    types: [opened, synchronize]\n"
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
            "on:\n"
            "  repository_dispatch:\n"
            "    types: [anything-of-your-own]\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
