"""Permissions that a called workflow asks for, and the calling job does not have.

A called workflow can lower permissions, never raise them: GitHub refuses the file when one of its jobs asks
for more than the calling job has. A job that writes `permissions` has nothing else but what stands there. What
the called workflow asks for as a whole is a warning: GitHub's code refuses it too, but no report of it is known.

Source: actions/runner, src/Sdk/WorkflowParser/Conversion/PermissionsHelper.cs (2026-11); the message is quoted
in devcontainers/images#874, and in many more;
https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, text_of

_JOB = (
    "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    permissions:\n      contents: write\n"
    "    steps:\n      - run: make\n"
)
_PLAIN = "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_FILES = (
    (".github/workflows/b.yml", f"on: workflow_call\n{_JOB}"),
    (".github/workflows/d.yml", "on: workflow_call\npermissions: {contents: write}\n" + _PLAIN),
    (".github/workflows/c.yml", "on: workflow_call\n" + _JOB.replace("contents: write", "contents: read")),
)
_HEAD = "jobs:\n  test:\n    permissions:\n      contents: read\n    uses: "
_RANK = {"none": 0, "read": 1, "write": 2}
_ALL = {"read-all": "read", "write-all": "write"}


class MissingCallPermission(JobRule):
    id = "missing-call-permission"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    keys = frozenset(("permissions",))
    examples = (
        Example(
            bad=f"{_HEAD}«./.github/workflows/b.yml»\n",
            good=f"{_HEAD}./.github/workflows/c.yml\n",
            files=_FILES,
        ),
        Example(
            bad=f"{_HEAD}«./.github/workflows/d.yml»\n",
            good=f"{_HEAD}./.github/workflows/c.yml\n",
            files=_FILES,
        ),
    )
    allows = (
        Example(
            bad="",
            good="jobs:\n  test:\n    permissions: write-all\n    uses: ./.github/workflows/b.yml\n",
            files=_FILES,
        ),
        Example(bad="", good="jobs:\n  test:\n    uses: ./.github/workflows/b.yml\n", files=_FILES),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        uses = job.uses
        called = callee(job) if uses is not None else None
        had = job.get("permissions") or job.workflow.permissions
        if uses is None or called is None or had is None:
            return
        for inner in called.jobs:
            own = inner.get("permissions")
            for scope, level in _scopes(own or called.permissions):
                if _RANK.get(level, 0) > _RANK.get(_level(had, scope), 0):
                    message = f'the called job "{inner.id}" asks for {scope}: {level}, this one has less'
                    cure = f"add {scope}: {level} to the permissions here"
                    severity = None if own else Severity.WARNING
                    yield self.found(uses, message, cure=cure, severity=severity)


def _scopes(asked: Node | None) -> Iterator[tuple[str, str]]:
    """The scopes that a job names; `write-all` and `read-all` are left to GitHub, which counts them itself."""
    for entry in asked if isinstance(asked, Mapping) else ():
        if isinstance(entry.value, Scalar):
            yield entry.name, entry.value.value


def _level(had: Node, scope: str) -> str:
    if isinstance(had, Mapping):
        return text_of(had.get(scope)) or "none"
    return _ALL.get(text_of(had) or "", "none")
