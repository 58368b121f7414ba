"""What is wrong, where, and what to do about it: the one type in which both streams end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holdfast.text import Edit, Source, Span


class Severity(StrEnum):
    """How bad a finding is.

    error: GitHub refuses the file, the job cannot start, or the service cannot be reached.
    warning: it fails some of the time, hides failure, or wastes minutes.
    notice: without effect, or worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return ("error", "warning", "notice").index(self.value)


class Confidence(StrEnum):
    """How sure we are that the sentence is true of this file."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Group(StrEnum):
    """What a rule is about."""

    SYNTAX = "syntax"
    EXPRESSION = "expression"
    GRAPH = "graph"
    ACTIONS = "actions"
    RUNNER = "runner"
    SCRIPT = "script"
    SERVICE = "service"
    REDIS = "redis"
    BUDGET = "budget"
    ISOLATION = "isolation"
    PORTABILITY = "portability"
    SPEC = "spec"
    LINT = "lint"


@dataclass(frozen=True, slots=True)
class Place:
    """A range in a file, in offsets and in lines and columns (code points; ends exclusive).

    Line 0 is the file as a whole.
    """

    file: str
    line: int
    col: int
    end_line: int
    end_col: int
    start: int
    end: int

    @classmethod
    def of(cls, source: Source, span: Span) -> Place:
        line, col = source.place(span.start)
        end_line, end_col = source.place(span.end)
        return cls(source.path, line, col, end_line, end_col, span.start, span.end)

    @classmethod
    def whole(cls, path: str) -> Place:
        return cls(path, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Also:
    """A second place that a finding speaks of."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of the finding's file that remove it; `safe` keeps the meaning of everything else."""

    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at one place.

    `message` is one clause without a full stop; `cure` begins with a verb, and may be empty.
    """

    rule: str
    group: Group
    severity: Severity
    message: str
    place: Place
    cure: str = ""
    confidence: Confidence = Confidence.HIGH
    also: tuple[Also, ...] = ()
    fix: Fix | None = None
