"""Contexts that do not exist at this place.

GitHub fills the contexts one after the other: `env` is unknown where a job's image is chosen, `secrets` in
any `if`, `steps` outside of a job. It refuses the file. Pass the value on by a job's `outputs`, or by the
step's `env`.

Source: workflow-v1.0.json of @actions/workflow-parser 0.3.61 (2026-08);
https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class ForbiddenContext(WalkRule):
    id = "forbidden-context"
    group = Group.EXPRESSION
    severity = Severity.ERROR
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    container: redis:${{ «env».TAG }}\n"
                "    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    container: redis:${{ vars.TAG }}\n"
                "    steps:\n"
                "      - run: make\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: «secrets».TOKEN != ''\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: make\n"
                "        if: env.TOKEN != ''\n"
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
            "        env:\n"
            "          TOKEN: ${{ secrets.TOKEN }}\n"
        ),
    )
