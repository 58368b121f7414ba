"""Conditions with text around their expression.

GitHub turns text and expressions into one text, and a text that is not empty is true: the condition holds
whatever the expression gives. So does one of two expressions in a row.

Source: validate-if.js of @actions/languageservice 0.3.61 (2026-08), where it is an error; the servers take
the file.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class AlwaysTrueCondition(WalkRule):
    id = "always-true-condition"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «${{ github.ref == 'a' }} && true»\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: github.ref == 'a' && true\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «${{ github.ref == 'a' }}${{ github.ref == 'b' }}»\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: github.ref == 'a'\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
            "        if: ${{ github.ref == 'a' }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: make\n"
            "        if: |\n"
            "          ${{ github.ref == 'a' }}\n"
        ),
    )
