"""From a spec and the project's files to a plan. Pure: what lies in the project was read before."""

from __future__ import annotations

import math
from collections.abc import Mapping

from holdfast.facts import images, services
from holdfast.plan import scripts, server, steps
from holdfast.plan.compose import compose
from holdfast.plan.model import Container, Plan, Step, Strategy, Tree
from holdfast.plan.model import Job as Planned
from holdfast.plan.project import Folder
from holdfast.plan.stacks import Stack, stack
from holdfast.spec.model import Concurrency, Job, Push, RedisService, Service, Spec, Triggers, Workflow

# Set-up before the gate, and the upload after the tests, in seconds: what the job's limit leaves for them.
SET_UP, UPLOAD = 300, 300

Folders = Mapping[str, Folder]


def folders_of(spec: Spec) -> tuple[str, ...]:
    """The folders whose files a plan needs to know."""
    return tuple(dict.fromkeys(job.working_directory for job in spec.jobs.values()))


def detected(spec: Spec, folders: Folders) -> dict[str, str]:
    """What the project said where the spec left it open, by path, for --show-settings."""
    found: dict[str, str] = {}
    for name, job in spec.jobs.items():
        folder = folders.get(job.working_directory, Folder())
        if job.stack == "auto":
            found[f"jobs.{name}.stack"] = folder.stack
        version = _stack(job, folder).detected(folder)
        if version and not job.versions:
            found[f"jobs.{name}.versions"] = f"[{version}]"
    return found


def build_plan(spec: Spec, folders: Folders) -> Plan:
    """The plan of a spec."""
    workflow = spec.workflow
    first = next((job for job in spec.jobs.values() if job.redis is not None), next(iter(spec.jobs.values())))
    jobs: list[Planned] = []
    for name, job in spec.jobs.items():
        jobs += _jobs(name, job, spec, first, folders.get(job.working_directory, Folder()))
    raw = [Planned(id=name, raw=tree) for name, tree in workflow.jobs.items()]
    return Plan(
        path=workflow.path,
        name=workflow.name,
        on=triggers(workflow.on),
        permissions=dict(workflow.permissions.items()),
        concurrency=_concurrency(workflow.concurrency),
        env=workflow.env,
        jobs=(*jobs, *raw),
        scripts=scripts.written(workflow, first),
        attributes=f"{workflow.scripts}/.gitattributes",
        target=spec.target,
        compose=(spec.compose, compose(first)) if spec.compose and first.redis else None,
    )


def _concurrency(asked: Concurrency | None) -> Mapping[str, Tree] | None:
    if asked is None:
        return None
    return {"group": asked.group, "cancel-in-progress": asked.cancel_in_progress}


def triggers(on: Triggers) -> dict[str, Tree]:
    """`on` as GitHub writes it."""
    events: dict[str, Tree] = {}
    if on.push is not None:
        events["push"] = _filters(on.push)
    if on.pull_request is not None:
        events["pull_request"] = _filters(on.pull_request)
    if on.schedule:
        events["schedule"] = [{"cron": cron} for cron in on.schedule]
    for name in ("workflow_dispatch", "workflow_call"):
        asked = getattr(on, name)
        if asked is not False:
            events[name] = None if asked is True else asked
    return {**events, **on.events}


def _filters(event: Push | object) -> Tree:
    found = {
        name.replace("_", "-"): list(getattr(event, name))
        for name in ("branches", "branches_ignore", "tags", "tags_ignore", "paths", "paths_ignore", "types")
        if getattr(event, name, ())
    }
    return found or None


# Jobs.


def _stack(job: Job, folder: Folder) -> Stack:
    return stack(folder.stack if job.stack == "auto" else job.stack)


def _jobs(name: str, job: Job, spec: Spec, first: Job, folder: Folder) -> list[Planned]:
    planned = [_job(name, job, spec, first, folder)]
    if job.shards > 1:
        planned.append(_fan_in(name, job, spec.workflow))
    return planned


