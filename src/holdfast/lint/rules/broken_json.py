"""Text for `fromJSON` that is no JSON.

The job stops where the expression is evaluated. JSON wants double quotes around texts and no comma at the
end.

Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#fromjson (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class BrokenJson(WalkRule):
    id = "broken-json"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ fromJSON(«'{a}'»).a }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    steps:\n"
                "      - run: echo ${{ fromJSON('{\"a\":1}').a }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    steps:\n"
            "      - run: echo ${{ fromJSON('[1, 2]')[0] }} ${{ fromJSON(vars.LIST)[0] }}\n"
        ),
    )
