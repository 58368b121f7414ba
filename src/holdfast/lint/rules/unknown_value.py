"""Words that are none of those GitHub takes here.

Where GitHub knows a closed list of words (input types, permission levels, `cache-mode`, `queue`) any other
word makes it refuse the file.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownValue(WalkRule):
    id = "unknown-value"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "on: push\n"
                "permissions:\n"
                "  contents: «readonly»\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "on: push\n"
                "permissions:\n"
                "  contents: read\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
        Example(
            bad=(
                "on: push\n"
                "concurrency:\n"
                "  group: a\n"
                "  queue: «all»\n"
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "on: push\n"
                "concurrency:\n"
                "  group: a\n"
                "  queue: max\n"
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
            "on: push\n"
            "permissions: read-all\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
        ),
        (
            "on: push\n"
            "permissions: {}\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
