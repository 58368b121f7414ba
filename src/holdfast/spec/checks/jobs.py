"""What a job cannot be asked for, beside its Redis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from holdfast.facts import services
from holdfast.spec.checks.problem import Place, Problem, Problems, notice
from holdfast.spec.locate import Path
from holdfast.spec.model import RedisService, Service
from holdfast.spec.units import Duration, quoted

MOST_LEGS = 256  # GitHub: jobs of one matrix
# What a job does beside the gate and the tests: checkout, language set-up, check, the bundle's upload.
OVERHEAD = Duration(120)
STEP_KEYS = frozenset(
    {
        "name",
        "id",
        "if",
        "run",
        "uses",
        "with",
        "env",
        "shell",
        "working-directory",
        "timeout-minutes",
        "continue-on-error",
    }
)
_OTHER_SYSTEM = re.compile(r"(?:windows|macos)(?:-.*)?", re.IGNORECASE)
# A hosted runner ends a job after 6 hours (docs: usage limits).
HOSTED_LIMIT = Duration(6 * 3600)
_HOSTED = re.compile(r"ubuntu-(?:latest|[0-9.]+)(?:-arm)?")
# Contexts that do not exist yet where the runner creates containers (facts: section 1.1).
_LATE_CONTEXT = re.compile(r"\$\{\{[^}]*\b(env|secrets|steps|job|runner)\s*[.\[]")
_FROM_MATRIX = re.compile(r"\$\{\{\s*matrix\.([A-Za-z_][\w-]*)\s*\}\}")
_HOST_PORT = re.compile(r"(?:.*:)?(\d+):\d+(?:/(\w+))?")


def ports(place: Place, redis: RedisService | None) -> Problems:
    """Two containers cannot publish one port of the runner; in a container job nothing is published."""
    if place.in_container:
        if redis is not None and redis.port == "random":
            yield notice(
                "port-in-container",
                place.path("redis", "port"),
                "nothing is published in a container job: the server is at its service id, port 6379",
                "remove it",
            )
        return
    taken: dict[tuple[int, str], Path] = {}
    for port, protocol, path in _published(place, redis):
        first = taken.setdefault((port, protocol), path)
        if first != path:
            yield Problem(
                "port-used-twice",
                path,
                f"the runner's port {port} is already taken by "
                f"{first[-2] if first[-1] == 'port' else first[3]}",
                f"publish another one, such as {_free(port, taken)}",
                (first,),
            )


def _published(place: Place, redis: RedisService | None) -> Iterator[tuple[int, str, Path]]:
    if redis is not None and redis.port != "random":
        servers = (redis.nodes or 3) if redis.topology == "cluster" else 1
        for index in range(servers):
            yield redis.port + index, "tcp", place.path("redis", "port")
    for name, service in place.job.services.items():
        for index, pair in enumerate(_ports_of(service)):
            written = service.ports is not None
            path = place.path("services", name, *(("ports", index) if written else ()))
            if found := _HOST_PORT.fullmatch(pair):
                yield int(found[1]), found[2] or "tcp", path


def _ports_of(service: Service) -> tuple[str, ...]:
    if service.ports is not None:
        return service.ports
    known = services.known(service.image)
    return (f"{known.port}:{known.port}",) if known else ()


def _free(port: int, taken: Mapping[tuple[int, str], Path]) -> int:
    numbers = {number for number, _ in taken}
    return next(number for number in range(port + 1, port + 1000) if number not in numbers)


def service_ids(place: Place, redis: RedisService | None) -> Problems:
    """The Redis service has an id of its own."""
    if redis is not None and redis.id in place.job.services:
        yield Problem(
            "service-twice",
            place.path("services", redis.id),
            f"the Redis service has the id {redis.id} already",
            "choose another id, or another redis.id",
        )


def runner(place: Place, redis: RedisService | None) -> Problems:
    """Containers run on Linux runners with a Docker engine only."""
    if redis is None and not place.job.services and not place.in_container:
        return
    for path, label in _labels(place):
        if _OTHER_SYSTEM.fullmatch(label):
            yield Problem(
                "services-need-linux",
                path,
                f"{label} runs no containers: GitHub does so on Linux only",
                "write ubuntu-24.04",
            )
        if label == "ubuntu-slim":
            yield Problem(
                "services-need-linux", path, "ubuntu-slim has no Docker engine", "write ubuntu-24.04"
            )


def _labels(place: Place) -> Iterator[tuple[Path, str]]:
    """The runner's labels; one that the matrix gives stands for each of its values."""
    where = place.path("runner") if place.job.runner is not None else ("workflow", "runner")
    for index, label in enumerate(place.labels):
        found = _FROM_MATRIX.fullmatch(label)
        if found is None:
            yield (*where, index), label
            continue
        values = place.job.matrix.axes.get(found[1], ())
        yield from _each(place.path("matrix", "axes", found[1]), values)


