"""Kernel settings that docker cannot set for one container.

`--sysctl` takes only settings that the kernel keeps apart for each container: `net.*`, `fs.mqueue.*` and those
of IPC. `vm.overcommit_memory` belongs to the whole machine; docker refuses the flag and the job stops.
Switching persistence off makes the setting needless.

Source: docker/cli, opts/opts.go, ValidateSysctl; tried with docker 28.2.
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


class VmSysctl(ServiceRule):
    id = "vm-sysctl"
    group = Group.REDIS
    severity = Severity.ERROR
    needs = frozenset(("sysctl",))
    examples = (
        Example(
            bad=sample.service("options: --sysctl «vm.overcommit_memory=1»"),
            good=sample.service("options: --sysctl net.core.somaxconn=1024"),
        ),
        Example(
            bad=sample.service("options: --sysctl=«kernel.pid_max=9»"),
            good=sample.service("options: --sysctl=kernel.shmmax=9"),
        ),
    )
    allows = (sample.service("options: --sysctl net.ipv4.tcp_syncookies=1 --sysctl fs.mqueue.msg_max=9"),)

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        for trouble in options(service).troubles:
            if scalar is not None and trouble.name == "sysctl" and trouble.kind is Kind.BAD_VALUE:
                yield self.found(
                    scalar.part(self.text, trouble.start, trouble.end), trouble.message, cure=trouble.cure
                )
