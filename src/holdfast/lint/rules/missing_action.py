"""Actions of the same repository that are not there.

GitHub looks for `action.yml`, `action.yaml` or a `Dockerfile` in the folder when the step begins, and fails
the step. A folder that an earlier step may have made is not reported. Of a workflow that lies there without
the rest of its repository it is a notice only.

Source: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.references import in_workflows, is_local, local_action, local_path
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v7\n"
_FILES = (("build/action.yml", "name: build\nruns:\n  using: composite\n  steps: []\n"),)


class MissingAction(StepRule):
    id = "missing-action"
    group = Group.ACTIONS
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    actions = True
    needs = frozenset(("./", ".\\", "$/"))
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «./biuld»\n", good=f"{_HEAD}      - uses: ./build\n", files=_FILES
        ),
    )
    allows = (
        Example(
            bad="",
            good=f"{_HEAD}        with:\n          path: other\n      - uses: ./other/build\n",
            files=_FILES,
        ),
        Example(bad="", good=f"{_HEAD}      - uses: ./docker\n", files=(("docker/Dockerfile", ""),)),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        uses = step.uses
        if uses is None or not is_local(uses.value) or not step.project.known or "${{" in uses.value:
            return
        path = local_path(uses.value)
        if local_action(uses.value, step.project) is not None or _may_be_made(step):
            return
        if step.project.exists(f"{path}/Dockerfile" if path else "Dockerfile"):
            return
        placed = in_workflows(self.source.path)
        whole = step.project.whole and (placed or step.in_action or step.project.exists(".git/config"))
        if not whole and not placed:
            return
        where = "the repository has no action in" if whole else "beside this workflow lies no action in"
        yield self.found(
            uses,
            f'{where} "{path or "."}"',
            cure="write its action.yml, or mend the path",
            severity=None if whole else Severity.NOTICE,
            confidence=None if whole else Confidence.LOW,
        )


def _may_be_made(step: Step) -> bool:
    """Whether an earlier step checks out something else, or somewhere else, or runs a script."""
    if step.in_action:
        return False
    for earlier in step.job.steps[: step.index]:
        inputs = {entry.name for entry in earlier.with_ or ()}
        if earlier.run is not None or inputs & {"path", "repository", "ref"}:
            return True
    return False
