"""Required inputs of the called workflow that are not given.

GitHub refuses the caller.

Source: @actions/workflow-parser 0.3.61, converter/job/inputs (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee, declared, is_required
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_JOB = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_CALLED = (
    "on:\n  workflow_call:\n    inputs:\n      where: {type: string, required: true}\n      n: {type: number}\n"
    f"jobs:\n  a:\n{_JOB}"
)
_FILES = ((".github/workflows/b.yml", _CALLED),)
_HEAD = "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"


class MissingCallInput(JobRule):
    id = "missing-call-input"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    examples = (
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/b.yml»\n    with:\n      n: 1\n",
            good=f"{_HEAD}    with:\n      n: 1\n      where: here\n",
            files=_FILES,
        ),
    )
    allows = (Example(bad="", good=f"{_HEAD}    with: ${{{{ fromJSON(vars.W) }}}}\n", files=_FILES),)

    def check(self, job: Job) -> Iterator[Finding]:
        called = callee(job)
        known = declared(called, "inputs") if called else None
        if not known or job.uses is None or isinstance(job.get("with"), Scalar):
            return
        given = {entry.name.lower() for entry in job.with_ or ()}
        for name, entry in known.items():
            if is_required(entry) and name not in given:
                yield self.found(job.uses, f'the input "{entry.name}" is required', cure="give it in with")
