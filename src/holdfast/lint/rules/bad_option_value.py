"""Values of options that docker refuses.

A duration needs a unit (`5s`), a size is a number with b, k, m or g, retries are a whole number and not
negative. docker stops at the first value that it cannot read, and the job at "Initialize containers".

Source: docker/cli 28.2, opts, and Go's time.ParseDuration; each kind tried with the real client.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.options import Kind
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class BadOptionValue(ServiceRule):
    id = "bad-option-value"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval «5»'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-interval 5s'),
        ),
    )
    allows = (
        sample.service('options: --health-cmd "x" --health-interval 1m30s --health-retries=5 --memory 1.5g'),
        sample.service("options: --sysctl vm.overcommit_memory=1"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        for trouble in options(service).troubles:
            if (
                scalar is None
                or trouble.kind not in (Kind.BAD_VALUE, Kind.NO_VALUE)
                or trouble.name == "sysctl"
            ):
                continue
            value = scalar.value[trouble.start : trouble.end]
            unit = trouble.cure == f"write {value}s"
            fix = (
                edits.replaced(self.source, scalar, trouble.start, trouble.end, f"{value}s") if unit else None
            )
            if value.startswith("'"):
                continue
            yield self.found(
                scalar.part(self.text, trouble.start, trouble.end),
                trouble.message,
                cure=trouble.cure,
                fix=fix,
            )
