"""The errors that end a run, and the exit code of each.

    Exception
    ├── UserError      2   something around the user's text: no file, no git, a full disk
    └── (any other)    3   our bug; keeps its traceback

What is wrong *in* the user's text is never an exception: it is a Finding.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of the program (docs/contracts: fixed points)."""

    CLEAN = 0
    FINDINGS = 1
    USER = 2
    BUG = 3
    INTERRUPTED = 130


class UserError(Exception):
    """Something that the user can repair.

    `what` says in one clause what is wrong, `cure` what to do; the cure begins with a verb.
    """

    exit = Exit.USER

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure
