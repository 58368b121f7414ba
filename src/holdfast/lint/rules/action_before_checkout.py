"""Actions of the same repository, used before it is checked out.

`./folder` is read from the workspace, which is empty until a step fills it: the step fails at once.
`$/folder` is taken from the commit itself, and needs no checkout.

Source:
https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/find-and-customize-actions
(2026-11); https://github.com/github/gh-actions-lock (2026-10).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"


class ActionBeforeCheckout(JobRule):
    id = "action-before-checkout"
    group = Group.ACTIONS
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    needs = frozenset(("./", ".\\"))
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «./build»\n",
            good=f"{_HEAD}      - uses: actions/checkout@v7\n      - uses: ./build\n",
        ),
    )
    allows = (
        f"{_HEAD}      - uses: $/build\n",
        f"{_HEAD}      - run: git clone x .\n      - uses: ./build\n",
        "jobs:\n  test:\n    runs-on: [self-hosted]\n    steps:\n      - uses: ./build\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        for step in job.steps:
            if _fills(step):
                return
            uses = step.uses
            if uses is not None and uses.value.startswith(("./", ".\\")) and _hosted(job):
                message = "the workspace is empty here: nothing has been checked out"
                yield self.found(uses, message, cure="check the repository out before, or write $/ for ./")


_HOSTED = ("ubuntu-", "windows-", "macos-")


def _hosted(job: Job) -> bool:
    """Whether the job runs on GitHub's machines; a runner of one's own may keep its workspace."""
    return bool(job.labels) and all(label.value.startswith(_HOSTED) for label in job.labels)


def _fills(step: Step) -> bool:
    """Whether a step may put files into the workspace: any script, any action of another repository."""
    uses = step.uses
    return step.run is not None or (uses is not None and not uses.value.startswith(("./", ".\\", "$/")))
