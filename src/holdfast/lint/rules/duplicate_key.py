"""Keys that are set twice in one mapping.

GitHub refuses the file. It compares keys without regard to case, so `Path` and `path` in one `env:` are the
same key, and so are the job ids `Test` and `test`.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class DuplicateKey(WalkRule):
    id = "duplicate-key"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    «runs-on»: ubuntu-22.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    env:\n"
                "      path: a\n"
                "      «PATH»: b\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    env:\n"
                "      path: a\n"
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
            "    env:\n"
            "      path: a\n"
            "    steps:\n"
            "      - run: make\n"
            "        env:\n"
            "          PATH: b\n"
        ),
    )
