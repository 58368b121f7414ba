"""A job that calls a workflow of the same repository, beside what that workflow declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from holdfast.document import Entry, Mapping, Node, Scalar
from holdfast.lint.references import call_event, called_workflow
from holdfast.lint.workflow import Job, is_expression, mapping, text_of


class Declared(NamedTuple):
    """An input or a secret of the called workflow; a secret has no type."""

    required: bool
    type: str


@dataclass(frozen=True, slots=True)
class Call:
    """Declared names as written, given names in lower case: GitHub does not tell case apart."""

    uses: Scalar
    inputs: dict[str, Declared]
    secrets: dict[str, Declared]
    given_inputs: dict[str, Entry]
    given_secrets: dict[str, Entry]
    inherits: bool


def call_of(job: Job) -> Call | None:
    """The call that a job makes; None where the called workflow is not known, or what is given is computed."""
    uses = job.uses
    root = called_workflow(uses.value, job.workflow.project) if uses is not None else None
    event = call_event(root) if root is not None else None
    secrets = job.get("secrets")
    if uses is None or event is None or is_expression(job.get("with")):
        return None
    body = event if isinstance(event, Mapping) else None
    return Call(
        uses,
        _declared(body.get("inputs") if body else None),
        _declared(body.get("secrets") if body else None),
        {entry.name.lower(): entry for entry in job.with_ or ()},
        {entry.name.lower(): entry for entry in mapping(secrets) or ()},
        text_of(secrets) is not None,
    )


def _declared(node: Node | None) -> dict[str, Declared]:
    found = {}
    for entry in mapping(node) or ():
        body = mapping(entry.value)
        required = text_of(body.get("required")) == "true" if body else False
        found[entry.name] = Declared(required, (text_of(body.get("type")) if body else None) or "")
    return found
