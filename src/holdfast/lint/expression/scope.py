"""What the contexts hold at one place of a file: needs, steps, matrix, inputs, services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Properties
from functools import lru_cache

from holdfast.document import Entry, Mapping, Node, Scalar, Sequence
from holdfast.lint.called import callee, declared
from holdfast.lint.expression import contexts
from holdfast.lint.expression.types import (
    ANY,
    BOOLEAN,
    LOOSE,
    NUMBER,
    TEXT,
    Array,
    Object,
    Type,
    closed,
    texts,
    union,
)
from holdfast.lint.project import Project
from holdfast.lint.references import metadata_of
from holdfast.lint.site import Site
from holdfast.lint.workflow import Action, Job, Service, Step, Workflow, is_expression, mapping, text_of

_VARIABLES = Object(rest=TEXT, what="the context")
_GITHUB = contexts.github(ANY)  # what is the same in every workflow without inputs of a dispatch
_STEP_STATES = {"outcome": contexts.RESULT, "conclusion": contexts.RESULT}


_EVERYWHERE: dict[str, Type] = {
    "github": _GITHUB,
    "secrets": _VARIABLES,
    "vars": _VARIABLES,
    "runner": contexts.RUNNER,
    "strategy": contexts.STRATEGY,
}


class OfThisFile(Exception):
    """What a context holds is for the file to say."""


def everywhere(name: str) -> Type:
    """The type of a context that is the same in every file. Raises OfThisFile for the others."""
    try:
        return _EVERYWHERE[name]
    except KeyError:
        raise OfThisFile from None


def is_usual(site: Site) -> bool:
    """Whether the github context holds at a place what it holds `everywhere`."""
    return _github(site.workflow) is _GITHUB


def scope(site: Site) -> Callable[[str], Type]:
    """The type of each context at a place."""

    def context(name: str) -> Type:
        if name == "github":
            return _github(site.workflow)
        if name == "inputs":
            return _action_inputs(site.action) if site.action else _inputs(site.workflow)
        if name in ("vars", "secrets"):
            return _VARIABLES
        if name == "env":
            return _env(site)
        if name == "steps":
            return _steps(site)
        if name == "jobs":
            return _jobs(site.workflow) if site.workflow else ANY
        if site.job is None:
            return contexts.UNKNOWN.get(name, ANY)
        per_job = _PER_JOB.get(name)
        return per_job(site.job) if per_job else contexts.UNKNOWN[name]

    return context


@lru_cache(maxsize=16)
def _github(workflow: Workflow | None) -> Type:
    if workflow is None:
        return _GITHUB
    dispatch = workflow.events.get("workflow_dispatch")
    events = set(workflow.events)
    if dispatch is None or "workflow_call" in events:
        return _GITHUB
    given = {name: _event_input(entry.value) for name, entry in dispatch.inputs.items()}
    inputs = closed(given, "the inputs of workflow_dispatch", "unknown-input", "declare it under inputs")
    return contexts.github(Object({"inputs": inputs if given else LOOSE}, ANY))


def _event_input(node: Node) -> Type:
    """`github.event.inputs` holds texts, whatever the type of the input is."""
    kind = text_of(body.get("type")) if (body := mapping(node)) else None
    return texts(("true", "false")) if kind == "boolean" else TEXT


# inputs ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _inputs(workflow: Workflow | None) -> Type:
    """The inputs of both events that have any; an input of both is either's."""
    if workflow is None:
        return LOOSE
    found: dict[str, list[Type]] = {}
    names: list[str] = []
    for event in ("workflow_call", "workflow_dispatch"):
        view = workflow.events.get(event)
        if view is None:
            continue
        if is_expression(view.value):
            return LOOSE
        for name, entry in view.inputs.items():
            found.setdefault(name.lower(), []).append(_input(entry.value))
            names.append(name)
    properties = {name: union(types) for name, types in found.items()}
    what = "the workflow's inputs" if properties else "the inputs, this workflow declares none"
    cure = "" if properties else "declare it under on.workflow_dispatch or on.workflow_call"
    return Object(properties, None, "unknown-input", what, cure, tuple(dict.fromkeys(names)))


def _input(node: Node) -> Type:
    body = mapping(node)
    kind = text_of(body.get("type")) if body else None
    if kind == "boolean":
        return BOOLEAN
    if kind == "number":
        return NUMBER
    return TEXT


@lru_cache(maxsize=16)
def _action_inputs(action: Action) -> Type:
    properties: dict[str, Type] = dict.fromkeys(action.inputs, TEXT)
    return closed(
        properties, "the action's inputs", "unknown-input", "" if properties else "declare it under inputs"
    )


# env -------------------------------------------------------------------------------------------------------

# Well-known actions that set no variable for the steps behind them.
_SILENT_ACTIONS = (
    "actions/checkout@",
    "actions/cache@",
    "actions/upload-artifact@",
    "actions/download-artifact@",
)


