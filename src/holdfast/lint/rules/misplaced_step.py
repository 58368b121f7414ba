"""Steps of a parallel group that cannot stand there, and `wait-all` switched off.

The steps of `parallel` run in the background by themselves: GitHub refuses `background`, `wait`,
`wait-all`, `cancel` and a further `parallel` among them. `wait-all` is true or empty, nothing else.

Source: @actions/workflow-parser 0.3.61, converter/steps (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Scalar, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
_REFUSED = ("background", "wait", "wait-all", "cancel", "parallel")


class MisplacedStep(JobRule):
    id = "misplaced-step"
    group = Group.GRAPH
    severity = Severity.ERROR
    keys = frozenset(("parallel", "wait-all"))
    examples = (
        Example(
            bad=f"{_HEAD}      - «parallel»:\n          - run: make a\n            background: true\n",
            good=f"{_HEAD}      - parallel:\n          - run: make a\n",
        ),
        Example(bad=f"{_HEAD}      - wait-all: «false»\n", good=f"{_HEAD}      - wait-all: true\n"),
    )
    allows = (
        f"{_HEAD}      - parallel:\n          - run: make a\n          - uses: actions/checkout@v5\n",
        f"{_HEAD}      - wait-all:\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        steps = job.get("steps")
        for step in steps if isinstance(steps, Sequence) else ():
            if not isinstance(step, Mapping):
                continue
            value = step.get("wait-all")
            if isinstance(value, Scalar) and value.tag == "bool" and value.typed is False:
                yield self.found(value, "wait-all is switched off", cure="write true, or remove the step")
            yield from self._group(step)

    def _group(self, step: Mapping) -> Iterator[Finding]:
        group = step.entry("parallel")
        inner = group.value if group else None
        for child in inner if isinstance(inner, Sequence) else ():
            for key in _REFUSED:
                if group and isinstance(child, Mapping) and (entry := child.entry(key)):
                    message = f'"{key}" cannot stand in a parallel group'
                    also = ((entry, "here"),)
                    yield self.found(group, message, cure="move it out of the group", also=also)
