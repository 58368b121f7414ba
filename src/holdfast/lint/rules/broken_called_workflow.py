"""Calls of a workflow of the same repository that GitHub refuses.

GitHub reads the called file when it reads the caller, and refuses both when the called one is broken. What is
wrong is a finding of the called file; here stands that it takes the caller with it.

Source: @actions/workflow-parser 0.3.61, model/convert (2026-08); actions/runner,
src/Sdk/WorkflowParser/Conversion/WorkflowTemplateConverter.cs (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Document
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import local_path
from holdfast.lint.problem import Problem
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, Workflow
from holdfast.text import Span

_CALLED = "on: workflow_call\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_FILES = (
    (".github/workflows/good.yml", _CALLED),
    (".github/workflows/key.yml", _CALLED.replace("runs-on", "run-on")),
    (".github/workflows/text.yml", _CALLED + "  b: [\n"),
)
_HEAD = "jobs:\n  test:\n    uses: "


class BrokenCalledWorkflow(JobRule):
    id = "broken-called-workflow"
    group = Group.ACTIONS
    severity = Severity.ERROR
    key = "uses"
    needs = frozenset((".github/workflows",))
    examples = (
        Example(
            bad=f"{_HEAD}«./.github/workflows/key.yml»\n",
            good=f"{_HEAD}./.github/workflows/good.yml\n",
            files=_FILES,
        ),
        Example(
            bad=f"{_HEAD}«./.github/workflows/text.yml»\n",
            good=f"{_HEAD}./.github/workflows/good.yml\n",
            files=_FILES,
        ),
    )
    allows = (Example(bad="", good=f"{_HEAD}./.github/workflows/nowhere.yml\n", files=_FILES),)

    def check(self, job: Job) -> Iterator[Finding]:
        uses = job.uses
        path = local_path(uses.value) if uses else None
        if uses is None or path is None:
            return
        project = job.workflow.project
        document = project.document(path)
        found = _first_error(Workflow(document, project), document) if document else None
        if document is not None and found is not None:
            span, message = found
            line, col = document.source.place(span.start)
            yield self.found(uses, f"GitHub refuses {path}: {message}", cure=f"mend {path}:{line}:{col}")


def _first_error(workflow: Workflow, document: Document) -> tuple[Span, str] | None:
    """The first thing in a called file that GitHub's reader refuses."""
    from holdfast.lint.grammar.walk import walk_workflow

    errors = [(error.span, error.message) for error in document.errors]
    if not errors:
        errors = [(one.span, one.message) for one in walk_workflow(workflow) if _is_error(one)]
        workflow.forget()
    return min(errors, key=lambda error: error[0].start, default=None)


def _is_error(problem: Problem) -> bool:
    from holdfast.lint.engine import severity_of

    return (problem.severity or severity_of(problem.rule)) is Severity.ERROR
