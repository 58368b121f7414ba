"""Inputs that the called workflow does not declare.

GitHub refuses the caller. Names are compared without regard to case.

Source: @actions/workflow-parser 0.3.61, converter/job/inputs (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee, declared
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.words import listed, nearest
from holdfast.lint.workflow import Job

_JOB = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_CALLED = (
    "on:\n  workflow_call:\n    inputs:\n      where: {type: string, required: true}\n      n: {type: number}\n"
    f"jobs:\n  a:\n{_JOB}"
)
_FILES = ((".github/workflows/b.yml", _CALLED),)
_HEAD = "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"


class UnknownCallInput(JobRule):
    id = "unknown-call-input"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    keys = frozenset(("with",))
    examples = (
        Example(
            bad=f"{_HEAD}    with:\n      where: here\n      «m»: 1\n",
            good=f"{_HEAD}    with:\n      where: here\n      n: 1\n",
            files=_FILES,
        ),
    )
    allows = (Example(bad="", good=f"{_HEAD}    with:\n      WHERE: here\n", files=_FILES),)

    def check(self, job: Job) -> Iterator[Finding]:
        called = callee(job) if job.with_ else None
        known = declared(called, "inputs") if called else None
        if known is None or called is None:
            return
        for entry in job.with_ or ():
            if entry.name.lower() not in known and "${{" not in entry.name:
                names = [one.name for one in known.values()]
                near = nearest(entry.name, names)
                cure = f'write "{near}"' if near else f"its inputs: {listed(names)}"
                yield self.found(entry, f'{called.source.path} has no input "{entry.name}"', cure=cure)
