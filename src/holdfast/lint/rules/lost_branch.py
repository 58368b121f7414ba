"""Values that count as false where one of two is chosen.

`condition && '' || 'x'` gives `'x'` whether the condition holds or not, since an empty text, 0, false and
null count as false. `case(condition, '', 'x')` says what is meant.

Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class LostBranch(WalkRule):
    id = "lost-branch"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ github.ref == 'a' && «''» || 'x' }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ case(github.ref == 'a', '', 'x') }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ github.ref == 'a' && 'b' || '' }} ${{ github.ref == 'a' && '' }}\n"
        ),
    )
