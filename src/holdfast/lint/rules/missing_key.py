"""Mappings without a key that GitHub requires.

A workflow needs `on` and `jobs`, a job `runs-on` or `uses`, a step `run`, `uses` or one of the waiting
kinds, an input of a called workflow its `type`, a schedule entry its `cron`. GitHub refuses a file that
lacks one.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class MissingKey(WalkRule):
    id = "missing-key"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=("jobs:\n  test:\n    «steps»:\n      - run: make\n"),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
        Example(
            bad=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - «name»: Build\n"),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - name: Build\n"
                "        run: make\n"
            ),
        ),
    )
    allows = (
        ("jobs:\n  call:\n    uses: ./.github/workflows/called.yml\n"),
        ("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - wait-all:\n"),
    )
