"""Actions that GitHub has switched off.

GitHub fails a job that uses one of these versions before its first step: the services behind them are gone.

Source: https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/ and
https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.references import remote
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
_WITH = "        with:\n          path: out\n"
# action: the last major version that is switched off
_LAST_DISABLED = {
    "actions/upload-artifact": 3,
    "actions/download-artifact": 3,
    "actions/cache": 2,
    "actions/cache/save": 2,
    "actions/cache/restore": 2,
}


class DisabledAction(StepRule):
    id = "disabled-action"
    group = Group.RUNNER  # the file is taken; its jobs are failed
    severity = Severity.ERROR
    actions = True
    key = "uses"
    needs = frozenset(("-artifact@", "actions/cache"))
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «actions/upload-artifact@v3»\n{_WITH}",
            good=f"{_HEAD}      - uses: actions/upload-artifact@v7\n{_WITH}",
        ),
    )
    allows = (
        f"{_HEAD}      - uses: actions/cache@v3\n",
        f"{_HEAD}      - uses: actions/upload-artifact@main\n{_WITH}",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        used = remote(step.uses.value) if step.uses else None
        if step.uses is not None and used is not None and is_disabled(used.name, used.ref):
            message = f"GitHub fails every job with {used.name}@{used.ref}"
            yield self.found(step.uses, message, cure="use v4 or later")


def is_disabled(name: str, ref: str) -> bool:
    """Whether GitHub has switched this version of an action off."""
    major = ref.removeprefix("v").partition(".")[0]
    return ref.startswith("v") and major.isdigit() and 0 < int(major) <= _LAST_DISABLED.get(name.lower(), 0)
