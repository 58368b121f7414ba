"""Keys that GitHub does not know at this place.

GitHub refuses the whole file for one key that it does not know, and a key in another case is another key.
The nearest known name, or the list of them, stands in the report. A key newer than this linter's table is
reported too: say so with an ignore comment until the table has it. In an action's metadata file such keys
are only ignored.

Source: the reader of @actions/workflow-parser 0.3.61 and its workflow-v1.0.json (2026-08).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownKey(WalkRule):
    id = "unknown-key"
    group = Group.SYNTAX
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    «run-on»: ubuntu-24.04\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  call:\n"
                "    uses: ./.github/workflows/called.yml\n"
                "    «services»:\n"
                "      redis:\n"
                "        image: redis:7\n"
            ),
            good=("jobs:\n  call:\n    uses: ./.github/workflows/called.yml\n"),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    services:\n"
            "      redis:\n"
            "        image: redis:7\n"
            "        command: --save ''\n"
            "        entrypoint: redis-server\n"
            "    steps:\n"
            "      - run: make\n"
        ),
        (
            "on: push\n"
            "cache-mode: read\n"
            "concurrency:\n"
            "  group: a\n"
            "  queue: max\n"
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - parallel:\n"
            "          - run: make a\n"
            "          - run: make b\n"
        ),
    )
