"""References to workflows that GitHub cannot read.

A job calls a workflow as `./.github/workflows/FILE.yml`, `$/.github/workflows/FILE.yml` (both without a
version) or `OWNER/REPOSITORY/.github/workflows/FILE.yml@REF`. Folders below `workflows` are not searched.

Source: the language service 0.3.61 (2026-08).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import local_path
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_REMOTE = re.compile(r"([^/@\s]+)/+([^/@\s]+)/+\.github/workflows(?:-lab)?/([^/@]+)\.ya?ml@([^@\s]+)")


class MalformedCall(JobRule):
    id = "malformed-call"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    examples = (
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/b.yml@main»\n",
            good="jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
        ),
        Example(
            bad="jobs:\n  a:\n    uses: «o/r/.github/workflows/b.yml»\n",
            good="jobs:\n  a:\n    uses: o/r/.github/workflows/b.yml@v1\n",
        ),
        Example(
            bad="jobs:\n  a:\n    uses: «actions/checkout@v5»\n",
            good="jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n",
        ),
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/deep/b.yml»\n",
            good="jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
        ),
    )
    allows = (
        "jobs:\n  a:\n    uses: $/.github/workflows/b.yml\n",
        "jobs:\n  a:\n    uses: o/r/.github/workflows/b.yaml@feature/x\n",
        "jobs:\n  a:\n    uses: ${{ 'o/r/.github/workflows/b.yml@v1' }}\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        uses = job.uses
        if uses is None or not uses.value or "${{" in uses.value:
            return
        if local_path(uses.value) is None and not _REMOTE.fullmatch(uses.value):
            message = f'"{uses.value}" names no workflow'
            yield self.found(uses, message, cure=_cure(uses.value))


def _cure(uses: str) -> str:
    local = uses.startswith(("./", "$/"))
    if local and "@" in uses:
        return "leave the version out, a local workflow has none"
    if ".github/workflows" not in uses:
        return "name a file in .github/workflows; an action is used by a step"
    if local:
        return "write ./.github/workflows/FILE.yml, without further folders"
    if "@" not in uses:
        return "add @ and a branch, tag or commit"
    return "write OWNER/REPOSITORY/.github/workflows/FILE.yml@REF"
