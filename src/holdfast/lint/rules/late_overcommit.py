"""vm.overcommit_memory for a Redis that never forks.

The setting is for the fork that saves the data. A server with persistence off never forks, and the warning in
its log was printed at the start, before any step. (With persistence the setting helps, also when set late.)

Source: redis/redis, src/syscheck.c; redis/docker-library-redis issue 346.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    job_text,
)
from holdfast.lint.services import (
    command_words,
    redis_services,
)
from holdfast.lint.workflow import Step


class LateOvercommit(StepRule):
    id = "late-overcommit"
    group = Group.REDIS
    severity = Severity.NOTICE
    needs = frozenset(("overcommit_memory",))
    examples = (
        Example(
            bad=sample.redis(
                'command: redis-server --save "" --appendonly no',
                steps="sudo sysctl -w «vm.overcommit_memory=1»",
            ),
            good=sample.redis('command: redis-server --save "" --appendonly no'),
        ),
    )
    allows = (
        sample.redis(steps="sudo sysctl -w vm.overcommit_memory=1"),
        sample.redis(
            'command: redis-server --save "" --appendonly no',
            steps=(
                "- run: |\n    sudo sysctl -w vm.overcommit_memory=1\n"
                "    docker restart ${{ job.services.redis.id }}"
            ),
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run = step.run
        servers = redis_services(step.job)
        found = re.search(r"vm\.overcommit_memory(\s*=\s*\d)?", run.value) if run else None
        if (
            run is None
            or found is None
            or not servers
            or re.search(r"docker\s+(re)?start", job_text(step.job))
        ):
            return
        if all(
            re.search(r"--save\s+(\"\"|''|--)", command_words(one))
            and "appendonly yes" not in command_words(one)
            for one in servers
        ):
            yield self.found(
                run.part(self.text, found.start(), found.end()),
                "the server saves nothing and never forks, and its warning was printed before this step",
                cure="drop it",
            )
