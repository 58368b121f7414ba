"""Single quotes in options, which the hosted runner does not know.

The hosted runner splits `options` as .NET does: only double quotes group words, a single quote is an ordinary
character. `--health-cmd 'redis-cli ping'` becomes two arguments and docker refuses the second as an image.
act splits as a shell does, so the same line works there. Use double quotes.

Source: dotnet/runtime, Process.Unix.cs, ParseArgumentsIntoList; tried with docker 28.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.options import masked
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service


class SingleQuotedOption(ServiceRule):
    id = "single-quoted-option"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service(
                "options: >-", "  --health-cmd «'redis-cli -e ping'»", "  --health-interval 1s"
            ),
            good=sample.service(
                "options: >-", '  --health-cmd "redis-cli -e ping"', "  --health-interval 1s"
            ),
        ),
        Example(
            bad=sample.service("options: --health-cmd=«'redis-cli -e ping'»"),
            good=sample.service('options: --health-cmd="redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service("options: --health-interval «'1s'»"),
            good=sample.service('options: --health-interval "1s"'),
        ),
    )
    allows = (
        sample.service("options: >-", """  --health-cmd "sh -c 'redis-cli ping | grep -q PONG'" """.rstrip()),
        sample.service("options: --label it's"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        if scalar is None or "'" not in scalar.value:
            return
        text = masked(scalar.value)
        for start, end in _single_quoted(text):
            inner = scalar.value[start + 1 : end - 1]
            fix = None
            if '"' not in inner and "\\" not in inner:
                fix = edits.replaced(self.source, scalar, start, end, f'"{inner}"')
            several = any(blank in inner for blank in " \t")
            yield self.found(
                scalar.part(self.text, start, end),
                "the hosted runner splits at the blanks inside single quotes"
                if several
                else "the hosted runner hands the single quotes to docker as part of the value",
                cure="use double quotes",
                fix=fix,
            )


def _single_quoted(text: str) -> Iterator[tuple[int, int]]:
    """The single-quoted parts that begin a value and stand outside double quotes."""
    at, double = 0, False
    while at < len(text):
        char = text[at]
        if char == '"':
            double = not double
        elif char == "'" and not double and (at == 0 or text[at - 1] in " \t\n="):
            close = text.find("'", at + 1)
            if close < 0:
                return
            yield at, close + 1
            at = close
        at += 1