def _job(name: str, job: Job, spec: Spec, first: Job, folder: Folder) -> Planned:
    workflow = spec.workflow
    return Planned(
        id=name,
        name=job.name or _name(name, job, folder),
        needs=job.needs,
        if_=job.if_ or "",
        runs_on=job.runner or workflow.runner,
        permissions=None if job.permissions is None else dict(job.permissions.items()),
        timeout_minutes=_limit(job),
        strategy=_strategy(job, folder),
        container=_container(job),
        services=_services(job, spec.target),
        env=_env(job),
        working_directory="" if job.working_directory == "." else job.working_directory,
        steps=tuple(_steps(job, spec, first, folder)),
    )


def _name(name: str, job: Job, folder: Folder) -> str:
    """The key, and what tells the legs apart."""
    parts = []
    axis = _stack(job, folder).AXIS
    if len(job.versions) > 1 and axis:
        parts.append(f"{axis} ${{{{ matrix.{axis} }}}}")
    if job.matrix.redis and job.redis is not None:
        parts.append(server.image(job.redis, job))
    parts += [f"${{{{ matrix.{axis} }}}}" for axis in job.matrix.axes]
    if job.shards > 1:
        parts.append(f"${{{{ matrix.shard }}}} of {job.shards}")
    return f"{name} ({', '.join(parts)})" if parts else name


def _limit(job: Job) -> int:
    """The job's minutes: as the spec says, else set-up, gate, retries and upload together."""
    if job.timeout is not None:
        return math.ceil(job.timeout / 60)
    gate = job.readiness.deadline if job.redis is not None else 0
    return math.ceil((SET_UP + gate + job.retry.deadline + UPLOAD) / 60)


def _strategy(job: Job, folder: Folder) -> Strategy | None:
    matrix: dict[str, Tree] = {}
    axis = _stack(job, folder).AXIS
    if len(job.versions) > 1 and axis:
        matrix[axis] = list(job.versions)
    if job.matrix.redis and job.redis is not None:
        matrix["redis"] = _legs(job, job.redis)
    matrix |= {name: list(values) for name, values in job.matrix.axes.items()}
    if job.shards > 1:
        matrix["shard"] = list(range(1, job.shards + 1))
    if job.matrix.include:
        matrix["include"] = list(job.matrix.include)
    if job.matrix.exclude:
        matrix["exclude"] = list(job.matrix.exclude)
    if not matrix:
        return None
    return Strategy(matrix, job.matrix.fail_fast, job.matrix.max_parallel)


def _legs(job: Job, redis: RedisService) -> list[Tree]:
    """The Redis axis; where families differ, each leg brings the words behind its image's name."""
    mixed = len(server.families(job, redis)) > 1
    if all(isinstance(leg, str) for leg in job.matrix.redis) and not mixed:
        return [str(leg) for leg in job.matrix.redis]
    legs: list[Tree] = []
    for leg in job.matrix.redis:
        parts = images.parse(leg) if isinstance(leg, str) else None
        name, version = (parts.name, parts.tag) if parts else (leg.image, leg.version)  # type: ignore[union-attr]  # else an Image
        found: dict[str, Tree] = {"image": name, "version": version}
        if mixed:
            family = images.family(name) or redis.server
            found["command"] = server.line(server.words(family, server.settings(redis)))
        legs.append(found)
    return legs


def _container(job: Job) -> Container | None:
    asked = job.container
    if asked is None:
        return None
    return Container(
        image=asked.image,
        env=asked.env,
        ports=asked.ports,
        volumes=asked.volumes,
        options=tuple((word,) for word in asked.options),
        credentials=server.credentials(asked.credentials),
        note="" if "@sha256:" in asked.image or "${{" in asked.image else server.UNPINNED,
    )


def _services(job: Job, target: str) -> dict[str, Container]:
    found: dict[str, Container] = {}
    if job.redis is not None and job.redis.placement == "service":
        found[job.redis.id] = server.service(job.redis, job, target)
    return found | {name: _beside(asked, job, target) for name, asked in job.services.items()}


