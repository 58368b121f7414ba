"""Options whose newlines reach docker.

A literal block (`|`) keeps its newlines, and the hosted runner splits at blanks and tabs only: two flags on two
lines become one argument, and docker refuses it. Write a folded block (`>-`). act splits at newlines, so the
same block works there.

Source: dotnet/runtime, Process.Unix.cs, ParseArgumentsIntoList; tried with docker 28.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service
from holdfast.text import Edit


class LiteralOptions(ServiceRule):
    id = "literal-options"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service(
                "options: «|", '  --health-cmd "redis-cli -e ping"', "  --health-interval 1s»"
            ),
            good=sample.service("options: >", '  --health-cmd "redis-cli -e ping"', "  --health-interval 1s"),
        ),
        Example(
            bad=sample.service(
                "options: «|-", '  --health-cmd "redis-cli -e ping"', "  --health-interval 1s»"
            ),
            good=sample.service(
                "options: >-", '  --health-cmd "redis-cli -e ping"', "  --health-interval 1s"
            ),
        ),
    )
    allows = (
        sample.service("options: |-", '  --health-cmd "redis-cli -e ping" --health-interval 1s'),
        sample.service("options: >-", '  --health-cmd "redis-cli -e ping"', "  --health-interval 1s"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        if scalar is None or "\n" not in scalar.value.strip():
            return
        fix = None
        if scalar.style == "literal" and "\n\n" not in scalar.value.strip() and "\n " not in scalar.value:
            fix = (Edit(scalar.start, scalar.start + 1, ">"),)
        yield self.found(
            scalar,
            "the newlines are kept, and the hosted runner splits at blanks only, so flags grow together",
            cure="write a folded block, >-",
            fix=fix,
        )
