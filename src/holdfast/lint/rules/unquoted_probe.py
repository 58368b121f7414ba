"""Health commands whose second word docker takes for the image.

The runner hands `options` to docker as words: without double quotes `--health-cmd redis-cli ping` is a health
command `redis-cli` and an image named `ping`, and the job stops at "Initialize containers". Put the command in
double quotes.

Source: actions/runner, DockerCommandManager.cs, and .NET's word splitting; tried with docker 28.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.flags import FLAGS
from holdfast.lint.options import Word
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class UnquotedProbe(ServiceRule):
    id = "unquoted-probe"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("health-cmd",))
    examples = (
        Example(
            bad=sample.service("options: --health-cmd redis-cli «ping» --health-interval 1s"),
            good=sample.service('options: --health-cmd "redis-cli ping" --health-interval 1s'),
        ),
        Example(
            bad=sample.service("options: >-", "  --health-cmd=redis-cli «-e» ping", "  --health-interval 1s"),
            good=sample.service(
                "options: >-", '  --health-cmd="redis-cli -e ping"', "  --health-interval 1s"
            ),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "redis-cli ping" --health-interval 1s'),
        sample.service("options: --health-cmd healthcheck.sh --health-interval 1s"),
        sample.service("options: --health-cmd='redis-cli ping'"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        parsed = options(service)
        command = parsed.last("health-cmd")
        if scalar is None or command is None or command.dynamic or parsed.open:
            return
        after = [word for word in parsed.words if word.start >= command.end]
        if (
            not after
            or (command.value or "").startswith(("'", "\\"))
            or '"' in scalar.value[command.value_start : command.value_end]
            or "'" in scalar.value[command.start : after[0].end]
        ):
            return
        stray = after[0]
        if not (
            stray.text[:1].isalnum()
            or (
                stray.text.startswith("-")
                and stray.text.lstrip("-").partition("=")[0] not in FLAGS
                and not stray.text.startswith("--")
            )
        ):
            return
        last = self._end(parsed.words, stray.start)
        text = scalar.value[command.value_start : last]
        fix = None
        if '"' not in text and "\n" not in text:
            fix = edits.replaced(self.source, scalar, command.value_start, last, f'"{text}"')
        yield self.found(
            scalar.part(self.text, stray.start, stray.end),
            f"the health command ends at {command.value}, and docker takes {stray.text} for the image"
            if not stray.text.startswith("-")
            else f"the health command ends at {command.value}, and docker reads {stray.text} as its own flag",
            cure="put the health command in double quotes",
            fix=fix,
        )

    def _end(self, words: tuple[Word, ...], start: int) -> int:
        """Where the command's words end: before the next long flag of docker's."""
        end = start
        for word in words:
            if word.start < start:
                continue
            if word.text.startswith("--") and word.text[2:].partition("=")[0] in FLAGS:
                break
            end = word.end
        return end
