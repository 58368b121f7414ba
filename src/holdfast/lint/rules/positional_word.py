"""Words in options that are no flag.

docker's flags end at the first word that is none: docker takes it for the image, and the runner's image for
the first word of the command. The job stops at "Initialize containers".

Source: actions/runner, DockerCommandManager.cs; tried with docker 28.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import Kind
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class PositionalWord(ServiceRule):
    id = "positional-word"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service("options: --cpus 1 «redis-server» --save 60"),
            good=sample.service("options: --cpus 1"),
        ),
        Example(
            bad=sample.service("options: «health-cmd» x"),
            good=sample.service("options: --health-cmd x"),
        ),
        Example(
            bad=sample.service("options: >-", '  --health-cmd "redis-cli -e ping" «\\»', "  --cpus 1"),
            good=sample.service("options: >-", '  --health-cmd "redis-cli -e ping"', "  --cpus 1"),
        ),
    )
    allows = (
        sample.service("options: --health-cmd redis-cli ping"),
        sample.service("options: ${{ vars.OPTIONS }} --cpus 1"),
        sample.service("options: --health-cmd 'redis-cli ping'"),
        sample.service("options: |", "  --cpus 1", "  --memory 1g"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        if scalar is None or "'" in scalar.value or "\n" in scalar.value.strip():
            return
        command = options(service).last("health-cmd")
        # the word behind an unquoted health command belongs to it: another rule's
        quoted = command is not None and '"' in scalar.value[command.value_start : command.value_end]
        for trouble in options(service).troubles:
            if trouble.kind is Kind.POSITIONAL and (quoted or trouble.name != "health-cmd"):
                yield self.found(
                    scalar.part(self.text, trouble.start, trouble.end), trouble.message, cure=trouble.cure
                )
