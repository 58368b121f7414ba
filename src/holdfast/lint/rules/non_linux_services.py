"""Services on Windows or macOS.

"Container operations are only supported on Linux runners": the job stops before its first step.

Source: actions/runner, ContainerOperationProvider.cs; actions/runner issues 904 and 1866.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.matrix import texts
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    switched_off,
)
from holdfast.lint.workflow import Job, is_expression


class NonLinuxServices(JobRule):
    id = "non-linux-services"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    key = "services"
    needs = frozenset(("windows", "macos", "macOS", "Windows"))
    examples = (
        Example(
            bad=sample.redis().replace("ubuntu-24.04", "«windows-2025»"),
            good=sample.redis(),
        ),
        Example(
            bad=sample.redis(job="strategy:\n  matrix:\n    os: [ubuntu-24.04, macos-15]").replace(
                "runs-on: ubuntu-24.04", "runs-on: «${{ matrix.os }}»"
            ),
            good=sample.redis(job="strategy:\n  matrix:\n    os: [ubuntu-24.04]").replace(
                "runs-on: ubuntu-24.04", "runs-on: ${{ matrix.os }}"
            ),
        ),
    )
    allows = (
        "jobs:\n  t:\n    runs-on: windows-2025\n    services: ${{ fromJSON(vars.SERVICES) "
        "}}\n    steps: [run: make]\n",
        sample.service(
            sample.PROBE,
            image="${{ matrix.image }}",
            job=(
                "strategy:\n  matrix:\n    include: [{os: ubuntu-24.04, image: "
                "'redis:8.2'}, {os: windows-2025, image: ''}]"
            ),
        ).replace("runs-on: ubuntu-24.04", "runs-on: ${{ matrix.os }}"),
        sample.service(
            image="${{ matrix.os == 'ubuntu-24.04' && 'redis:8.2' || '' }}",
            job="strategy:\n  matrix:\n    os: [ubuntu-24.04, windows-2025]",
        ).replace("runs-on: ubuntu-24.04", "runs-on: ${{ matrix.os }}"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        services = job.services
        if not services:
            return
        for node in job.labels:
            for label in texts(node, job):
                if not re.match(r"(windows|macos)\b", label, re.IGNORECASE):
                    continue
                if all(switched_off(service, label) for service in services):
                    continue
                yield self.found(
                    node,
                    f"services run on Linux machines only, and a leg runs on {label}"
                    if is_expression(node)
                    else f"services run on Linux machines only, and the job runs on {label}",
                    cure="run the job on Ubuntu, or start the server in a step",
                    also=((services[0].key, "the services"),),
                )
                return