def kernel(place: Place, redis: RedisService | None) -> Problems:
    """Kernel tuning starts the server again: that needs a fixed port, on the runner itself."""
    if not place.job.kernel.asked:
        return
    first = next(
        name for name in ("overcommit", "somaxconn", "thp") if getattr(place.job.kernel, name) is not None
    )
    path = place.path("kernel", first)
    if redis is None:
        yield notice("kernel-without-redis", path, "this job has no Redis to tune for", "write kernel: false")
        return
    reasons = {
        "a job container cannot restart the server, nor set the runner's kernel": place.in_container,
        "container hooks run steps where the runner's kernel is not theirs": place.spec.target == "hooks",
        "the server is started again under the new values, and then has another random port": redis.port
        == "random"
        and redis.placement == "service",
    }
    also = {True: ("container",), False: ("redis", "port")}[place.in_container]
    for reason, holds in reasons.items():
        if holds:
            yield Problem(
                "kernel-not-here",
                path,
                f"kernel tuning cannot work here: {reason}",
                "write kernel: false for this job",
                (place.path(*also),),
            )


def shards(place: Place, redis: RedisService | None) -> Problems:
    """Shards need a way to split the tests."""
    job = place.job
    if job.shards == 1:
        return
    if job.run is not None and "HOLDFAST_SHARD" not in job.run:
        yield Problem(
            "shards-without-split",
            place.path("shards"),
            f"the command does not split: all {job.shards} shards would run the same tests",
            "split by $HOLDFAST_SHARD (from 1) of $HOLDFAST_SHARDS in run, or remove run",
            (place.path("run"),),
        )
    elif job.run is None and job.stack == "none":
        yield Problem(
            "shards-without-split",
            place.path("shards"),
            "a job without a language has no way to split its tests",
            "write run with $HOLDFAST_SHARD and $HOLDFAST_SHARDS, or remove shards",
        )


def command(place: Place, redis: RedisService | None) -> Problems:
    """A job without a language needs a command, and has no versions."""
    job = place.job
    if job.stack == "none" and job.run is None:
        yield Problem(
            "no-command",
            place.path("stack"),
            "a job without a language has no usual test command",
            "write run",
        )
    if job.stack == "none" and job.versions:
        yield Problem(
            "versions-without-stack",
            place.path("versions"),
            "versions are of a language, and stack is none",
            "write stack: go, python or node",
        )


def legs(place: Place, redis: RedisService | None) -> Problems:
    """A matrix has at most 256 legs, and an axis one origin."""
    job = place.job
    count = max(len(job.versions), 1) * max(len(job.matrix.redis), 1) * job.shards
    for values in job.matrix.axes.values():
        count *= max(len(values), 1)
    count += len(job.matrix.include)
    if count > MOST_LEGS:
        yield Problem(
            "too-many-legs",
            place.path("matrix") if job.shards == 1 else place.path("shards"),
            f"the matrix has up to {count} legs, and GitHub runs at most {MOST_LEGS}",
            "use fewer versions, images or shards",
        )
    for name in job.matrix.axes:
        if name in ("redis", "shard", "include", "exclude", job.stack):
            yield Problem(
                "axis-taken",
                place.path("matrix", "axes", name),
                f"the axis {name} is made by other fields",
                "choose another name",
            )
    if job.matrix.redis and redis is None:
        yield Problem(
            "axis-taken", place.path("matrix", "redis"), "this job has no Redis", "remove redis: false"
        )


def timeout(place: Place, redis: RedisService | None) -> Problems:
    """The job's limit leaves room for the gate, the retries and the upload."""
    job = place.job
    if job.timeout is None:
        return
    gate = job.readiness.deadline if redis is not None else Duration(0)
    least = gate + job.retry.deadline + OVERHEAD
    if job.timeout < least:
        yield Problem(
            "timeout-too-small",
            place.path("timeout"),
            f"the gate may take {gate}, the tests {job.retry.deadline}, set-up and upload {OVERHEAD}: "
            f"{job.timeout} ends the job before its diagnostics",
            f"write {ceil(least / 60)}m or more, or lower retry.deadline",
            (place.path("retry", "deadline"),),
        )


def hosted(place: Place, redis: RedisService | None) -> Problems:
    """A hosted runner ends every job after 6 hours."""
    job = place.job
    limit = job.timeout or Duration(job.retry.deadline + OVERHEAD)
    if limit > HOSTED_LIMIT and all(_HOSTED.fullmatch(label) for label in place.labels):
        path = place.path("timeout") if job.timeout else place.path("retry", "deadline")
        yield notice(
            "over-hosted-limit",
            path,
            f"a hosted runner ends the job after {HOSTED_LIMIT}, before {limit}",
            f"write {HOSTED_LIMIT} or less",
        )


def contexts(place: Place, redis: RedisService | None) -> Problems:
    """Containers are created before there are steps, secrets or an environment to speak of."""
    for path, text in _container_texts(place, redis):
        if found := _LATE_CONTEXT.search(text):
            yield Problem(
                "context-not-here",
                path,
                f"{found[1]} is not known yet when the containers are created",
                "use vars, github, inputs or matrix",
            )


def _container_texts(place: Place, redis: RedisService | None) -> Iterator[tuple[Path, str]]:
    """Image, options, volumes, ports and command of each container that the runner creates."""
    if redis is not None and redis.placement == "service":
        yield place.path("redis", "image"), redis.image
        yield from ((place.path("redis", "flags", name), value) for name, value in redis.flags.items())
        yield from _each(place.path("redis", "options"), redis.options)
        yield from _each(place.path("redis", "volumes"), redis.volumes)
    for name, service in place.job.services.items():
        yield place.path("services", name, "image"), service.image
        yield place.path("services", name, "command"), service.command or ""
        yield from _each(place.path("services", name, "options"), service.options)
        yield from _each(place.path("services", name, "volumes"), service.volumes)
        yield from _each(place.path("services", name, "ports"), service.ports or ())


def _each(path: Path, texts: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    return (((*path, index), text) for index, text in enumerate(texts))


def steps(place: Place, redis: RedisService | None) -> Problems:
    """Raw steps have GitHub's keys."""
    for part in ("before", "after"):
        for index, step in enumerate(getattr(place.job, part)):
            yield from _step(place.path(part, index), step)


def _step(path: Path, step: Mapping[str, Any]) -> Problems:
    for name in step:
        if name not in STEP_KEYS:
            yield Problem(
                "step-key", (*path, name), f"a step has no key {quoted(name)}", "write it as GitHub does"
            )
    if ("run" in step) == ("uses" in step):
        told = "both run and uses" if "run" in step else "neither run nor uses"
        yield Problem("step-key", path, f"the step has {told}", "write one of them")


CHECKS = (ports, service_ids, runner, kernel, shards, command, legs, timeout, hosted, contexts, steps)
