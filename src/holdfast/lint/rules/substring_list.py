"""Lists written as one text.

`contains` of a text looks for a part of it: `contains('main develop', github.ref_name)` is true of a branch
named `in dev`, and of an empty one.

Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#contains (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class SubstringList(WalkRule):
    id = "substring-list"
    group = Group.EXPRESSION
    severity = Severity.NOTICE
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ contains(«'main develop'», github.ref_name) }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                '      - run: echo ${{ contains(fromJSON(\'["main", "develop"]\'), github.ref_name) }}\n'
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ contains(github.ref_name, 'a b') }} ${{ contains('main', github.ref_name) }}\n"
        ),
    )
