"""Defaults of inputs that do not fit the input.

A default of another type than the input's is converted or refused depending on who reads it; a default that
is none of a choice's options can never be chosen again; a default of a required input is never used by a
caller.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Scalar, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow, text_of

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_HEAD = "on:\n  workflow_dispatch:\n    inputs:\n      it:\n"
_CALL = _HEAD.replace("dispatch", "call")
_TAGS = {"boolean": ("bool",), "number": ("int", "float")}


class UnfitDefault(WorkflowRule):
    id = "unfit-default"
    group = Group.SYNTAX
    severity = Severity.WARNING
    keys = frozenset(("default",))
    examples = (
        Example(
            bad=f"{_HEAD}        type: choice\n        options: [a, b]\n        default: «c»\n{_JOB}",
            good=f"{_HEAD}        type: choice\n        options: [a, b]\n        default: a\n{_JOB}",
        ),
        Example(
            bad=f"{_HEAD}        type: number\n        default: «many»\n{_JOB}",
            good=f"{_HEAD}        type: number\n        default: 5\n{_JOB}",
        ),
        Example(
            bad=f"{_CALL}        type: string\n        required: true\n        default: «a»\n{_JOB}",
            good=f"{_CALL}        type: string\n        default: a\n{_JOB}",
        ),
    )
    allows = (
        f"{_HEAD}        required: true\n        default: a\n{_JOB}",
        f"{_HEAD}        type: boolean\n        default: 'true'\n{_JOB}",
        f"{_HEAD}        type: number\n        default: '5'\n{_JOB}",
        f"{_HEAD}        type: string\n        default: 5\n{_JOB}",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for name in ("workflow_dispatch", "workflow_call"):
            event = workflow.events.get(name)
            for entry in event.inputs.values() if event else ():
                if isinstance(entry.value, Mapping):
                    yield from self._input(entry.value)
                    if name == "workflow_call":
                        yield from self._required(entry.value)

    def _required(self, body: Mapping) -> Iterator[Finding]:
        """A caller must give the input, so its default is never used."""
        default = body.get("default")
        if default is not None and text_of(body.get("required")) == "true":
            message = "the input is required, its default is never used"
            yield self.found(default, message, cure="leave out one of the two", severity=Severity.NOTICE)

    def _input(self, body: Mapping) -> Iterator[Finding]:
        default = body.get("default")
        kind = text_of(body.get("type"))
        if not isinstance(default, Scalar) or "${{" in default.value or default.tag == "null":
            return
        plain = Scalar(default.value, 0, 0, None, None, None)
        if kind in _TAGS and default.value and plain.tag not in _TAGS[kind]:
            yield self.found(default, f"the default is no {kind}", cure=f"write a {kind}")
        options = body.get("options")
        if kind == "choice" and isinstance(options, Sequence) and default.value:
            values = [one.value for one in options if isinstance(one, Scalar)]
            if default.value not in values and not any("${{" in value for value in values):
                cure = f"write one of {', '.join(values)}"
                yield self.found(default, "the default is none of the options", cure=cure)
