"""Typed views over a workflow's located values.

A view never fails: what is missing or has another shape than GitHub asks for is None or empty, because the
grammar reports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from holdfast.document import Document, Entry, Mapping, Node, Scalar, Sequence
from holdfast.lint.project import NOWHERE, Project
from holdfast.text import Source, Span

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class once(Generic[Owner, Value]):
    """A property computed at its first use and kept; `functools.cached_property` without its lock."""

    def __init__(self, ask: Callable[[Owner], Value]) -> None:
        self.ask = ask
        self.name = ask.__name__
        self.__doc__ = ask.__doc__

    @overload
    def __get__(self, view: None, of: type) -> once[Owner, Value]: ...

    @overload
    def __get__(self, view: Owner, of: type) -> Value: ...

    def __get__(self, view: Any, of: type) -> Any:
        if view is None:
            return self
        found = view.__dict__[self.name] = self.ask(view)
        return found


def text_of(node: Node | None) -> str | None:
    """The text of a scalar that is not null, else None."""
    if isinstance(node, Scalar) and not node.null:
        return node.value
    return None


def scalar(node: Node | None) -> Scalar | None:
    """The node if it is a scalar that is not null, else None."""
    return node if isinstance(node, Scalar) and not node.null else None


def mapping(node: Node | None) -> Mapping | None:
    return node if isinstance(node, Mapping) else None


def scalars(node: Node | None) -> tuple[Scalar, ...]:
    """The scalars of a list, or the one scalar itself; null is none."""
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    one = scalar(node)
    return (one,) if one else ()


def is_expression(node: Node | None) -> bool:
    """Whether a value is, or holds, an expression."""
    return isinstance(node, Scalar) and "${{" in node.value


class View:
    """A mapping seen by its keys."""

    def __init__(self, node: Mapping) -> None:
        self.node = node
        self._index = node.index

    def get(self, name: str) -> Node | None:
        entry = self._index.get(name)
        return entry.value if entry is not None else None

    def entry(self, name: str) -> Entry | None:
        return self._index.get(name)

    def has(self, name: str) -> bool:
        return name in self._index


class Event(View):
    """An event of `on:`; `node` is empty where the event has no settings, `key` is its name as written."""

    def __init__(self, key: Scalar, value: Node | None) -> None:
        super().__init__(value if isinstance(value, Mapping) else Mapping(key.end, False, None, None))
        self.key = key
        self.value = value

    @property
    def name(self) -> str:
        return self.key.value

    @once
    def inputs(self) -> dict[str, Entry]:
        """The inputs of workflow_call or workflow_dispatch, by name."""
        return {entry.name: entry for entry in mapping(self.get("inputs")) or ()}


class Workflow(View):
    """A workflow file."""

    def __init__(self, document: Document, project: Project = NOWHERE) -> None:
        super().__init__(mapping(document.root) or Mapping(0, False, None, None))
        self.document = document
        self.project = project

    @property
    def source(self) -> Source:
        return self.document.source

    @property
    def text(self) -> str:
        return self.document.source.text

    @once
    def name(self) -> Scalar | None:
        return scalar(self.get("name"))

    @once
    def on(self) -> Node | None:
        return self.get("on")

    @once
    def env(self) -> Node | None:
        return self.get("env")

    @once
    def permissions(self) -> Node | None:
        return self.get("permissions")

    @once
    def concurrency(self) -> Node | None:
        return self.get("concurrency")

    @once
    def events(self) -> dict[str, Event]:
        """The events by name, whichever way `on` is written."""
        on = self.on
        if isinstance(on, Mapping):
            return {entry.name: Event(entry.key, entry.value) for entry in on}
        return {name.value: Event(name, None) for name in scalars(on)}

    @once
    def jobs(self) -> tuple[Job, ...]:
        jobs = mapping(self.get("jobs"))
        return tuple(
            Job(entry, entry.value, self) for entry in jobs or () if isinstance(entry.value, Mapping)
        )

    @once
    def _jobs_by_id(self) -> dict[str, Job]:
        return {job.id.lower(): job for job in reversed(self.jobs)}

    def forget(self) -> None:
        """Let go of the views, which hold each other: the memory is free at once, without a collection."""
        for job in self.jobs:
            job.__dict__.clear()
        self.__dict__.clear()

    def job(self, name: str) -> Job | None:
        """A job by its id; GitHub does not look at upper and lower case."""
        return self._jobs_by_id.get(name.lower())


class Job(View):
    """A job; `key` is its id as written, `node` its mapping."""

    def __init__(self, entry: Entry, node: Mapping, workflow: Workflow) -> None:
        super().__init__(node)
        self.key = entry.key
        self.workflow = workflow

    @property
    def id(self) -> str:
        return self.key.value

    @once
    def name(self) -> Scalar | None:
        return scalar(self.get("name"))

    @once
    def runs_on(self) -> Node | None:
        return self.get("runs-on")

    @once
    def labels(self) -> tuple[Scalar, ...]:
        """The runner labels as written, of every shape of `runs-on`."""
        runs_on = self.runs_on
        if isinstance(runs_on, Mapping):
            runs_on = runs_on.get("labels")
        return scalars(runs_on)

    @once
    def container(self) -> Node | None:
        """The job container: its image, or a mapping; None where the job runs on the host."""
        node = self.get("container")
        return None if isinstance(node, Scalar) and (node.null or node.value == "") else node

    @once
    def container_image(self) -> Scalar | None:
        node = self.container
        return scalar(node.get("image") if isinstance(node, Mapping) else node)

    @once
    def uses(self) -> Scalar | None:
        """The workflow that the job calls."""
        return scalar(self.get("uses"))

    @property
    def calls(self) -> bool:
        return self.has("uses")

    @once
    def with_(self) -> Mapping | None:
        return mapping(self.get("with"))

    @once
    def if_(self) -> Scalar | None:
        return scalar(self.get("if"))

    @once
    def env(self) -> Node | None:
        return self.get("env")

    @once
    def strategy(self) -> Node | None:
        return self.get("strategy")

    @once
    def matrix(self) -> Node | None:
        """The matrix: a mapping, or an expression."""
        strategy = mapping(self.strategy)
        return strategy.get("matrix") if strategy else None

    @once
    def timeout_minutes(self) -> Node | None:
        return self.get("timeout-minutes")

    @once
    def outputs(self) -> Mapping | None:
        return mapping(self.get("outputs"))

    @once
    def defaults_run(self) -> Mapping | None:
        """`defaults.run` of the job."""
        defaults = mapping(self.get("defaults"))
        return mapping(defaults.get("run")) if defaults else None

    @once
    def needs(self) -> tuple[Scalar, ...]:
        return scalars(self.get("needs"))

    @once
    def steps(self) -> tuple[Step, ...]:
        """The steps in order; those of a `parallel` group stand in its place."""
        found: list[Step] = []
        _collect(self.get("steps"), self, None, found)
        return tuple(found)

    @once
    def services(self) -> tuple[Service, ...]:
        services = mapping(self.get("services"))
        return tuple(Service(entry, self) for entry in services or ())


def _collect(
    steps: Node | None,
    job: Job | None,
    group: Mapping | None,
    found: list[Step],
    project: Project = NOWHERE,
) -> None:
    for node in steps if isinstance(steps, Sequence) else ():
        if not isinstance(node, Mapping):
            continue
        if node.entry("parallel") is not None:
            _collect(node.get("parallel"), job, node, found, project)
        else:
            found.append(Step(node, len(found), job, group, project))


class Step(View):
    """A step; `index` counts from 0 in the job, `group` is the `parallel` step around it."""

    def __init__(
        self,
        node: Mapping,
        index: int,
        job: Job | None,
        group: Mapping | None = None,
        project: Project = NOWHERE,
    ) -> None:
        super().__init__(node)
        self.index = index
        self._job = job
        self.group = group
        self._project = project

    @property
    def project(self) -> Project:
        """The repository around the file."""
        return self._project if self._job is None else self._job.workflow.project

    @property
    def job(self) -> Job:
        if self._job is None:
            raise LookupError("a step of an action has no job")
        return self._job

    @property
    def in_action(self) -> bool:
        return self._job is None

    @once
    def id(self) -> Scalar | None:
        return scalar(self.get("id"))

    @once
    def name(self) -> Scalar | None:
        return scalar(self.get("name"))

    @once
    def run(self) -> Scalar | None:
        return scalar(self.get("run"))

    @once
    def uses(self) -> Scalar | None:
        return scalar(self.get("uses"))

    @once
    def if_(self) -> Scalar | None:
        return scalar(self.get("if"))

    @once
    def with_(self) -> Mapping | None:
        return mapping(self.get("with"))

    @once
    def env(self) -> Node | None:
        return self.get("env")

    @once
    def shell(self) -> Scalar | None:
        return scalar(self.get("shell"))

    @once
    def working_directory(self) -> Scalar | None:
        return scalar(self.get("working-directory"))

    @once
    def timeout_minutes(self) -> Node | None:
        return self.get("timeout-minutes")


class Service(View):
    """A service container; written as an image alone, its `node` is empty and `value` the image."""

    def __init__(self, entry: Entry, job: Job) -> None:
        value = entry.value
        super().__init__(value if isinstance(value, Mapping) else Mapping(value.start, False, None, None))
        self.key = entry.key
        self.value = value
        self.job = job
        self.alias = entry.alias

    @property
    def id(self) -> str:
        return self.key.value

    def alias_of(self, offset: int) -> Span | None:
        """The alias here that stands for the text at an offset; None for text that is written here, or elsewhere."""
        if self.alias is not None:
            return self.alias if self.value.start <= offset < self.value.end else None
        for entry in self.node:
            if entry.alias is not None and entry.value.start <= offset < entry.value.end:
                return entry.alias
        return None

    @once
    def image(self) -> Scalar | None:
        return scalar(self.value if isinstance(self.value, Scalar) else self.get("image"))

    @once
    def options(self) -> Scalar | None:
        return scalar(self.get("options"))

    @once
    def command(self) -> Scalar | None:
        return scalar(self.get("command"))

    @once
    def entrypoint(self) -> Scalar | None:
        return scalar(self.get("entrypoint"))

    @once
    def env(self) -> Mapping | None:
        return mapping(self.get("env"))

    @once
    def credentials(self) -> Mapping | None:
        return mapping(self.get("credentials"))

    @once
    def ports(self) -> tuple[Scalar, ...]:
        return scalars(self.get("ports"))

    @once
    def volumes(self) -> tuple[Scalar, ...]:
        return scalars(self.get("volumes"))


class Action(View):
    """An action's metadata file."""

    def __init__(self, document: Document, project: Project = NOWHERE) -> None:
        super().__init__(mapping(document.root) or Mapping(0, False, None, None))
        self.document = document
        self.project = project

    @property
    def source(self) -> Source:
        return self.document.source

    @once
    def runs(self) -> Mapping | None:
        return mapping(self.get("runs"))

    @property
    def using(self) -> str | None:
        return text_of(self.runs.get("using")) if self.runs else None

    @once
    def inputs(self) -> dict[str, Entry]:
        return {entry.name: entry for entry in mapping(self.get("inputs")) or ()}

    @once
    def outputs(self) -> dict[str, Entry]:
        return {entry.name: entry for entry in mapping(self.get("outputs")) or ()}

    @once
    def steps(self) -> tuple[Step, ...]:
        """The steps of a composite action; they have no job."""
        found: list[Step] = []
        _collect(self.runs.get("steps") if self.runs else None, None, None, found, self.project)
        return tuple(found)
