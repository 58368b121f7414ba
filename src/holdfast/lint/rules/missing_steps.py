"""Jobs without steps.

GitHub starts no run of a workflow in which a job has neither steps nor a workflow to call: "No steps defined
in `steps` and no workflow called in `uses`". Its parser takes such a file, and a few services of GitHub's own
fill the steps in, so that the finding is a warning.

Source: actions/languageservices#98 and github/vscode-github-actions#291, with the message (2024-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Sequence
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job


class MissingSteps(JobRule):
    id = "missing-steps"
    group = Group.SYNTAX
    severity = Severity.WARNING
    key = "runs-on"
    examples = (
        Example(
            bad="jobs:\n  «test»:\n    runs-on: ubuntu-24.04\n",
            good="jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n",
        ),
        Example(
            bad="jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps: «[]»\n",
            good="jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n",
        ),
    )
    allows = ("jobs:\n  test:\n    uses: o/r/.github/workflows/test.yml@v1\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        if job.calls:
            return
        steps = job.get("steps")
        if steps is None and not _misspelt(job):
            yield self.found(job.key, f'the job "{job.id}" has no steps', cure="add steps, or remove the job")
        elif isinstance(steps, Sequence) and not steps.items:
            yield self.found(steps, f'the job "{job.id}" has no steps', cure="add steps, or remove the job")


def _misspelt(job: Job) -> bool:
    """Whether a list stands under another key, which the grammar reports."""
    return any(isinstance(entry.value, Sequence) and entry.name != "needs" for entry in job.node)
