"""A network of one's own in options.

The runner puts every service on the job's network, where others find it by its id. GitHub does not support
`--network` in options: with `host` or `none` docker refuses two kinds of network at once, with another name
the service leaves the job's network or is refused. Drop it.

Source: docs.github.com, workflow syntax, `jobs.<id>.services.<id>.options`; docker/cli, opts.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class NetworkOption(ServiceRule):
    id = "network-option"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("--net",))
    examples = (
        Example(bad=sample.service("options: «--network host»"), good=sample.service("options: --cpus 1")),
        Example(bad=sample.service("options: «--net=backend»"), good=sample.service("options: --cpus 1")),
    )
    allows = (sample.service("options: --network-alias cache"),)

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        for option in options(service).options:
            if scalar is None or option.name not in ("network", "net"):
                continue
            own = option.value in ("host", "none", "bridge", "default")
            yield self.found(
                scalar.part(self.text, option.start, option.end),
                f"docker refuses the network {option.value} beside the job's own"
                if own
                else "GitHub does not support --network: the runner puts services on the job's network",
                cure="drop it",
                severity=Severity.ERROR if own else Severity.WARNING,
            )
