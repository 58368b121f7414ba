"""Dispatch inputs whose type and options do not fit.

An input of type `choice` needs options, and options need the type `choice`. GitHub refuses the file
otherwise.

Source: @actions/workflow-parser 0.3.61, converter/workflow-dispatch (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow, text_of
from holdfast.text import Span

_HEAD = "on:\n  workflow_dispatch:\n    inputs:\n      where:\n"
_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class OptionsWithoutChoice(WorkflowRule):
    id = "options-without-choice"
    group = Group.SYNTAX
    severity = Severity.ERROR
    keys = frozenset(("workflow_dispatch",))
    examples = (
        Example(
            bad=f"{_HEAD}        «type»: choice\n{_JOB}",
            good=f"{_HEAD}        type: choice\n        options: [here, there]\n{_JOB}",
        ),
        Example(
            bad=f"{_HEAD}        «options»: [here, there]\n{_JOB}",
            good=f"{_HEAD}        type: choice\n        options: [here, there]\n{_JOB}",
        ),
    )
    allows = (f"{_HEAD}        type: string\n{_JOB}",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        event = workflow.events.get("workflow_dispatch")
        for entry in event.inputs.values() if event else ():
            body = entry.value
            if not isinstance(body, Mapping) or not body.entries:
                continue
            first = body.span if body.flow else body.entries[0].key.span
            yield from self._input(body, first)

    def _input(self, body: Mapping, where: Span) -> Iterator[Finding]:
        options = body.get("options")
        choice = text_of(body.get("type")) == "choice"
        if choice and (options is None or (isinstance(options, Sequence) and not options.items)):
            yield self.found(where, "a choice without options", cure="add options, or another type")
        elif options is not None and not choice:
            yield self.found(where, "options without the type choice", cure="add type: choice")
