"""Options of which docker refuses the combination.

`--no-healthcheck` excludes every `--health-*` flag; `--memory-swap` needs `--memory` and must not be smaller.

Source: docker/cli, opts.go; docker's daemon; tried with docker 28.2 and engine 20.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import size
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class ConflictingOptions(ServiceRule):
    id = "conflicting-options"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service("options: «--rm» --restart always"),
            good=sample.service("options: --cpus 1"),
        ),
        Example(
            bad=sample.service('options: «--no-healthcheck» --health-cmd "redis-cli -e ping"'),
            good=sample.service('options: --health-cmd "redis-cli -e ping"'),
        ),
        Example(
            bad=sample.service("options: --memory 2g «--memory-swap 1g»"),
            good=sample.service("options: --memory 2g --memory-swap 2g"),
        ),
        Example(
            bad=sample.service("options: «--memory-swap 1g»"),
            good=sample.service("options: --memory 1g"),
        ),
    )
    allows = (
        sample.service("options: --rm --restart no"),
        sample.service("options: --no-healthcheck"),
        sample.service("options: --memory 2g --memory-swap -1"),
        sample.service("options: -m 2g --memory-swap ${{ vars.SWAP }}"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        parsed = options(service)
        if scalar is None:
            return
        off = parsed.last("no-healthcheck")
        if off is not None and any(option.name.startswith("health-") for option in parsed.options):
            yield self.found(
                scalar.part(self.text, off.start, off.end),
                "docker refuses --no-healthcheck beside a --health flag",
                cure="drop one of them",
            )
        removed, again = parsed.last("rm"), parsed.last("restart")
        if removed is not None and again is not None and again.value not in (None, "no", ""):
            yield self.found(
                scalar.part(self.text, removed.start, removed.end),
                "docker refuses --rm beside --restart",
                cure="drop both: the runner removes the container",
            )
        swap = parsed.last("memory-swap")
        if swap is None or swap.dynamic or parsed.open:
            return
        swap_size, memory = size(swap.value or ""), parsed.last("memory")
        if memory is None and swap_size:
            yield self.found(
                scalar.part(self.text, swap.start, swap.end),
                "docker refuses --memory-swap without --memory",
                cure="add --memory, or drop it",
            )
        elif memory and not memory.dynamic and swap_size and swap_size < (size(memory.value or "") or 0):
            yield self.found(
                scalar.part(self.text, swap.start, swap.end),
                f"--memory-swap {swap.value} is less than --memory {memory.value}, which docker refuses",
                cure="raise it: it counts memory and swap together",
            )
