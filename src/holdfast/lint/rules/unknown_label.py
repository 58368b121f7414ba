"""Runner labels that look like GitHub's own and are none of them.

A job whose label no runner has waits for a day and is then cancelled. A label that begins like those of
GitHub's runners (`ubuntu-`, `windows-`, `macos-`) but is not in the list below, nor in `labels` of the
settings, is most often a slip. Labels of another form are taken for those of self-hosted or larger runners.

Source: https://docs.github.com/actions/reference/runners/github-hosted-runners and
https://github.com/actions/runner-images (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.labels import HOSTED, REMOVED, SELF_HOSTED, looks_hosted
from holdfast.lint.matrix import labels_of
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Job

_MATRIX = "jobs:\n  test:\n    strategy:\n      matrix:\n"
_RUNS = "    runs-on: ${{ matrix.os }}\n"
_STEPS = "    steps:\n      - run: make\n"


class UnknownLabel(JobRule):
    id = "unknown-label"
    group = Group.RUNNER
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    needs = frozenset(("ubuntu", "windows", "macos"))
    examples = (
        Example(
            bad=f"{_MATRIX}        os: [ubuntu-24.04, «ubuntu-22.4»]\n{_RUNS}{_STEPS}",
            good=f"{_MATRIX}        os: [ubuntu-24.04, ubuntu-22.04]\n{_RUNS}{_STEPS}",
        ),
        Example(
            bad=f"jobs:\n  test:\n    runs-on: «ubuntu-24.4»\n{_STEPS}",
            good=f"jobs:\n  test:\n    runs-on: ubuntu-24.04\n{_STEPS}",
        ),
        Example(
            bad=f"jobs:\n  test:\n    runs-on: [«ubuntu-lastest»]\n{_STEPS}",
            good=f"jobs:\n  test:\n    runs-on: [ubuntu-latest]\n{_STEPS}",
        ),
    )
    allows = (
        f"jobs:\n  test:\n    runs-on: [self-hosted, ubuntu-mine]\n{_STEPS}",
        f"jobs:\n  test:\n    runs-on: ubuntu-16core\n{_STEPS}",
        f"jobs:\n  test:\n    runs-on: ${{{{ matrix.os }}}}\n{_STEPS}",
        Example(
            bad="",
            good=f"on: push\njobs:\n  test:\n    runs-on: ubuntu-24.05\n{_STEPS}",
            settings=Settings(labels=frozenset(("ubuntu-24.05",))),
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        labels = [label for label in labels_of(job) if label.value not in HOSTED]
        if not labels or any(label.value.lower() in SELF_HOSTED for label in labels):
            return
        own = {label.lower() for label in self.settings.labels}
        for label in labels:
            name = label.value.lower()
            if "${{" in name or name in HOSTED or name in REMOVED or name in own or not looks_hosted(name):
                continue
            from difflib import get_close_matches  # slow to import, and seldom needed

            near = get_close_matches(name, HOSTED, 1, 0.75)
            cure = (
                f'write "{near[0]}", or list it as a label of yours'
                if near
                else "list it as a label of yours"
            )
            yield self.found(label, f'GitHub has no runner "{label.value}"', cure=cure)
