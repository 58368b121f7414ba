"""net.core.somaxconn set on the machine, for a Redis in a container.

Each network namespace has its own value: a container begins with the kernel's default, not with the
machine's. Only the published port's socket on the machine takes it, and that when the container is started
again. Use `--sysctl` in options and `--tcp-backlog` in command, together.

Source: Linux, net/core/net_namespace.c; measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.services import (
    on_host,
    redis_services,
)
from holdfast.lint.workflow import Job, Step


class HostSomaxconn(StepRule):
    id = "host-somaxconn"
    group = Group.REDIS
    severity = Severity.NOTICE
    key = "run"
    needs = frozenset(("somaxconn",))
    examples = (
        Example(
            bad=sample.redis(steps="sudo sysctl -w «net.core.somaxconn=65535»"),
            good=sample.redis(steps="make test"),
        ),
    )
    allows = (
        sample.redis(
            steps=(
                "- run: sudo sysctl -w net.core.somaxconn=65535\n"
                "- run: docker restart ${{ job.services.redis.id }}"
            )
        ),
        sample.script("sudo sysctl -w net.core.somaxconn=65535"),
        sample.redis(steps="sudo sysctl -w vm.overcommit_memory=1"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run, job = step.run, step.job
        if run is None or not redis_services(job) or not on_host(job) or _restarts(job, step):
            return
        found = re.search(r"net[./]core[./]somaxconn(\s*=\s*\d+)?", run.value)
        if found and re.search(r"sysctl[^\n]*somaxconn|>[^\n]*somaxconn|tee[^\n]*somaxconn", run.value):
            yield self.found(
                run.part(self.text, found.start(), found.end()),
                "the container has a value of its own, and its port was opened before this step",
                cure="set it by --sysctl in options, and --tcp-backlog with it",
            )


def _restarts(job: Job, step: Step) -> bool:
    """Whether this or a later step starts containers again."""
    later = [one for one in job.steps if one.index >= step.index and one.run is not None]
    return any(
        re.search(r"docker\s+(re)?start|docker\s+run|compose|(redis|valkey)-server", one.run.value)
        for one in later
        if one.run
    )
