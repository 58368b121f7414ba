"""What would be written, and the writing: the only module that changes the user's tree.

A file is replaced only if it does not exist or is ours: its header says so and its hash holds. All files are written
beside their places first and then renamed, so a failure leaves the tree as it was.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.errors import UserError


class State(StrEnum):
    """What became, or would become, of a file."""

    CREATED = "created"
    SAME = "same"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """One file: what lies there (None: nothing), what is to lie there, and whether it may.

    `pins_only` is a change of nothing but the commits of actions: it is written, and it is no drift.
    """

    path: str
    old: str | None
    new: str
    state: State
    mode: int = 0o644
    reason: str = ""
    pins_only: bool = False

    @property
    def diff(self) -> str:
        """A unified diff, empty where nothing changes."""
        before = self.old if self.old is not None else ""
        names = ("/dev/null" if self.old is None else f"a/{self.path}", f"b/{self.path}")
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), self.new.splitlines(keepends=True), *names
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def inside(root: Path, path: str) -> Path:
    """The place of a path below the root. Raises UserError if it leads out, through symbolic links too."""
    home = root.resolve()
    place = home / path
    try:
        resolved = place.parent.resolve()
    except (OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12, for links in a circle
        raise UserError(f"{path} leads in a circle", "remove the symbolic link") from None
    if place.is_symlink() or not (resolved == home or resolved.is_relative_to(home)):
        raise UserError(f"{path} leads out of {root}", "remove the symbolic link, or choose another path")
    if place.is_dir():
        raise UserError(f"{path} is a directory", "remove it, or choose another path")
    return place


def read(root: Path, path: str) -> str | None:
    """The text of a file below the root; None where there is none."""
    place = inside(root, path)
    try:
        return place.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise UserError(f"a part of {path} is a file", "remove it, or choose another path") from None
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "make it readable") from None


def write(root: Path, changes: Iterable[Change]) -> None:
    """Write what is created or changed: all of it, or nothing. Raises UserError."""
    todo = [change for change in changes if change.state in (State.CREATED, State.CHANGED)]
    made: list[tuple[Path, Path]] = []
    folders: list[Path] = []
    try:
        for change in todo:
            place = inside(root, change.path)
            folders += _folders(place.parent)
            made.append((_beside(place, change), place))
        _rename_all(made)
    except OSError as error:
        raise UserError(
            f"nothing was written: {error.filename or root}: {error.strerror}", _cure(error)
        ) from None
    finally:
        for temporary, _ in made:
            temporary.unlink(missing_ok=True)
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only an empty one goes: one that was made for a file that never came


def _folders(folder: Path) -> list[Path]:
    """Make a folder and its parents; those that were made."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _beside(place: Path, change: Change) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(change.new.encode("utf-8"))
            out.flush()
            os.fchmod(out.fileno(), change.mode & ~_umask() | 0o600)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _rename_all(made: Sequence[tuple[Path, Path]]) -> None:
    """Rename one after the other; where one fails, the earlier ones get their old text back."""
    undo: list[Callable[[], None]] = []
    try:
        for temporary, place in made:
            undo.append(_undo(place))
            temporary.replace(place)
    except BaseException:
        # that of a place that was not reached gives it the text it has
        for step in reversed(undo):
            with contextlib.suppress(OSError):
                step()
        raise


def _undo(place: Path) -> Callable[[], None]:
    if not place.exists():
        return lambda: place.unlink(missing_ok=True)
    text, mode = place.read_bytes(), place.stat().st_mode

    def restore() -> None:
        place.write_bytes(text)
        place.chmod(mode)

    return restore


def _cure(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "make the folder writable, or choose another --root"
    return "make room" if error.errno == 28 else "repair that, and run it again"


def replace(path: str, data: bytes) -> None:
    """Put new bytes in a file's place, through symbolic links; its mode stays. Raises UserError."""
    target = Path(path).resolve()
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
        Path(name).chmod(target.stat().st_mode)
        Path(name).replace(target)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}", "check its folder") from None
