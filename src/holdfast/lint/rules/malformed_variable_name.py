"""Names of environment variables that no shell can read.

A name with a blank, `=` or `&` is set, if at all, under a name that `$NAME` cannot mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping, Node
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n    env:\n"


class MalformedVariableName(WorkflowRule):
    id = "malformed-variable-name"
    group = Group.SYNTAX
    severity = Severity.WARNING
    keys = frozenset(("env",))
    examples = (Example(bad=f"{_HEAD}      «MY NAME»: a\n", good=f"{_HEAD}      MY_NAME: a\n"),)
    allows = (f"{_HEAD}      my.name-1: a\n",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        yield from self._env(workflow.env)
        for job in workflow.jobs:
            yield from self._env(job.env)
            container = job.container
            yield from self._env(container.get("env") if isinstance(container, Mapping) else None)
            for service in job.services:
                yield from self._env(service.env)
            for step in job.steps:
                yield from self._env(step.env)

    def _env(self, node: Node | None) -> Iterator[Finding]:
        for entry in node if isinstance(node, Mapping) else ():
            if "${{" not in entry.name and re.search(r"[\s=&]", entry.name):
                cure = "use letters, digits and _"
                yield self.found(entry, f'"{entry.name}" cannot be read as a variable', cure=cure)
