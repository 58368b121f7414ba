"""The languages: one file each, found by name. A stack says how a job sets up, installs and tests.

Each module has `setup(folder, at, version) -> tuple[Step, ...]`, `command(folder, limit, shards) -> str`,
`DEFAULT` (a version where the project names none) and `AXIS` (the matrix axis of its versions).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from holdfast.plan.model import Step
from holdfast.plan.project import Folder


class Stack(Protocol):
    """What a module of this folder is."""

    AXIS: str
    setup: Callable[[Folder, str, str], tuple[Step, ...]]
    command: Callable[[Folder, int, bool], str]
    detected: Callable[[Folder], str]


def stack(name: str) -> Stack:
    """The stack of that name."""
    return cast(Stack, import_module(f"holdfast.plan.stacks.{name}"))


def below(at: str, name: str) -> str:
    """A file of the job's folder, seen from the root."""
    return name if at == "." else f"{at}/{name}"
