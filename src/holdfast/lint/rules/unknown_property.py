"""Properties that a context does not have.

GitHub reads a property that does not exist as null, so the mistake shows as an empty text or a condition
that is never true. A list has no properties of its own: `.*` gives those of its items.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownProperty(WalkRule):
    id = "unknown-property"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ github.«reff» }}\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.ref }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «runner.os.name» }}\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ runner.os }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «fromJSON('[{\"a\":1}]').a» }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ fromJSON('[{\"a\":1}]')[0].a }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ «github.ref.*» }}\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.ref }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ github.event.pull_request.head.ref }} ${{ github['ref'] }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ job.workflow_sha }} ${{ strategy.job-index }}\n"
        ),
    )
