"""Merge keys, which GitHub does not know.

GitHub takes anchors and aliases (since 2025-09), but not `<<`: it reads it as a key of that name and
refuses the file.

Source: https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations
(2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class MergeKey(WalkRule):
    id = "merge-key"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  a: &a\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "  b:\n"
                "    «<<»: *a\n"
                "    runs-on: ubuntu-24.04\n"
            ),
            good=("jobs:\n  a: &a\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n  b: *a\n"),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  a:\n"
            "    runs-on: ubuntu-24.04\n"
            "    env:\n"
            '      "<<": text\n'
            "    steps:\n"
            "      - run: make\n"
        ),
    )
