"""Lists and mappings put into a text.

GitHub writes the word `Array` or `Object`, not the content; `toJSON` writes it out, `join` joins a list.

Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class CollectionInText(WalkRule):
    id = "collection-in-text"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ «runner» }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ toJSON(runner) }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «github.event.commits.*.id» }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ join(github.event.commits.*.id) }}\n"
            ),
        ),
        Example(
            bad=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo x${{ «null» }}\n"),
            good=("jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo x\n"),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    strategy:\n"
            "      matrix:\n"
            "        include: ${{ fromJSON('[{\"a\":1}]') }}\n"
            "    steps:\n"
            "      - run: make\n"
        ),
    )
