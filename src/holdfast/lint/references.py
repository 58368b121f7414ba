"""What `uses` names: its form, and what is known of the action or workflow behind it.

Source of the forms: validate-uses.js and validate.js of @actions/languageservice 0.3.61 (2026-08), which follow
the servers; the step's form is also ConvertToStep in actions/runner, src/Sdk/WorkflowParser/Conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from holdfast.document import Document, Mapping, Node, Scalar, Sequence
from holdfast.lint.project import Project
from holdfast.lint.workflow import mapping, text_of

_NAME = re.compile(r"[\w.-]+", re.ASCII)
_WORKFLOWS = re.compile(r"\.github/workflows(?:-lab)?/")
_FORBIDDEN_IN_REF = ("?", "*", "[", "]", "\\", "~", "^", ":", "@{", "..", "//")
SHORT_HASH = re.compile(r"[0-9a-fA-F]{7,8}")
HASH = re.compile(r"[0-9a-fA-F]{40}")


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


def is_local(uses: str) -> bool:
    """Whether it is a folder (or workflow) of the same repository."""
    return uses.startswith(("./", ".\\", "$/"))


def local_path(uses: str) -> str:
    """The path inside the repository, with slashes."""
    parts = [part for part in uses[2:].replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts)


def remote(uses: str) -> Remote | None:
    """A reference to another repository, None for anything else."""
    if is_local(uses) or uses.startswith("docker://"):
        return None
    name, at, ref = uses.partition("@")
    return Remote(name.replace("\\", "/"), ref) if at and ref and "@" not in ref else None


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


def workflow_mistake(uses: str) -> tuple[str, str] | None:
    """What is wrong with a job's `uses`: message and cure."""
    if uses.startswith(("./", "$/")):
        return _local_workflow_mistake(uses)
    parts = uses.split("@")
    if len(parts) == 1 or not parts[1]:
        return "the called workflow has no version", "add @ and a tag, a branch or a commit"
    if len(parts) > 2:
        return "the reference has more than one @", "write owner/repository/.github/workflows/file.yml@ref"
    path, ref = parts
    found = _WORKFLOWS.search(path)
    if found is None:
        return f'"{path}" is no workflow', "write owner/repository/.github/workflows/file.yml@ref"
    owner = [part for part in path[: found.start()].split("/") if part]
    if len(owner) != 2:
        return "the reference names no repository", "write owner/repository/ in front, or ./ for this one"
    for name in owner:
        if not _NAME.fullmatch(name):
            return f'"{name}" is no name of an owner or a repository', "mend it"
    return ref_mistake(ref) or _file_mistake(path[found.start() :], 3)


def _local_workflow_mistake(uses: str) -> tuple[str, str] | None:
    if not uses[2:].startswith((".github/workflows/", ".github/workflows-lab/")):
        return "a local workflow lies outside .github/workflows", "move it there"
    if "@" in uses:
        return "a local workflow has a version", f"write {uses.partition('@')[0]}"
    return _file_mistake(uses, 4)


def _file_mistake(path: str, depth: int) -> tuple[str, str] | None:
    name = path.rpartition("/")[2]
    if not name.endswith((".yml", ".yaml")):
        return f'"{name}" is no workflow file', "name a file that ends in .yml or .yaml"
    if len(path.split("/")) != depth:
        return "the called workflow lies in a subfolder", "move it to .github/workflows itself"
    if name in (".yml", ".yaml"):
        return f'"{name}" is no name of a file', "name the file"
    return None


def ref_mistake(ref: str) -> tuple[str, str] | None:
    """What is wrong with the name of a tag, branch or commit."""
    wrong = next((part for part in _FORBIDDEN_IN_REF if part in ref), None)
    if wrong is None and (ref[0] in "/." or ref[-1] in "/." or ref == "@"):
        wrong = ref
    if wrong is None and any(part.startswith(".") or part.endswith(".lock") for part in ref.split("/")):
        wrong = ref
    if wrong is None and re.search(r"[\x00-\x1f\x7f\s]", ref):
        wrong = " "
    return (
        None
        if wrong is None
        else (f'the version "{ref}" is no name of a commit', "write a tag, a branch or a commit")
    )


def metadata_of(uses: str, project: Project) -> Metadata | None:
    """What is known of an action, from the repository itself or the table of well-known ones."""
    if is_local(uses):
        found = local_action(uses, project)
        return _declared(found, local_path(uses)) if found else None
    known = remote(uses)
    return _well_known(known) if known else None


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
    return Metadata(where or "the action", inputs, outputs if using == "composite" else None, using or "")


def _input(node: Node) -> InputDeclared:
    body = mapping(node)
    if body is None:
        return InputDeclared(False, False)
    required = text_of(body.get("required")) == "true" and text_of(body.get("default")) is None
    return InputDeclared(
        required and body.entry("default") is None, body.entry("deprecationMessage") is not None
    )


def _well_known(used: Remote) -> Metadata | None:
    """From the table, and only where the reference stands for the commit that the table was read at.

    A major tag moves on, so a newer minor version may know more; the pin's own major is close enough for
    a warning.
    """
    from holdfast.facts.actions import action

    known = action(used.name)
    if known is None or not known.complete:
        return None
    pin = known.pin
    if used.ref not in (pin.sha, pin.version, pin.version.partition(".")[0]):
        return None
    inputs = {
        name: InputDeclared(one.required and one.default is None, one.deprecated)
        for name, one in known.inputs.items()
    }
    return Metadata(f"{used.name}@{used.ref}", inputs, known.outputs, known.using)


def called_workflow(uses: str, project: Project) -> Mapping | None:
    """The root of a workflow in the same repository."""
    if not uses.startswith(("./", "$/")) or not project.known:
        return None
    document = project.document(local_path(uses))
    return mapping(document.root) if document is not None and not document.errors else None


def call_event(root: Mapping) -> Mapping | bool | None:
    """The body of `on.workflow_call`: True where it has none, None where the event is missing."""
    on = root.get("on")
    if isinstance(on, Scalar):
        return True if on.value == "workflow_call" else None
    if isinstance(on, Sequence):
        return True if "workflow_call" in _texts(on) else None
    entry = on.entry("workflow_call") if isinstance(on, Mapping) else None
    if entry is None:
        return None
    return mapping(entry.value) or True


def _texts(nodes: Iterable[Node]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, Scalar)]
