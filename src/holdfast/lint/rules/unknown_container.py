"""Containers called by a name that they do not have.

The runner gives each service's container a name of its own making: `docker exec redis` ends with "No such
container". Use `${{ job.services.<id>.id }}`, or give it a name by `--name` in options.

Source: actions/runner, DockerCommandManager.cs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    job_text,
    script,
    steps_commands,
)
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Step


class UnknownContainer(StepRule):
    id = "unknown-container"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    key = "run"
    needs = frozenset(
        (
            "docker exec",
            "docker logs",
            "docker restart",
            "docker inspect",
            "docker cp",
            "docker stop",
            "docker stats",
        )
    )
    examples = (
        Example(
            bad=sample.redis(steps="docker exec «redis» redis-cli info"),
            good=sample.redis(steps="docker exec ${{ job.services.redis.id }} redis-cli info"),
        ),
    )
    allows = (
        sample.service("options: --name redis", steps="docker exec redis redis-cli info"),
        sample.redis(steps="docker run -d --name redis redis:8.2 && docker exec redis redis-cli info"),
        sample.redis(steps="docker compose up -d && docker exec redis redis-cli info"),
        sample.redis(steps="docker logs redis || true"),
        sample.redis(steps="- uses: example/starts-containers@v1\n- run: docker exec redis redis-cli info"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run, job = step.run, step.job
        if run is None or script(step) is None:
            return
        if re.search(r"--name[ =]|compose|docker\s+rename|make\b|\.sh\b", job_text(job)):
            return
        if any(
            one.uses and not re.match(r"(actions|codecov|astral-sh)/", one.uses.value) for one in job.steps
        ):
            return
        unnamed = {
            service.id: service
            for service in job.services
            if not options(service).last("name") and not options(service).open
        }
        for command in steps_commands(step):
            if command.name != "docker" or command.then == "||" or len(command.words) < 3:
                continue
            if command.words[1].text not in (
                "exec",
                "logs",
                "restart",
                "inspect",
                "cp",
                "stop",
                "stats",
                "kill",
                "top",
            ):
                continue
            for word in command.words[2:]:
                name = word.raw.partition(":")[0] if command.words[1].text == "cp" else word.raw
                if name in unnamed:
                    yield self.found(
                        run.part(self.text, word.start, word.start + len(name)),
                        f"no container is named {name}, the runner makes up the names of services' containers",
                        cure=f"write ${{{{ job.services.{name}.id }}}}",
                        also=((unnamed[name].key, "the service"),),
                        fix=edits.replaced(
                            self.source,
                            run,
                            word.start,
                            word.start + len(name),
                            f"${{{{ job.services.{name}.id }}}}",
                        ),
                    )
                if not word.text.startswith("-"):
                    break