def _env(site: Site) -> Type:
    """The variables set in the file, where nothing else can set one."""
    if site.job is None or site.step is None or _may_set_more(site.job):
        return _VARIABLES
    found: dict[str, Type] = {}
    for node in (site.job.workflow.env, site.job.env, site.step.env):
        if isinstance(node, Mapping):
            found |= {entry.name: TEXT for entry in node}
        elif node is not None:
            return _VARIABLES
    if any("${{" in name for name in found):
        return _VARIABLES
    return closed(found, "the variables set here", "unset-variable", "" if found else "set it under env")


@lru_cache(maxsize=64)
def _may_set_more(job: Job) -> bool:
    """Whether a step may set variables: by an action, or by a script that names the file for them or runs another."""
    if job.container is not None or is_expression(job.env):
        return True
    for step in job.steps:
        uses = step.uses
        if uses is not None and not uses.value.startswith(_SILENT_ACTIONS):
            return True
        script = step.run.value if step.run is not None else ""
        if "GITHUB_ENV" in script or "set-env" in script or "/" in script or step.shell is not None:
            return True
    return False


# steps -----------------------------------------------------------------------------------------------------


def _steps(site: Site) -> Type:
    """The steps with an id that have begun; in a job's outputs, all of them."""
    owner = site.job or site.action
    if owner is None:
        return ANY
    known = _all_steps(owner)
    if site.step is None:
        return known
    before = _Before(known.properties, _step_places(owner), site.step.index)
    cure = "only steps with an id that stand before this one have run" if known.names else known.cure
    return Object(before, None, "unknown-step", "the steps before this one", cure, known.names)


class _Before(Properties[str, Type]):
    """The steps before one of them, without a copy: there may be thousands that read each other."""

    def __init__(self, known: Properties[str, Type], places: dict[str, int], index: int) -> None:
        self.known = known
        self.places = places
        self.index = index

    def __getitem__(self, name: str) -> Type:
        if self.places.get(name, self.index) >= self.index:
            raise KeyError(name)
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.known if self.places[name] < self.index)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=64)
def _step_places(owner: Job | Action) -> dict[str, int]:
    """The first step of each id, in lower case."""
    return {step.id.value.lower(): step.index for step in reversed(owner.steps) if step.id is not None}


@lru_cache(maxsize=64)
def _all_steps(owner: Job | Action) -> Object:
    project = owner.workflow.project if isinstance(owner, Job) else owner.project
    found: dict[str, Type] = {}
    for step in owner.steps:
        if step.id is not None:
            outputs = _step_outputs(step, project)
            found[step.id.value] = closed({"outputs": outputs, **_STEP_STATES}, f"the step {step.id.value}")
    return closed(found, "the job's steps", "unknown-step", "" if found else "give the step an id")


def _step_outputs(step: Step, project: Project) -> Type:
    uses = step.uses
    if uses is None or is_expression(uses):
        return _VARIABLES
    metadata = metadata_of(uses.value, project)
    if metadata is None or metadata.outputs is None:
        return _VARIABLES
    outputs: dict[str, Type] = dict.fromkeys(metadata.outputs, TEXT)
    cure = "" if outputs else "it has no outputs"
    return closed(outputs, f"the outputs of {metadata.where}", "unknown-output", cure)


# jobs ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _needs(job: Job) -> Type:
    found: dict[str, Type] = {}
    if is_expression(job.get("needs")):
        return LOOSE
    for name in job.needs:
        needed = job.workflow.job(name.value)
        outputs = _job_outputs(needed) if needed is not None else LOOSE
        found[name.value] = closed({"result": contexts.RESULT, "outputs": outputs}, f"the job {name.value}")
    cure = "add the job to needs"
    what = f"the needs of {job.id}"
    return closed(found, what, "undeclared-need", f"{cure}; so far: {', '.join(found)}" if found else cure)


@lru_cache(maxsize=64)
def _job_outputs(job: Job) -> Type:
    uses = job.uses
    if uses is not None:
        return _called_outputs(job, uses.value)
    outputs = job.get("outputs")
    if outputs is not None and not isinstance(outputs, Mapping):
        return _VARIABLES
    names: dict[str, Type] = {entry.name: TEXT for entry in job.outputs or ()}
    if any(is_expression(entry.key) for entry in job.outputs or ()):
        return _VARIABLES
    cure = "" if names else "declare it under the job's outputs"
    return closed(names, f"the outputs of the job {job.id}", "unknown-output", cure)


def _called_outputs(job: Job, uses: str) -> Type:
    called = callee(job)
    outputs = declared(called, "outputs") if called is not None else None
    if outputs is None:
        return _VARIABLES
    names: dict[str, Type] = {entry.name: TEXT for entry in outputs.values()}
    return closed(names, f"the outputs of {uses}", "unknown-output", "" if names else "it declares none")


