"""A new repository, or the missing parts of an old one: what would be written, and the writing."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast import files
from holdfast.errors import UserError
from holdfast.files import Change, State
from holdfast.flows import Generated, Wanted, generate
from holdfast.scaffold import base
from holdfast.scaffold.build import File, Project, missing_parts, spec_text, whole
from holdfast.scaffold.detect import Existing, module_of, services
from holdfast.scaffold.merge import merged
from holdfast.text import Source

USUAL_IMAGE = "redis:8.10-alpine"


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers: where, what, under which name, with which Redis; `into` adds to what is there."""

    root: Path
    stack: str | None
    name: str | None
    image: str
    full: bool
    into: bool


@dataclass(frozen=True, slots=True)
class Result:
    """The project and each of its files beside what lies there."""

    project: Project
    changes: tuple[Change, ...]

    @property
    def conflicts(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.state is State.REFUSED)


def plan(asked: Asked) -> Result:
    """Everything that would be written. Raises UserError where that cannot be known."""
    if not asked.into and asked.root.is_dir() and any(asked.root.iterdir()):
        raise UserError(
            f"{asked.root} is not empty", "choose another folder, or add the missing parts with --into"
        )
    project = _project(asked)
    wanted = list(missing_parts(project) if _is_old(asked) else whole(project))
    spec = _spec(asked, project)
    wanted.append(File("holdfast.yml", spec))
    known = base.read(files.read(asked.root, base.PATH) or "") if asked.root.is_dir() else {}
    changes = [_change(asked.root, file, known.get(file.path)) for file in wanted]
    ours = spec == spec_text(project, USUAL_IMAGE, asked.full, old=False) and not asked.into
    generated = _generated(asked.root, _text_of(changes, "holdfast.yml"), wanted, ours)
    written = {file.path: file.text for file in wanted}
    record = _change(asked.root, File(base.PATH, base.write(known | written)), None, ours=True)
    return Result(project, (*changes, *generated, record))


def _is_old(asked: Asked) -> bool:
    """Whether the folder holds a service that Holdfast did not make."""
    made_by_us = asked.root.is_dir() and (asked.root / base.PATH).is_file()
    return asked.into and bool(services(asked.root)) and not made_by_us


def _project(asked: Asked) -> Project:
    found = services(asked.root) if asked.into else ()
    chosen = next((one for one in found if asked.stack in (None, one.stack)), None)
    stack = asked.stack or (chosen.stack if chosen else None)
    if stack is None:
        raise UserError("which language is not known", "add --stack go, python or node")
    place = chosen or Existing(stack, "")
    name = asked.name or name_of(asked.root)
    folder = asked.root / place.folder
    return Project(stack, name, module_of(stack, folder, name), place.folder)


def name_of(root: Path) -> str:
    """A project's name after its folder's: small letters, digits and -, a letter first."""
    words = re.findall(r"[a-z0-9]+", root.resolve().name.lower())
    return re.sub(r"^[\d-]+", "", "-".join(words))[:63].rstrip("-") or "app"


def _spec(asked: Asked, project: Project) -> str:
    """The spec that is there already wins: the answers live in it."""
    old = files.read(asked.root, "holdfast.yml") if asked.root.is_dir() else None
    return old if old is not None else spec_text(project, asked.image, asked.full, _is_old(asked))


def _text_of(changes: Iterable[Change], path: str) -> str:
    return next(change.new for change in changes if change.path == path)


def _change(root: Path, file: File, known: str | None, ours: bool = False) -> Change:
    """A file beside what lies there: new, unchanged by its user and so updated, merged, or left alone."""
    old = files.read(root, file.path) if root.is_dir() else None
    if old is None:
        return Change(file.path, None, file.text, State.CREATED, file.mode)
    if old == file.text:
        return Change(file.path, old, old, State.SAME, file.mode)
    if ours or old == known:
        return Change(file.path, old, file.text, State.CHANGED, file.mode)
    if known is None:
        return Change(file.path, old, old, State.SAME, file.mode, "kept: it is yours")
    both = merged(known, file.text, old)
    if both is None:
        return Change(
            file.path, old, file.text, State.REFUSED, file.mode, "you and Holdfast changed the same lines"
        )
    return Change(file.path, old, both, State.SAME if both == old else State.CHANGED, file.mode)


def _generated(root: Path, spec: str, wanted: Iterable[File], known: bool) -> tuple[Change, ...]:
    """The workflow and the scripts, for the project as it will be."""
    made = generate(Wanted(root, Source("holdfast.yml", spec), {}), _telling(wanted), known=known)
    if not isinstance(made, Generated):
        first = made[0]
        raise UserError(f"holdfast.yml:{first.place.line}: {first.message}", first.cure)
    return made.changes


def _telling(wanted: Iterable[File]) -> Mapping[str, str]:
    """The files that are not there yet and that decide how the tests are run."""
    return {file.path: file.text for file in wanted}


def write(asked: Asked, result: Result) -> None:
    """Write it all, or nothing; a new repository becomes a git repository unless it lies inside one."""
    made = _made(asked.root)
    begun = not asked.into and not inside_a_repository(asked.root)
    try:
        if begun:
            _init(asked.root)
        files.write(asked.root, result.changes)
    except BaseException:
        for folder in (*([asked.root / ".git"] if begun else []), *made):
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _made(root: Path) -> list[Path]:
    """Make the root; the folders that were not there before, the outermost last."""
    missing = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        for folder in missing:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise UserError(f"{root} cannot be made: {error.strerror}", "choose another folder") from None
    return missing


def inside_a_repository(root: Path) -> bool:
    """Whether a git repository holds this folder."""
    return any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents))


def _init(root: Path) -> None:
    try:
        done = subprocess.run(
            ["git", "init", "--quiet", "--initial-branch=main", str(root)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except FileNotFoundError:
        raise UserError(
            "git is not installed", "install git, or use --into in a repository of yours"
        ) from None
    if done.returncode:
        raise UserError(f"git init failed: {done.stderr.strip()}", "repair that, and run it again")
