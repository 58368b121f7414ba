"""Jobs that a called workflow's outputs name, and that do not exist.

The outputs of `workflow_call` read `jobs.<id>.outputs.<name>`; a job of another name is null, and the
caller gets an empty text.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#jobs-context (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownJob(WalkRule):
    id = "unknown-job"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "on:\n"
                "  workflow_call:\n"
                "    outputs:\n"
                "      path:\n"
                "        value: ${{ jobs.«bild».outputs.path }}\n"
                "jobs:\n"
                "  build:\n"
                "    runs-on: ubuntu-24.04\n"
                "    outputs:\n"
                "      path: out\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "on:\n"
                "  workflow_call:\n"
                "    outputs:\n"
                "      path:\n"
                "        value: ${{ jobs.build.outputs.path }}\n"
                "jobs:\n"
                "  build:\n"
                "    runs-on: ubuntu-24.04\n"
                "    outputs:\n"
                "      path: out\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
    )
    allows = (
        (
            "on:\n"
            "  workflow_call:\n"
            "    outputs:\n"
            "      path:\n"
            "        value: ${{ jobs.build.result }}\n"
            "jobs:\n"
            "  build:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
