"""Services on ubuntu-slim.

The small runner is itself a container: it has Docker's client and no engine. Pulling the service's image fails,
and the job with it.

Source: actions/runner-images, ubuntu-slim; issue 13583.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.matrix import texts
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import (
    in_container,
)
from holdfast.lint.workflow import Job


class SlimRunner(JobRule):
    id = "slim-runner"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    needs = frozenset(("ubuntu-slim",))
    examples = (
        Example(bad=sample.redis().replace("ubuntu-24.04", "«ubuntu-slim»"), good=sample.redis()),
        Example(
            bad="jobs:\n  t:\n    runs-on: «ubuntu-slim»\n    container: node:22\n    steps: [run: make]\n",
            good="jobs:\n  t:\n    runs-on: ubuntu-24.04\n    container: node:22\n    steps: [run: make]\n",
        ),
    )
    allows = ("jobs:\n  t:\n    runs-on: ubuntu-slim\n    steps: [run: make]\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        if not job.services and not in_container(job):
            return
        for node in job.labels:
            if "ubuntu-slim" in texts(node, job):
                yield self.found(
                    node,
                    "ubuntu-slim has no Docker engine for services and containers",
                    cure="write ubuntu-24.04",
                )
