"""What is asked of the driver, and what comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from support.hosted.expression import Value


class Conclusion(Enum):
    """How a step or a job ended, in GitHub's words."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Request:
    """One job of one workflow of a repository, as one leg of its matrix."""

    repository: Path
    workflow: str
    job: str
    matrix: Mapping[str, Value] = field(default_factory=dict)
    strategy: Mapping[str, Value] = field(default_factory=dict)
    needs: Mapping[str, Value] = field(default_factory=dict)
    secrets: Mapping[str, Value] = field(default_factory=dict)
    path: str = ""
    """What the set-up actions put in front of the PATH."""
    container_mounts: tuple[str, ...] = ()
    """`-v` values for the job container: what a stand-in image lacks."""


@dataclass(frozen=True)
class StepRun:
    """One step that had its turn; `outcome` is before `continue-on-error`, `conclusion` after."""

    name: str
    id: str
    outcome: Conclusion
    conclusion: Conclusion
    seconds: float
    log: str
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class JobRun:
    """A finished job; `artifacts` are folders by artifact name, kept below the scratch folder."""

    conclusion: Conclusion
    steps: tuple[StepRun, ...]
    log: str
    summary: str
    artifacts: Mapping[str, Path]
    outputs: Mapping[str, str]
    workspace: Path

    def step(self, name: str) -> StepRun:
        """The step with this name."""
        found = [step for step in self.steps if step.name == name]
        if not found:
            raise KeyError(f"no step {name!r} among {[step.name for step in self.steps]}\n{self.log}")
        return found[0]


@dataclass
class Wire:
    """The live side of a run: a log that may be watched, and a way to cancel."""

    watch: Callable[[str], None] | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    masks: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)
    """Process sessions of the steps, by the id of their leaders."""

    def say(self, text: str) -> str:
        """Add text to the log, with secrets masked; each line goes to the watcher at once."""
        for mask in sorted(self.masks, key=len, reverse=True):
            text = text.replace(mask, "***")
        self.lines.append(text)
        if self.watch:
            self.watch(text)
        return text
