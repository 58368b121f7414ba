"""Required secrets of the called workflow that are not given.

GitHub refuses the caller. `secrets: inherit` gives all of them.

Source: @actions/workflow-parser 0.3.61, converter/job/secrets (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee, declared, is_required, passes_everything
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, mapping

_JOB = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_CALLED = (
    f"on:\n  workflow_call:\n    secrets:\n      token: {{required: true}}\n      other:\njobs:\n  a:\n{_JOB}"
)
_FILES = ((".github/workflows/b.yml", _CALLED),)
_HEAD = "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"


class MissingCallSecret(JobRule):
    id = "missing-call-secret"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    examples = (
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/b.yml»\n",
            good=f"{_HEAD}    secrets: inherit\n",
            files=_FILES,
        ),
    )
    allows = (Example(bad="", good=f"{_HEAD}    secrets:\n      Token: a\n", files=_FILES),)

    def check(self, job: Job) -> Iterator[Finding]:
        secrets = job.get("secrets")
        called = None if passes_everything(secrets) else callee(job)
        known = declared(called, "secrets") if called else None
        if not known or job.uses is None:
            return
        given = {entry.name.lower() for entry in mapping(secrets) or ()}
        for name, entry in known.items():
            if is_required(entry) and name not in given:
                yield self.found(
                    job.uses, f'the secret "{entry.name}" is required', cure="give it, or inherit"
                )
