"""Patterns of paths that match no file of the repository.

A workflow with `paths` runs when a file that one of the patterns matches was changed. A pattern that matches
none of the files that git knows of is most often left over from a folder that was moved, or names a folder
without the `/**` for what lies in it. Only said in a checkout whose index can be read; a file that exists but
is not known to git yet counts too.

Source:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.globs import path_pattern
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Workflow, scalars

_TAIL = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_FILES = ((".git/index", ""), ("src/app/main.py", ""), ("README.md", ""), ("docs/a b.md", ""))


class UnmatchedPath(WorkflowRule):
    id = "unmatched-path"
    group = Group.SYNTAX
    severity = Severity.NOTICE
    confidence = Confidence.LOW
    keys = frozenset(("paths", "paths-ignore"))
    examples = (
        Example(
            bad=f"on:\n  push:\n    paths:\n      - 'src/**'\n      - «'lib/**.py'»\n{_TAIL}",
            good=f"on:\n  push:\n    paths:\n      - 'src/**'\n{_TAIL}",
            files=_FILES,
        ),
        Example(
            bad=f"on:\n  push:\n    paths: [«src/app»]\n{_TAIL}",
            good=f"on:\n  push:\n    paths: [src/app/**]\n{_TAIL}",
            files=_FILES,
        ),
    )
    allows = (
        Example(
            bad="",
            good=f"on:\n  push:\n    paths: ['**/*.py', '*.md', 'docs/a*.m?d', '!nowhere/**']\n{_TAIL}",
            files=_FILES,
        ),
        f"on:\n  push:\n    paths: ['lib/**']\n{_TAIL}",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        files = workflow.project.tracked
        if files is None:
            return
        for event in workflow.events.values():
            for key in ("paths", "paths-ignore"):
                for pattern in scalars(event.get(key)):
                    if not pattern.value.startswith("!"):
                        yield from self.pattern(pattern, files, workflow)

    def pattern(self, pattern: Scalar, files: tuple[str, ...], workflow: Workflow) -> Iterator[Finding]:
        meaning = path_pattern(pattern.value)
        if meaning is None or any(map(meaning.fullmatch, files)) or workflow.project.exists(pattern.value):
            return
        folder = pattern.value.rstrip("/") + "/"
        if any(file.startswith(folder) for file in files):
            message = f'"{pattern.value}" is a folder, and no file has this name'
            yield self.found(pattern, message, cure=f"write {folder}**")
        else:
            message = f'no file of the repository matches "{pattern.value}"'
            yield self.found(pattern, message, cure="mend the pattern, or leave it out")
