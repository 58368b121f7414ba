"""Ignore comments that hide nothing.

A comment that no longer hides a finding misleads the next reader, and hides the finding's return. This rule
speaks also of names that are no rule, and of an ignore that names none.
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule

_JOB = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - run: make\n"


class UnusedIgnore(WalkRule):
    id = "unused-ignore"
    group = Group.LINT
    severity = Severity.NOTICE
    examples = (
        Example(
            bad=f"# holdfast: ignore-file[«yaml-syntax»] old\non: push\n{_JOB}", good=f"on: push\n{_JOB}"
        ),
        Example(
            bad=f"# holdfast: ignore-file[«no-such-rule»] old\non: push\n{_JOB}", good=f"on: push\n{_JOB}"
        ),
    )
    allows = (
        "# holdfast: ignore-file[unknown-key] a preview feature of this organisation\non: push\nfuture: 1\n"
        + _JOB,
    )
