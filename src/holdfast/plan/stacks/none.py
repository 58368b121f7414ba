"""No language: nothing is set up, and the spec has the command."""

from __future__ import annotations

from holdfast.plan.model import Step
from holdfast.plan.project import Folder

AXIS = ""


def detected(folder: Folder) -> str:
    return ""


def setup(folder: Folder, at: str, version: str) -> tuple[Step, ...]:
    return ()


def command(folder: Folder, limit: int, sharded: bool) -> str:
    return "true"
