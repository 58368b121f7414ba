"""What the workflow as a whole cannot be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import zip_longest

from holdfast import __version__
from holdfast.spec.checks.problem import Problem, Problems
from holdfast.spec.locate import Path
from holdfast.spec.model import PullRequest, Push, Spec
from holdfast.spec.units import quoted, short

_CLAUSE = re.compile(r"(>=|<=|==|!=|~=|>|<)?\s*(\d{1,9}(?:\.\d{1,9})*)(\.\*)?", re.ASCII)


def names(spec: Spec) -> Problems:
    """GitHub compares job ids without regard to case; a job with shards brings a second one that joins them."""
    seen: dict[str, Path] = {}
    for name, path in _ids(spec):
        first = seen.setdefault(name.lower(), path)
        if first != path:
            taken = ".".join(str(part) for part in first)
            yield Problem(
                "job-twice", path, f"the id {name} is taken already, by {taken}", "choose another", (first,)
            )


def _ids(spec: Spec) -> Iterator[tuple[str, Path]]:
    """Every job id of the workflow, with the place that brings it; the spec's own jobs first."""
    for name, job in spec.jobs.items():
        yield name, ("jobs", name)
        if job.shards > 1:
            yield f"{name}-shards", ("jobs", name, "shards")
    for name in spec.workflow.jobs:
        yield name, ("workflow", "jobs", name)


def needs(spec: Spec) -> Problems:
    """Jobs need jobs that exist, and not in a circle."""
    known = [*spec.jobs, *spec.workflow.jobs]
    for name, job in spec.jobs.items():
        for index, needed in enumerate(job.needs):
            path = ("jobs", name, "needs", index)
            if needed == name:
                yield Problem("needs-unknown", path, f"the job {name} needs itself", "remove it")
            elif needed not in known:
                near = get_close_matches(needed, known, 1)
                cure = f"write {near[0]}" if near else f"write one of {', '.join(known)}"
                yield Problem("needs-unknown", path, f"there is no job {quoted(needed)}", cure)
    yield from _circles(spec)


def _circles(spec: Spec) -> Problems:
    edges = {name: job.needs for name, job in spec.jobs.items()}
    for name in edges:
        if any(needed != name and _reaches(edges, needed, name) for needed in edges[name]):
            yield Problem(
                "needs-circle",
                ("jobs", name, "needs"),
                f"the job {name} waits, through others, for itself",
                "remove one of the needs",
            )
            return


def _reaches(edges: dict[str, tuple[str, ...]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            todo += edges.get(name, ())
    return False


def triggers(spec: Spec) -> Problems:
    """Something starts the workflow, by filters that GitHub takes."""
    on = spec.workflow.on
    # `workflow_call: {}` is on, as GitHub reads an event with nothing after it
    started = on.push or on.pull_request or on.schedule or on.events
    if not started and on.workflow_dispatch is False and on.workflow_call is False:
        yield Problem("no-trigger", ("workflow", "on"), "nothing starts the workflow", "write on: push")
    for name, filters in (("push", on.push), ("pull_request", on.pull_request)):
        for kind in ("branches", "tags", "paths"):
            if _written(filters, kind) and _written(filters, f"{kind}_ignore"):
                yield Problem(
                    "filters-together",
                    ("workflow", "on", name, f"{kind}-ignore"),
                    f"GitHub refuses {kind} and {kind}-ignore together",
                    f"write the exceptions in {kind}, with ! in front",
                    (("workflow", "on", name, kind),),
                )


def _written(filters: Push | PullRequest | None, kind: str) -> bool:
    return bool(getattr(filters, kind, None))


def version(spec: Spec) -> Problems:
    """This version of Holdfast is one that the spec asks for."""
    if spec.required_version is None:
        return
    for clause in spec.required_version.split(","):
        found = _CLAUSE.fullmatch(clause.strip())
        if found is None:
            yield Problem(
                "required-version",
                ("required-version",),
                f"{quoted(clause.strip())} is not a condition on a version",
                "write such as >=0.1,<0.3 or ==0.1.*",
            )
        elif not _holds(found[1] or "==", _numbers(found[2]), bool(found[3])):
            yield Problem(
                "required-version",
                ("required-version",),
                f"this is holdfast {__version__}, and the spec asks for {short(spec.required_version)}",
                "install a version that fits, or change required-version",
            )
            return


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def _holds(relation: str, wanted: tuple[int, ...], prefix: bool) -> bool:
    mine = _numbers(__version__)
    order = _compare(mine, wanted)
    if prefix:
        order = _compare(mine[: len(wanted)], wanted)
    match relation:
        case "==":
            return order == 0
        case "!=":
            return order != 0
        case ">=":
            return order >= 0
        case "<=":
            return order <= 0
        case ">":
            return order > 0
        case "<":
            return order < 0
    return order >= 0 and mine[: max(len(wanted) - 1, 1)] == wanted[: max(len(wanted) - 1, 1)]


def _compare(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    pairs: Iterator[tuple[int, int]] = zip_longest(left, right, fillvalue=0)
    return next((1 if a > b else -1 for a, b in pairs if a != b), 0)


CHECKS = (names, needs, triggers, version)
