"""A workflow as it will be written: GitHub's words, values decided, nothing about YAML.

Values are texts, numbers, booleans, or trees of these where GitHub's own text is passed through (`Tree`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# A value of YAML as a user wrote it for GitHub: a raw step, a raw job, an event's filters.
Tree = str | int | float | bool | None | Sequence["Tree"] | Mapping[str, "Tree"]

_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Uses:
    """An action at a commit; `version` is the comment behind it."""

    name: str
    sha: str
    version: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `uses`, `run` (bash), or `script`, the name of a file of templates/workflow/run.

    `words` are the arguments of a call of one of the two generated scripts, `run` is empty then. `raw` is a step
    as the user wrote it, and nothing else is set beside it.
    """

    name: str = ""
    id: str = ""
    if_: str = ""
    uses: Uses | None = None
    with_: Mapping[str, Tree] = field(default_factory=dict)
    run: str = ""
    script: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    working_directory: str = ""
    timeout_minutes: int | None = None
    note: str = ""
    raw: Mapping[str, Tree] | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a job: a service, or the one that the steps run in. `options` and `command` are words."""

    image: str
    env: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    options: tuple[tuple[str, ...], ...] = ()
    command: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Strategy:
    """A matrix."""

    matrix: Mapping[str, Tree]
    fail_fast: bool
    max_parallel: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """One job; `raw` as for Step."""

    id: str
    name: str = ""
    needs: tuple[str, ...] = ()
    if_: str = ""
    runs_on: tuple[str, ...] = ()
    permissions: Mapping[str, str] | None = None
    timeout_minutes: int = 0
    strategy: Strategy | None = None
    container: Container | None = None
    services: Mapping[str, Container] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    working_directory: str = ""
    steps: tuple[Step, ...] = ()
    raw: Mapping[str, Tree] | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """Values for the settings block of a generated script: NAME to a text or a list of texts."""

    template: str
    path: str
    settings: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `generate` writes."""

    path: str
    name: str
    on: Mapping[str, Tree]
    permissions: Mapping[str, str]
    concurrency: Mapping[str, Tree] | None
    env: Mapping[str, str]
    jobs: tuple[Job, ...]
    scripts: tuple[Script, ...]
    attributes: str
    target: str
    compose: tuple[str, Mapping[str, Tree]] | None = None
