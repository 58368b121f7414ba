"""Options with a double quote that is never closed.

The rest of the string becomes one argument, and with it the image and everything that the runner adds behind
it. Close the quote.

Source: dotnet/runtime, Process.Unix.cs, ParseArgumentsIntoList.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import masked, unbalanced
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service


class UnbalancedQuote(ServiceRule):
    id = "unbalanced-quote"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd «"»redis-cli -e ping --health-interval 1s'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 1s'),
        ),
    )
    allows = (
        sample.service("options: >-", r'  --health-cmd "test \"$(redis-cli ping)\" = PONG"'),
        sample.service('options: --label "a""b"'),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        if scalar is None:
            return
        at = unbalanced(masked(scalar.value))
        if at is not None:
            yield self.found(
                scalar.part(self.text, at, at + 1),
                "the double quote is never closed, so the rest of the docker command becomes one word",
                cure="close it",
            )