def _beside(asked: Service, job: Job, target: str) -> Container:
    """A service beside Redis: what its family needs where the spec says nothing."""
    known = services.known(asked.image)
    env = asked.env if asked.env is not None else (known.env if known else {})
    ports = asked.ports if asked.ports is not None else ((f"{known.port}:{known.port}",) if known else ())
    options: tuple[tuple[str, ...], ...] = tuple((word,) for word in asked.options)
    if asked.health is not None or known is not None:
        health = asked.health or type(job.redis.health if job.redis else RedisService().health)()
        command = health.command or (known.ping if known else None)
        options = (
            (*server.health_options(health, server.fit(command, target)), *options) if command else options
        )
    return Container(
        image=asked.image,
        env=env,
        ports=() if job.container is not None and asked.ports is None else ports,
        volumes=asked.volumes,
        options=options,
        command=asked.command or "",
        credentials=server.credentials(asked.credentials),
        note="" if "@sha256:" in asked.image or "${{" in asked.image else server.UNPINNED,
    )


def _env(job: Job) -> dict[str, str]:
    """Where Redis is, for the steps and the scripts alike; the spec's own variables win."""
    redis = job.redis
    if redis is None:
        return dict(job.env)
    if job.container is not None:
        host, port = redis.id, str(images.PORT)
    else:
        host, port = "127.0.0.1", str(redis.port)
    if port == "random":
        # the number is known only when the service runs: a step sets it
        return {"REDIS_HOST": host, **job.env}
    where = {"REDIS_URL": _url(redis, host, port), "REDIS_HOST": host, "REDIS_PORT": port}
    if redis.tls:
        where["REDIS_TLS"] = "1"
    return {**where, **job.env}


def _url(redis: RedisService, host: str, port: str) -> str:
    if redis.topology == "sentinel":
        return f"redis+sentinel://{host}:26379,{host}:26380,{host}:26381/main/0"
    return f"{'rediss' if redis.tls else 'redis'}://{host}:{port}/0"


def _steps(job: Job, spec: Spec, first: Job, folder: Folder) -> list[Step]:
    workflow, redis, target = spec.workflow, job.redis, spec.target
    language = _stack(job, folder)
    found = [steps.checkout(), *language.setup(folder, job.working_directory, _version(job, language.AXIS))]
    found += [Step(raw=raw) for raw in job.before]
    if redis is not None:
        found += _ready(job, redis, spec, first)
    policy = job.retry
    limit = max(int(policy.attempt_timeout - min(30, policy.attempt_timeout * 0.05)), 1)
    command = job.run or language.command(folder, limit, job.shards > 1)
    flags = scripts.retry_flags(policy, first.retry)
    found.append(steps.tests(job, workflow, target, command, flags))
    found += [Step(raw=raw) for raw in job.after]
    if job.shards > 1:
        found.append(steps.upload_shard(job))
    if redis is not None:
        found += steps.bundle(job, redis, workflow, target)
        found += [steps.stop(redis)] if redis.placement == "step" else []
    return found


def _version(job: Job, axis: str) -> str:
    if len(job.versions) > 1:
        return f"${{{{ matrix.{axis} }}}}"
    return job.versions[0] if job.versions else ""


def _ready(job: Job, redis: RedisService, spec: Spec, first: Job) -> list[Step]:
    """From a tuned kernel to a server that was checked."""
    workflow, target = spec.workflow, spec.target
    found: list[Step] = []
    if job.kernel.asked:
        found.append(steps.kernel(job, redis, target))
    if redis.password == "random":
        found.append(steps.random_password())
    if redis.placement == "step":
        found += steps.start(job, redis)
    elif target in ("act", "ghes") and server.settings(redis):
        found.append(steps.apply_settings(redis))
    if redis.port == "random" and redis.placement == "service" and job.container is None:
        found.append(steps.published(redis))
    same = scripts.diagnostics(job)["EXPECT"] == scripts.diagnostics(first)["EXPECT"]
    same = same and job.readiness == first.readiness
    expect = None if same else server.expected(redis, job.kernel)
    found.append(steps.gate(job, redis, workflow, target, scripts.wait_flags(job.readiness, first.readiness)))
    found.append(steps.check(job, redis, workflow, target, expect))
    return found


def _fan_in(name: str, job: Job, workflow: Workflow) -> Planned:
    return Planned(
        id=f"{name}-shards",
        name=f"{name}: all shards",
        needs=(name,),
        if_="always()",
        runs_on=job.runner or workflow.runner,
        timeout_minutes=10,
        steps=steps.merge(workflow, name),
    )
