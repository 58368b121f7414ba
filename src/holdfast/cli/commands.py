"""The commands: every module of this folder that has `Options` and `run` is one, by its file's name.

In development the folder is read; an installed program reads it too (one directory listing, about 20 µs).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

_MACHINERY = {"__init__", "app", "commands", "helptext", "helpwriter", "options", "parse", "screen", "typed"}


def _found() -> tuple[str, ...]:
    folder = Path(__file__).parent
    return tuple(sorted(file.stem for file in folder.glob("*.py") if file.stem not in _MACHINERY))


COMMANDS = _found()


def load(name: str) -> ModuleType:
    """The module of a command; its imports are its own, so that no command pays for another's."""
    return import_module(f"holdfast.cli.{name}")
