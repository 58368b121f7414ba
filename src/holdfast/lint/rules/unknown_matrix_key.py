"""Matrix keys that do not exist.

The keys of `matrix` are those of its rows and of its includes; any other is null. A matrix that is computed
is not looked at. A key with a default after it, `matrix.os || 'ubuntu-24.04'`, is a notice.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#matrix-context (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownMatrixKey(WalkRule):
    id = "unknown-matrix-key"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    strategy:\n"
                "      matrix:\n"
                "        go: ['1.25', '1.26']\n"
                "        include:\n"
                "          - go: '1.26'\n"
                "            race: true\n"
                "    steps:\n"
                "      - run: echo ${{ matrix.«goo» }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    strategy:\n"
                "      matrix:\n"
                "        go: ['1.25', '1.26']\n"
                "        include:\n"
                "          - go: '1.26'\n"
                "            race: true\n"
                "    steps:\n"
                "      - run: echo ${{ matrix.go }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ matrix.«go» }}\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ vars.GO }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    strategy:\n"
            "      matrix:\n"
            "        go: ['1.25', '1.26']\n"
            "        include:\n"
            "          - go: '1.26'\n"
            "            race: true\n"
            "    steps:\n"
            "      - run: echo ${{ matrix.race }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    strategy:\n"
            "      matrix:\n"
            "        go: [a]\n"
            "        ${{ insert }}: ${{ fromJSON(vars.ROWS) }}\n"
            "        include:\n"
            "          - go: '1.26'\n"
            "            race: true\n"
            "    steps:\n"
            "      - run: echo ${{ matrix.anything }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    strategy:\n"
            "      matrix: ${{ fromJSON(vars.M) }}\n"
            "    steps:\n"
            "      - run: echo ${{ matrix.go }}\n"
        ),
    )
