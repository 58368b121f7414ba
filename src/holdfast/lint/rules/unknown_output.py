"""Outputs that a job, a step or a called workflow does not have.

An output that was never declared is an empty text. A job's outputs stand under its `outputs`, an action's
in its metadata; what a script writes is not known here, and never reported.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts (2026-11); the table of
well-known actions in holdfast/facts.
"""

from __future__ import annotations

from holdfast.finding import Confidence, Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownOutput(WalkRule):
    id = "unknown-output"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
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
                "      - run: echo ${{ needs.build.outputs.«pth» }}\n"
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
                "      - run: echo ${{ needs.build.outputs.path }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - id: checkout\n"
                "        uses: actions/checkout@v7\n"
                "      - run: echo ${{ steps.checkout.outputs.«sha» }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - id: checkout\n"
                "        uses: actions/checkout@v7\n"
                "      - run: echo ${{ steps.checkout.outputs.commit }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - id: checkout\n"
            "        uses: actions/checkout@v1\n"
            "      - run: echo ${{ steps.checkout.outputs.sha }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - id: own\n"
            "        run: make\n"
            "      - run: echo ${{ steps.own.outputs.sha }}\n"
        ),
    )
