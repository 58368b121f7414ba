"""Transparent huge pages switched off for Redis.

Redis switches them off for itself (`disable-thp yes`, the default since 6.2), and warns only where the setting
is `always`; Ubuntu's is madvise.

Source: redis/redis, src/syscheck.c and src/server.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.services import (
    is_redis,
)
from holdfast.lint.workflow import Step


class InertThp(StepRule):
    id = "inert-thp"
    group = Group.REDIS
    severity = Severity.NOTICE
    key = "run"
    needs = frozenset(("transparent_hugepage",))
    examples = (
        Example(
            bad=sample.redis(steps="echo never | sudo tee «/sys/kernel/mm/transparent_hugepage/enabled»"),
            good=sample.redis(),
        ),
    )
    allows = (
        sample.service(
            image="mongo:8.0", steps="echo never | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"
        ),
        sample.redis(steps="cat /sys/kernel/mm/transparent_hugepage/enabled"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        found = re.search(r"\S*transparent_hugepage/\w+", run.value) if run else None
        if run is None or found is None or not re.search(r"never|madvise", run.value):
            return
        services = step.job.services
        if services and all(is_redis(one) for one in services):
            yield self.found(
                run.part(self.text, found.start(), found.end()),
                "Redis switches huge pages off for itself, so this changes nothing for it",
                cure="drop it",
            )
