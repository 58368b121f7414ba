"""Jobs read without being needed.

`needs` holds only the jobs that the job itself names under `needs`, not those that these need. Anything
else is null.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#needs-context (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UndeclaredNeed(WalkRule):
    id = "undeclared-need"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  build:\n"
                "    runs-on: ubuntu-24.04\n"
                "    outputs:\n"
                "      path: out\n"
                "    steps:\n"
                "      - run: make\n"
                "  test:\n"
                "    needs: build\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ needs.«lint».result }}\n"
            ),
            good=(
                "jobs:\n"
                "  build:\n"
                "    runs-on: ubuntu-24.04\n"
                "    outputs:\n"
                "      path: out\n"
                "    steps:\n"
                "      - run: make\n"
                "  test:\n"
                "    needs: build\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ needs.build.result }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  build:\n"
            "    runs-on: ubuntu-24.04\n"
            "    outputs:\n"
            "      path: out\n"
            "    steps:\n"
            "      - run: make\n"
            "  test:\n"
            "    needs: build\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ needs.BUILD.result }} ${{ toJSON(needs) }}\n"
        ),
    )
