"""Actions that the repository's lock file does not list.

A workflow that stands in `.github/workflows/actions.lock` starts only when every action in it does, too:
the run ends before its first job, without a log.

Source: https://docs.github.com/actions/concepts/security/workflow-dependency-lockfiles and
https://github.com/github/gh-actions-lock (2026-10).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.references import remote
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow, mapping, scalars

LOCK = ".github/workflows/actions.lock"
_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
_FILES = (
    (LOCK, "version: 'v0.0.2'\nworkflows:\n  '.github/workflows/ci.yml':\n    - 'actions/checkout@v7'\n"),
)


class UnlockedAction(WorkflowRule):
    id = "unlocked-action"
    group = Group.ACTIONS
    severity = Severity.ERROR
    keys = frozenset(("uses",))
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «actions/checkout@v6»\n",
            good=f"{_HEAD}      - uses: actions/checkout@v7\n",
            files=_FILES,
        ),
    )
    allows = (
        Example(bad="", good=f"{_HEAD}      - uses: a/b@v1\n", path="other.yml", files=_FILES),
        Example(bad="", good=f"{_HEAD}      - uses: $/build\n      - uses: docker://alpine\n", files=_FILES),
        f"{_HEAD}      - uses: a/b@v1\n",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        locked = self.locked(workflow)
        if locked is None:
            return
        for job in workflow.jobs:
            for step in job.steps:
                used = remote(step.uses.value) if step.uses else None
                if step.uses is None or used is None or "${{" in step.uses.value:
                    continue
                names = {f"{used.name}@{used.ref}".lower(), f"{used.repository}@{used.ref}".lower()}
                if not names & locked:
                    message = "the lock file does not list this action for this workflow"
                    yield self.found(step.uses, message, cure="run: gh actions-lock")

    def locked(self, workflow: Workflow) -> frozenset[str] | None:
        """What the lock file lists for this workflow; None where it does not name it."""
        document = workflow.project.document(LOCK)
        root = mapping(document.root) if document else None
        path = self.source.path.replace("\\", "/")
        for entry in (mapping(root.get("workflows")) if root else None) or ():
            if path == entry.name or path.endswith(f"/{entry.name}"):
                items = entry.value if isinstance(entry.value, Sequence) else None
                return frozenset(item.value.lower() for item in scalars(items))
        return None