@lru_cache(maxsize=16)
def _jobs(workflow: Workflow) -> Type:
    """The jobs, as the outputs of a called workflow see them."""
    found: dict[str, Type] = {
        job.id: closed({"result": contexts.RESULT, "outputs": _job_outputs(job)}, f"the job {job.id}")
        for job in workflow.jobs
    }
    return closed(found, "the workflow's jobs", "unknown-job")


@lru_cache(maxsize=64)
def _job(job: Job) -> Type:
    properties: dict[str, Type] = dict.fromkeys(contexts.JOB_TEXTS, TEXT)
    properties |= {"status": contexts.JOB_STATUS, "container": contexts.CONTAINER, "services": _services(job)}
    return closed(properties, "the job context")


def _services(job: Job) -> Type:
    services = job.get("services")
    if services is not None and not isinstance(services, Mapping):
        return LOOSE
    if any(is_expression(service.key) for service in job.services):
        return LOOSE
    found: dict[str, Type] = {service.id: _service(service) for service in job.services}
    cure = "" if found else "the job has no services"
    return closed(found, "the job's services", "unknown-service", cure)


def _service(service: Service) -> Type:
    return closed(
        {"id": TEXT, "network": TEXT, "ports": _ports(service)},
        f"the service {service.id}",
        "unknown-service",
    )


def _ports(service: Service) -> Type:
    """The container ports that are published: `6379:6379/tcp` is read as `ports['6379']`."""
    ports = service.get("ports")
    if is_expression(service.value) or (ports is not None and not isinstance(ports, Sequence)):
        return _VARIABLES
    if any(is_expression(port) for port in service.ports):
        return _VARIABLES
    found: dict[str, Type] = {port.value.rpartition(":")[2].partition("/")[0]: TEXT for port in service.ports}
    cure = "" if found else "publish the port under the service's ports"
    return closed(found, f"the ports of {service.id}", "unknown-service", cure)


# matrix ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _matrix(job: Job) -> Type:
    """The keys of the rows and of every include; anything once one of them is computed."""
    strategy = job.get("strategy")
    node = job.matrix
    if is_expression(strategy) or is_expression(node):
        return LOOSE
    if not isinstance(node, Mapping):
        return closed(
            {}, f"the matrix, the job {job.id} has none", "unknown-matrix-key", "add strategy.matrix"
        )
    found: dict[str, list[Type]] = {}
    names: list[str] = []
    complete = True
    for entry in node:
        if is_expression(entry.key):
            complete = False
        elif entry.name == "include":
            complete = _included(entry.value, found, names) and complete
        elif entry.name != "exclude":
            found.setdefault(entry.name.lower(), []).append(_row(entry.value))
            names.append(entry.name)
    properties = {name: union(types) for name, types in found.items()}
    rest = None if complete else ANY
    what = f"the matrix of {job.id}"
    return Object(properties, rest, "unknown-matrix-key", what, "", tuple(dict.fromkeys(names)))


def _included(node: Node, found: dict[str, list[Type]], names: list[str]) -> bool:
    """Add the keys of each include; False where they are computed."""
    if not isinstance(node, Sequence):
        return False
    complete = True
    for item in node:
        if not isinstance(item, Mapping):
            complete = False
            continue
        for entry in item:
            if is_expression(entry.key):
                complete = False
            found.setdefault(entry.name.lower(), []).append(_literal(entry.value))
            names.append(entry.name)
    return complete


def _row(node: Node) -> Type:
    if not isinstance(node, Sequence):
        return ANY
    values = [item.value for item in node.items if isinstance(item, Scalar) and item.tag == "str"]
    if values and len(values) == len(node.items) and "${{" not in "".join(values):
        return texts(values)
    return union(map(_literal, node))


def _literal(node: Node) -> Type:
    """The type of a value as written; anything where it is computed."""
    if isinstance(node, Sequence):
        return Array(union(map(_literal, node)))
    if isinstance(node, Mapping):
        return _literal_mapping(node.entries)
    if not isinstance(node, Scalar) or is_expression(node):
        return ANY
    match node.tag:
        case "bool":
            return BOOLEAN
        case "int" | "float":
            return NUMBER
        case "null":
            return ANY
    return texts((node.value,))


def _literal_mapping(entries: Iterable[Entry]) -> Type:
    """Rows of mappings need not agree in keys, so a missing one is null rather than a mistake."""
    properties = {}
    for entry in entries:
        if is_expression(entry.key):
            return LOOSE
        properties[entry.name] = _literal(entry.value)
    return closed(properties, "this entry of the matrix", "unknown-matrix-key")


_PER_JOB: dict[str, Callable[[Job], Type]] = {"needs": _needs, "matrix": _matrix, "job": _job}
