"""The workflow that a job calls, where it lies in the same repository."""

from __future__ import annotations

import re

from holdfast.document import Entry, Mapping, Node, Scalar
from holdfast.lint.workflow import Job, Workflow, mapping

FOLDERS = (".github/workflows", ".github/workflows-lab")
_LOCAL = re.compile(r"[.$]/(\.github/workflows(?:-lab)?/[^/@]+\.ya?ml)")


def local_path(uses: str) -> str | None:
    """The path below the repository of a local or self-repository call, if it is well formed."""
    found = _LOCAL.fullmatch(uses)
    return found.group(1) if found else None


def callee(job: Job) -> Workflow | None:
    """The called workflow, if it can be read here."""
    uses = job.uses
    path = local_path(uses.value) if uses else None
    if path is None:
        return None
    project = job.workflow.project
    document = project.document(path)
    if document is None or document.errors:
        return None
    return Workflow(document, project)


def declared(called: Workflow, what: str) -> dict[str, Entry] | None:
    """Inputs or secrets that a workflow declares, by lower-case name; None where it cannot be called."""
    event = called.events.get("workflow_call")
    if event is None:
        return None
    return {entry.name.lower(): entry for entry in mapping(event.get(what)) or ()}


def is_required(entry: Entry) -> bool:
    """Whether an input or secret must be given; a default does not help a required input."""
    body = entry.value
    required = body.get("required") if isinstance(body, Mapping) else None
    return isinstance(required, Scalar) and required.typed is True


def passes_everything(secrets: Node | None) -> bool:
    """`secrets: inherit`, or secrets computed as a whole."""
    return isinstance(secrets, Scalar)
