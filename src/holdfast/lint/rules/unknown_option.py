"""Flags that docker create does not have.

docker stops at a flag that it does not know, and the job with it, at "Initialize containers". A near name is
proposed.

Source: `docker create --help`, docker 28.2; each name tried with the real client.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.options import Kind
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    is_redis,
    options,
)
from holdfast.lint.settings_of_redis import SERVER_FLAGS, SETTINGS
from holdfast.lint.workflow import Service


class UnknownOption(ServiceRule):
    id = "unknown-option"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service('options: «--healthcmd» "redis-cli -e ping"'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service('options: --health-cmd "redis-cli -e ping" «--health-retry»=5'),
            good=sample.service('options: --health-cmd "redis-cli -e ping" --health-retries=5'),
        ),
    )
    allows = (
        sample.service("options: --requirepass secret"),
        sample.service("options: --entrypoint redis-server --name cache -it"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        for trouble in options(service).troubles:
            if scalar is None or trouble.kind is not Kind.UNKNOWN_FLAG:
                continue
            if is_redis(service) and (trouble.name in SETTINGS or trouble.name in SERVER_FLAGS):
                continue
            near = trouble.cure.removeprefix("write ") if trouble.cure.startswith("write --") else None
            yield self.found(
                scalar.part(self.text, trouble.start, trouble.end),
                trouble.message,
                cure=trouble.cure,
                fix=edits.replaced(self.source, scalar, trouble.start, trouble.end, near) if near else None,
            )
