"""Memory limits that the engine takes for a mistake.

Below 6 MB no container starts: docker's client lets the value pass, the engine refuses it, and the job ends at
"Initialize containers".

Source: moby, daemon/daemon_unix.go; tried with engine 26.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import size
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import options
from holdfast.lint.workflow import Service

_LEAST = 6 * 1024 * 1024


class SmallMemory(ServiceRule):
    id = "small-memory"
    group = Group.SERVICE
    severity = Severity.ERROR
    key = "options"
    needs = frozenset(("--memory", "-m"))
    examples = (
        Example(
            bad=sample.service("options: --memory «4m»"),
            good=sample.service("options: --memory 64m"),
        ),
    )
    allows = (
        sample.service("options: --memory 6m"),
        sample.service("options: --memory 0"),
        sample.service("options: --memory ${{ vars.LIMIT }}"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        memory, scalar = options(service).last("memory"), service.options
        if memory is None or scalar is None or memory.dynamic:
            return
        limit = size(memory.value or "")
        if limit and limit < _LEAST:
            yield self.found(
                scalar.part(self.text, memory.value_start, memory.value_end),
                f"the engine takes no limit below 6m, and {memory.value} is less",
                cure="raise it, or drop it",
            )
