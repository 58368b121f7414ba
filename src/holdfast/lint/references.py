"""What a step's `uses` names: its form, and what is known of the action behind it.

Source of the form: validate-uses.js of @actions/languageservice 0.3.61 (2026-08), which follows
the servers; ConvertToStep in actions/runner, src/Sdk/WorkflowParser/Conversion.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from holdfast.document import Document, Node
from holdfast.lint.project import Project
from holdfast.lint.workflow import mapping, text_of

SHORT_HASH = re.compile(r"[0-9a-fA-F]{7,8}")


class Remote(NamedTuple):
    """`name` is owner/repository with the path inside it, if any."""

    name: str
    ref: str

    @property
    def repository(self) -> str:
        return "/".join(self.name.split("/")[:2])


class InputDeclared(NamedTuple):
    required: bool
    deprecated: bool


class Metadata(NamedTuple):
    """`where` names the source; `outputs` is None where they are not known; names as declared."""

    where: str
    inputs: dict[str, InputDeclared]
    outputs: tuple[str, ...] | None
    using: str
    deprecated: frozenset[str]  # names of inputs, in lower case


def is_local(uses: str) -> bool:
    """Whether it is a folder (or workflow) of the same repository."""
    return uses.startswith(("./", ".\\", "$/"))


def in_workflows(path: str) -> bool:
    """Whether a file lies where GitHub looks for workflows."""
    return ".github/workflows" in path.replace("\\", "/")


def local_path(uses: str) -> str:
    """The path inside the repository, with slashes."""
    parts = [part for part in uses[2:].replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts)


@lru_cache(maxsize=1024)
def remote(uses: str) -> Remote | None:
    """A reference to another repository, None for anything else."""
    if is_local(uses) or uses.startswith("docker://"):
        return None
    name, at, ref = uses.partition("@")
    return Remote(name.replace("\\", "/"), ref) if at and ref and "@" not in ref else None


@lru_cache(maxsize=1024)
def step_mistake(uses: str) -> tuple[str, str] | None:
    """What is wrong with a step's `uses`: message and cure."""
    if uses.startswith("docker://") or is_local(uses):
        return None
    parts = uses.split("@")
    segments = re.split(r"[\\/]", parts[0])
    form = "write owner/repository@ref, ./folder or docker://image"
    if len(parts) == 1 and len(segments) > 1 and segments[0] and segments[1]:
        return f'"{uses}" names no version', f"write {uses}@ and a tag, a branch or a commit"
    if len(parts) != 2 or not parts[1] or len(segments) < 2 or not segments[0] or not segments[1]:
        return f'"{uses}" is no reference to an action', form
    if segments[2:4] == [".github", "workflows"]:
        return "a step calls a workflow", "call it with the job's own uses"
    return None


def metadata_of(uses: str, project: Project) -> Metadata | None:
    """What is known of an action, from the repository itself or the table of well-known ones."""
    if is_local(uses):
        found = local_action(uses, project)
        return _declared(found, local_path(uses)) if found else None
    return _well_known(uses)


def local_action(uses: str, project: Project) -> Document | None:
    """The metadata file of an action in the same repository."""
    if not project.known:
        return None
    path = local_path(uses)
    for name in ("action.yml", "action.yaml"):
        found = project.document(f"{path}/{name}" if path else name)
        if found is not None:
            return found
    return None


def _declared(document: Document, where: str) -> Metadata | None:
    root = mapping(document.root)
    if root is None:
        return None
    inputs = {entry.name: _input(entry.value) for entry in mapping(root.get("inputs")) or ()}
    runs = mapping(root.get("runs"))
    using = text_of(runs.get("using")) if runs else None
    outputs = tuple(entry.name for entry in mapping(root.get("outputs")) or ())
    # a composite action has the outputs that it declares; others may set more while they run
    return _metadata(where or "the action", inputs, outputs if using == "composite" else None, using or "")


def _input(node: Node) -> InputDeclared:
    body = mapping(node)
    if body is None:
        return InputDeclared(False, False)
    required = text_of(body.get("required")) == "true" and text_of(body.get("default")) is None
    return InputDeclared(
        required and body.entry("default") is None, body.entry("deprecationMessage") is not None
    )


@lru_cache(maxsize=1024)
def _well_known(uses: str) -> Metadata | None:
    """From the table, and only where the reference stands for the commit that the table was read at.

    A major tag moves on, so a newer minor version may know more; the pin's own major is close enough for
    a warning.
    """
    from holdfast.facts.actions import action

    used = remote(uses)
    known = action(used.name) if used is not None else None
    if used is None or known is None or not known.complete:
        return None
    pin = known.pin
    if used.ref not in (pin.sha, pin.version, pin.version.partition(".")[0]):
        return None
    inputs = {
        name: InputDeclared(one.required and one.default is None, one.deprecated)
        for name, one in known.inputs.items()
    }
    return _metadata(f"{used.name}@{used.ref}", inputs, known.outputs, known.using)


def _metadata(
    where: str, inputs: dict[str, InputDeclared], outputs: tuple[str, ...] | None, using: str
) -> Metadata:
    deprecated = frozenset(name.lower() for name, declared in inputs.items() if declared.deprecated)
    return Metadata(where, inputs, outputs, using, deprecated)
