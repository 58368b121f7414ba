"""The rendered workflow, read back and compared with the plan: what was meant is what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.document import Document, Node, Scalar, Sequence, read
from holdfast.document import Mapping as Table
from holdfast.plan.model import Container, Job, Plan, Step, Tree
from holdfast.plan.server import line
from holdfast.text import Source


def differences(plan: Plan, text: str) -> tuple[str, ...]:
    """Where the text says something else than the plan; empty, unless there is a bug."""
    return compared(plan, read(Source(plan.path, text)))


def compared(plan: Plan, document: Document) -> tuple[str, ...]:
    """The same, for a text that was read already."""
    if document.errors:
        return tuple(error.message for error in document.errors)
    found = value(document.root)
    if not isinstance(found, Mapping):
        return ("the workflow is no mapping",)
    return tuple(_compare(expected(plan), found, ""))


def value(node: Node | None) -> Tree:
    """A node as plain values, by YAML 1.2."""
    if isinstance(node, Scalar):
        return node.typed
    if isinstance(node, Sequence):
        return [value(item) for item in node.items]
    if isinstance(node, Table):
        return {entry.key.value: value(entry.value) for entry in node.entries}
    return None


def expected(plan: Plan) -> Mapping[str, Tree]:
    """A plan as the plain values that its workflow must hold."""
    return _given(
        name=plan.name,
        on=plan.on,
        permissions=dict(plan.permissions),
        concurrency=plan.concurrency,
        env=plan.env or None,
        jobs={job.id: _job(job) for job in plan.jobs},
    )


def _given(**values: Tree) -> dict[str, Tree]:
    return {name.rstrip("_").replace("_", "-"): value for name, value in values.items() if value is not None}


def _job(job: Job) -> Tree:
    if job.raw is not None:
        return job.raw
    strategy = job.strategy
    made = _given(
        name=job.name or None,
        needs=list(job.needs) or None,
        if_=job.if_ or None,
        runs_on=job.runs_on[0] if len(job.runs_on) == 1 else list(job.runs_on),
        timeout_minutes=job.timeout_minutes,
        permissions=None if job.permissions is None else dict(job.permissions),
        container=None if job.container is None else _container(job.container),
        services={name: _container(one) for name, one in job.services.items()} or None,
        env=dict(job.env) or None,
        defaults={
            "run": {"shell": "bash"}
            | ({"working-directory": job.working_directory} if job.working_directory else {})
        },
        steps=[_step(step) for step in job.steps],
    )
    if strategy is not None:
        made["strategy"] = _given(
            fail_fast=strategy.fail_fast, max_parallel=strategy.max_parallel, matrix=strategy.matrix
        )
    return made


def _container(container: Container) -> Tree:
    return _given(
        image=container.image,
        credentials=dict(container.credentials) or None,
        env=dict(container.env) or None,
        ports=list(container.ports) or None,
        volumes=list(container.volumes) or None,
        options=" ".join(line(pair) for pair in container.options) or None,
        command=container.command or None,
    )


def _step(step: Step) -> Tree:
    if step.raw is not None:
        return step.raw
    made = _given(
        name=step.name,
        id=step.id or None,
        if_=step.if_ or None,
        timeout_minutes=step.timeout_minutes,
        uses=f"{step.uses.name}@{step.uses.sha}" if step.uses else None,
        env=dict(step.env) or None,
    )
    if step.with_:
        made["with"] = dict(step.with_)
    if step.run:
        made["run"] = step.run if "\n" not in step.run or step.run.endswith("\n") else f"{step.run}\n"
    return made


def _compare(wanted: Tree, found: Tree, path: str) -> Iterator[str]:
    if isinstance(wanted, Mapping):
        if wanted or found not in (None, {}):
            yield from _compare_tables(wanted, found, path)
    elif isinstance(wanted, list | tuple):
        if not isinstance(found, list) or len(found) != len(wanted):
            yield f"{path}: {found!r} instead of {wanted!r}"
            return
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _compare(one, other, f"{path}[{index}]")
    elif wanted != found or (type(wanted) is not type(found) and not isinstance(wanted, str)):
        yield f"{path}: {found!r} instead of {wanted!r}"


def _compare_tables(wanted: Mapping[str, Tree], found: Tree, path: str) -> Iterator[str]:
    if not isinstance(found, Mapping):
        yield f"{path}: {found!r} instead of {wanted!r}"
        return
    for name, inner in wanted.items():
        if name not in found:
            yield f"{path}.{name} is missing"
        else:
            yield from _compare(inner, found[name], f"{path}.{name}")
    for name in found:
        # a script of our own templates is not in the plan, word for word
        if name not in wanted and name != "run":
            yield f"{path}.{name} was not planned"
