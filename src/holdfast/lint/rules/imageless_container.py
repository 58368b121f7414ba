"""Containers that are described without an image.

GitHub refuses a job or service container whose mapping is written out without an image. A mapping with an
expression in it is left alone: what is missing may be computed.

Source: @actions/workflow-parser 0.3.61, converter/container (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar, nodes
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job
from holdfast.text import Span

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class ImagelessContainer(JobRule):
    id = "imageless-container"
    group = Group.SYNTAX
    severity = Severity.ERROR
    keys = frozenset(("container", "services"))
    examples = (
        Example(
            bad=f"{_JOB}    services:\n      redis:\n        «ports»: ['6379:6379']\n",
            good=f"{_JOB}    services:\n      redis:\n        image: redis:7\n        ports: ['6379:6379']\n",
        ),
        Example(bad=f"{_JOB}    container: «{{}}»\n", good=f"{_JOB}    container: {{image: 'node:22'}}\n"),
    )
    allows = (
        f"{_JOB}    container: node:22\n",
        f"{_JOB}    services:\n      redis: redis:7\n",
        f"{_JOB}    services:\n      redis:\n        ports: ${{{{ fromJSON(vars.PORTS) }}}}\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        yield from self._container(job.get("container"), "the container")
        for service in job.services:
            yield from self._container(service.value, f'the service "{service.id}"')

    def _container(self, node: Node | None, what: str) -> Iterator[Finding]:
        if not isinstance(node, Mapping) or node.entry("image") is not None:
            return
        if any(isinstance(one, Scalar) and "${{" in one.value for one in nodes(node)):
            return
        where = node.span if node.flow or not node.entries else node.entries[0].key.span
        yield self.found(Span(*where), f"{what} has no image", cure="add an image")
