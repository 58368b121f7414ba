"""Empty values where GitHub wants a text.

An image, a group, an id or a label must not be empty when it is written out. An expression that turns out
empty is another thing: an image computed as empty switches its service off.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class EmptyValue(WalkRule):
    id = "empty-value"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=('jobs:\n  test:\n    runs-on: «""»\n    steps:\n      - run: make\n'),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    services:\n"
                "      redis:\n"
                "        image: «''»\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    services:\n"
                "      redis:\n"
                "        image: redis:7\n"
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
            "    services:\n"
            "      redis:\n"
            "        image: ${{ vars.IMAGE }}\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
