"""A second server on a published port.

The service has the port of the machine already: the second server cannot bind it ("address already in use",
"port is already allocated").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    job_text,
    steps_commands,
)
from holdfast.lint.services import (
    on_host,
    ports,
)
from holdfast.lint.workflow import Job, Step, is_expression


class DoubleRun(JobRule):
    id = "double-run"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("docker run", "redis-server", "redis-github-action"))
    examples = (
        Example(
            bad=sample.redis(steps="docker run -d «-p 6379:6379» redis:8.2"),
            good=sample.redis(steps="docker run -d -p 6380:6379 redis:8.2"),
        ),
        Example(
            bad=sample.redis(steps="«redis-server» --daemonize yes"),
            good=sample.redis(steps="redis-server --port 6380 --daemonize yes"),
        ),
    )
    allows = (
        sample.service(steps="docker run -d -p 6379:6379 redis:8.2"),
        sample.redis(
            steps="docker stop ${{ job.services.redis.id }} && docker run -d -p 6379:6379 redis:8.2"
        ),
        sample.redis(job="container: node:22", steps="redis-server --daemonize yes"),
        sample.redis(steps="redis-server --version"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if not on_host(job) or re.search(r"docker\s+(stop|rm|kill)", job_text(job)):
            return
        taken = {
            port.host: service
            for service in job.services
            for port in ports(service)
            if port.host and not is_expression(service.image)
        }
        for step in job.steps:
            if step.run is None or step.if_ is not None:
                continue
            for start, end, port in _binds(step):
                service = taken.get(port)
                if service is not None:
                    yield self.found(
                        step.run.part(self.text, start, end),
                        f"port {port} of the machine belongs to the service {service.id} already",
                        cure="use the service, or another port",
                        also=((service.key, "the service"),),
                    )


def _binds(step: Step) -> Iterator[tuple[int, int, int]]:
    """What a script binds on the machine: where it is written, and the port."""
    for command in steps_commands(step):
        if command.name == "docker" and command.args[:1] == ("run",):
            for place, word in enumerate(command.words):
                following = command.words[place + 1] if place + 1 < len(command.words) else None
                if (
                    word.text in ("-p", "--publish")
                    and following
                    and (found := re.fullmatch(r"(?:[\d.]+:)?(\d+):\d+(/tcp)?", following.text))
                ):
                    yield word.start, following.end, int(found[1])
        server = command.runs("redis-server")
        if server is not None and not re.search(
            r"--version|--help|-v$|\.conf|--check-system|--sentinel|--test-memory", command.line
        ):
            found = re.search(r"--port[ =](\d+)", command.line)
            port = int(found[1]) if found else 6379
            word = command.words[server]
            if port:
                yield word.start, word.end, port
