"""Commits named by a part of their hash.

GitHub takes a full commit hash or the name of a tag or branch; a short hash is looked up as a name, and not
found.

Source: https://docs.github.com/actions/reference/security/secure-use (2026-11); validate-uses.js of
@actions/languageservice 0.3.61 (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.references import SHORT_HASH, remote
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow
from holdfast.text import Span

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"


class ShortHash(WorkflowRule):
    id = "short-hash"
    group = Group.ACTIONS
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    keys = frozenset(("uses",))
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: actions/checkout@«3d3c42e»\n",
            good=f"{_HEAD}      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1\n",
        ),
        Example(
            bad="jobs:\n  test:\n    uses: a/b/.github/workflows/c.yml@«3d3c42e5»\n",
            good="jobs:\n  test:\n    uses: a/b/.github/workflows/c.yml@v1\n",
        ),
    )
    allows = (f"{_HEAD}      - uses: a/b@v1234567\n      - uses: a/b@3d3c42\n      - uses: ./abcdef1\n",)

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        for job in workflow.jobs:
            for uses in (job.uses, *(step.uses for step in job.steps)):
                if uses is not None and (span := self.short(uses)):
                    message = "the commit is named by a part of its hash"
                    yield self.found(span, message, cure="write all 40 digits")

    def short(self, uses: Scalar) -> Span | None:
        used = remote(uses.value)
        if used is None or not SHORT_HASH.fullmatch(used.ref):
            return None
        end = len(uses.value)
        return uses.part(self.text, end - len(used.ref), end)
