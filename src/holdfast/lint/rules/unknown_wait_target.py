"""Waits for a step that no earlier step of the job is.

`wait` and `cancel` name the ids of background steps that stand before them in the same job; a step cannot
wait for itself. GitHub refuses the file.

Source: @actions/workflow-parser 0.3.61, converter/steps (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Scalar, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.words import listed
from holdfast.lint.workflow import Job, scalars, text_of

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
    "      - run: serve\n        id: server\n        background: true\n"
)


class UnknownWaitTarget(JobRule):
    id = "unknown-wait-target"
    group = Group.GRAPH
    severity = Severity.ERROR
    keys = frozenset(("wait", "cancel"))
    examples = (
        Example(bad=f"{_HEAD}      - wait: «sever»\n", good=f"{_HEAD}      - wait: server\n"),
        Example(bad=f"{_HEAD}      - cancel: «database»\n", good=f"{_HEAD}      - cancel: server\n"),
    )
    allows = (f"{_HEAD}      - wait: [server]\n      - cancel: server\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        text = self.text
        if "wait" not in text and text.count("cancel") == text.count("cancel-in-progress"):
            return
        steps = job.get("steps")
        yield from self._in(steps if isinstance(steps, Sequence) else None)

    def _in(self, steps: Sequence | None) -> Iterator[Finding]:
        known: dict[str, None] = {}
        for step in steps or ():
            if not isinstance(step, Mapping):
                continue
            own = text_of(step.get("id"))
            if own:
                known[own] = None
            for target in _targets(step):
                if own is not None and target.value.lower() == own.lower():
                    yield self.found(target, f'the step "{own}" waits for itself', cure="name another step")
                elif target.value not in known:
                    cure = f"ids so far: {listed(known)}" if known else "give the step meant an id"
                    yield self.found(target, f'no step above has the id "{target.value}"', cure=cure)
            inner = step.get("parallel")
            if isinstance(inner, Sequence):
                yield from self._in(inner)


def _targets(step: Mapping) -> tuple[Scalar, ...]:
    cancelled = step.get("cancel")
    named = (*scalars(step.get("wait")), *((cancelled,) if isinstance(cancelled, Scalar) else ()))
    return tuple(target for target in named if target.value and "${{" not in target.value)
