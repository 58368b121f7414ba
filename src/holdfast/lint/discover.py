"""Which files a list of paths means, and the repository around each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from holdfast.errors import UserError

_SUFFIXES = (".yml", ".yaml")
_SKIPPED = frozenset(("node_modules", "venv", "__pycache__", "vendor"))
_ACTIONS = ("action.yml", "action.yaml")
DEFAULT = ".github/workflows"


def files(paths: Iterable[str]) -> tuple[str, ...]:
    """The files meant, each once, in order; raises UserError for a path that does not exist."""
    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112  (os.path is several times faster on a thousand paths)
            found.update(dict.fromkeys(_in_folder(path)))
        elif os.path.exists(path):  # noqa: PTH110
            found[path] = None
        else:
            raise UserError(
                f"there is no file or folder {path}", "name files, or folders that hold workflows"
            )
    return tuple(found)


def _in_folder(folder: str) -> Iterator[str]:
    """The workflows and actions of a folder; one that holds no repository is itself a folder of workflows."""
    folder = folder.rstrip("/") or "/"
    if os.path.basename(os.path.abspath(folder)) == "workflows":  # noqa: PTH100, PTH119
        yield from _yaml_files(folder)
        return
    found = list(_of_repositories(folder))
    yield from found or _yaml_files(folder)


def _of_repositories(folder: str) -> Iterator[str]:
    """The files of the repository in this folder, else of those below it; GitHub reads no nested `.github`."""
    for here, folders, names in os.walk(folder):
        if ".github" in folders:
            folders.clear()
            yield from _of_repository(here)
        elif here == folder:
            yield from (_joined(here, name) for name in _ACTIONS if name in names)
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))


def _of_repository(folder: str) -> Iterator[str]:
    yield from (_joined(folder, name) for name in _ACTIONS if os.path.exists(_joined(folder, name)))  # noqa: PTH110
    yield from _yaml_files(_joined(folder, ".github/workflows"))
    for here, folders, names in os.walk(_joined(folder, ".github/actions")):
        folders.sort()
        yield from (_joined(here, name) for name in _ACTIONS if name in names)


def _yaml_files(folder: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return
    for name in names:
        if name.endswith(_SUFFIXES):
            yield _joined(folder, name)


def _joined(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder.removeprefix('./')}/{name}"


def root_of(path: str) -> str:
    """The repository of a file: what stands before `.github`, else the nearest folder with `.git`, else here."""
    full = os.path.abspath(path)  # noqa: PTH100
    before, found, _ = full.rpartition("/.github/")
    if found:
        return before or "/"
    return _git_root(os.path.dirname(full))  # noqa: PTH120


_ROOTS: dict[str, str] = {}


def _git_root(folder: str) -> str:
    known = _ROOTS.get(folder)
    if known is None:
        known = _ROOTS[folder] = _search(folder)
    return known


def _search(folder: str) -> str:
    here = folder
    while here != "/" and not os.path.exists(os.path.join(here, ".git")):  # noqa: PTH110, PTH118
        here = os.path.dirname(here)  # noqa: PTH120
    return here if here != "/" else folder
