"""Secrets that the called workflow does not declare.

GitHub refuses the caller. Names are compared without regard to case.

Source: @actions/workflow-parser 0.3.61, converter/job/secrets (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee, declared
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.words import listed
from holdfast.lint.workflow import Job, mapping

_JOB = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_CALLED = (
    f"on:\n  workflow_call:\n    secrets:\n      token: {{required: true}}\n      other:\njobs:\n  a:\n{_JOB}"
)
_FILES = ((".github/workflows/b.yml", _CALLED),)
_HEAD = "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"


class UnknownCallSecret(JobRule):
    id = "unknown-call-secret"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    keys = frozenset(("secrets",))
    examples = (
        Example(
            bad=f"{_HEAD}    secrets:\n      token: a\n      «tokn»: b\n",
            good=f"{_HEAD}    secrets:\n      token: a\n",
            files=_FILES,
        ),
    )
    allows = (Example(bad="", good=f"{_HEAD}    secrets:\n      TOKEN: a\n      other: b\n", files=_FILES),)

    def check(self, job: Job) -> Iterator[Finding]:
        given = mapping(job.get("secrets")) if job.calls else None
        called = callee(job) if given else None
        known = declared(called, "secrets") if called else None
        if known is None or called is None:
            return
        for entry in given or ():
            if entry.name.lower() not in known and "${{" not in entry.name:
                names = listed(one.name for one in known.values())
                message = f'{called.source.path} declares no secret "{entry.name}"'
                yield self.found(entry, message, cure=f"its secrets: {names}")
