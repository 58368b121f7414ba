"""Ignore comments without a reason.

Whoever reads the file next cannot see why the finding does not count here, nor when the comment may go.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: make\n"


class UnexplainedIgnore(WalkRule):
    id = "unexplained-ignore"
    group = Group.LINT
    severity = Severity.NOTICE
    examples = (
        Example(
            bad=f"«# holdfast: ignore-file[unknown-key]»\non: push\nfuture: 1\n{_JOB}",
            good=f"# holdfast: ignore-file[unknown-key] a preview feature\non: push\nfuture: 1\n{_JOB}",
        ),
    )
