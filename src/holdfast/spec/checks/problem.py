"""One thing in a spec that cannot work, or works and is odd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from holdfast.finding import Severity
from holdfast.spec.locate import Path
from holdfast.spec.model import Job, Spec


class Problem(NamedTuple):
    """At `path`; `also` are the paths it contradicts. An error refuses the spec, a notice does not."""

    rule: str
    path: Path
    message: str
    cure: str
    also: tuple[Path, ...] = ()
    severity: Severity = Severity.ERROR


class Place(NamedTuple):
    """One job of the spec, with its key."""

    spec: Spec
    id: str
    job: Job

    def path(self, *parts: str | int) -> Path:
        return ("jobs", self.id, *parts)

    @property
    def in_container(self) -> bool:
        return self.job.container is not None

    @property
    def labels(self) -> tuple[str, ...]:
        """The runner's labels."""
        return self.job.runner if self.job.runner is not None else self.spec.workflow.runner


Problems = Iterator[Problem]


def notice(rule: str, path: Path, message: str, cure: str = "", also: tuple[Path, ...] = ()) -> Problem:
    return Problem(rule, path, message, cure, also, Severity.NOTICE)
