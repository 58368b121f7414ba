"""Files of the repository mounted into a service.

Services start before the first step, so before checkout: the folder is still empty, and Docker makes a folder
where a file was meant. Pass settings by `command` or start the server in a step.

Source: actions/runner, JobExtension.cs ("Initialize containers" is a pre-job step).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Node
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service
from holdfast.text import Span


class WorkspaceVolume(ServiceRule):
    id = "workspace-volume"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("volumes", "-v", "--volume", "--mount"))
    examples = (
        Example(
            bad=sample.service("volumes:", "  - «${{ github.workspace }}/redis.conf:/etc/redis.conf»"),
            good=sample.service("command: redis-server --maxmemory 256mb"),
        ),
        Example(
            bad=sample.service("options: «-v ./redis.conf:/etc/redis.conf»"),
            good=sample.service("command: redis-server --maxmemory 256mb"),
        ),
    )
    allows = (sample.service("volumes:", "  - data:/data", "  - /tmp/x:/data", "  - /data"),)

    def check(self, service: Service) -> Iterator[Finding]:
        for node in service.volumes:
            if _from_checkout(node.value):
                yield self._found(node)
        scalar = service.options
        for option in options(service).options:
            if scalar is not None and option.name in ("volume", "mount"):
                written = scalar.value[option.start : option.end]
                if (
                    _from_checkout(scalar.value[option.value_start : option.value_end].strip('"'))
                    or "github.workspace" in written
                ):
                    yield self._found(scalar.part(self.text, option.start, option.end))

    def _found(self, where: Node | Span) -> Finding:
        return self.found(
            where,
            "services start before checkout, so nothing of the repository is there yet",
            cure="pass settings by command, or start the server in a step",
        )


def _from_checkout(volume: str) -> bool:
    return (
        bool(
            re.match(
                r"(\$\{\{\s*github\.workspace|\./|\.\./|\$\{?GITHUB_WORKSPACE|\$\{?PWD|/home/runner/work/)",
                volume,
            )
        )
        and ":" in volume
    )
