"""The edits that put gate, runner, bundle and limits into a job; text beside them stays as it is, byte for byte."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from holdfast import assets
from holdfast.document import Mapping, Scalar
from holdfast.errors import UserError
from holdfast.facts import images
from holdfast.harden import guard, runner
from holdfast.harden.action import in_action
from holdfast.harden.commands import uses_redis
from holdfast.harden.find import Found, command_of, is_ours, under_runner
from holdfast.harden.layout import DIAGNOSTICS, Task, above, below, block, column, dash, end_of, item
from holdfast.harden.where import address, condition, environment, password
from holdfast.lint.images import known
from holdfast.lint.services import host_ports, ports, ports_known
from holdfast.lint.services import images as legs
from holdfast.lint.workflow import Service, Step, text_of
from holdfast.plan import scripts as settings
from holdfast.plan.pins import uses
from holdfast.plan.server import health_options, line
from holdfast.render import scalar
from holdfast.spec.model import HealthCheck
from holdfast.spec.model import Job as Policy
from holdfast.text import Edit

GATE, CHECK, COLLECT, UPLOAD = "Wait for Redis", "Check Redis", "Collect diagnostics", "Upload diagnostics"
KERNEL, BASH = "Configure system for Redis", "Install bash"
PARTS = ("service", "timeouts", "gate", "retry", "bundle")
_FAILED = "failure() || cancelled()"
# A step of ours is known by what it calls, whatever became of its name.
_CALLS = {
    KERNEL: re.compile(r"set_value vm\.overcommit_memory|Configure system for Redis: done"),
    GATE: re.compile(r"redis-diagnostics\.sh[\"']?\s+wait\b"),
    CHECK: re.compile(r"redis-diagnostics\.sh[\"']?\s+check\b"),
    COLLECT: re.compile(r"redis-diagnostics\.sh[\"']?\s+report\b"),
}


def edits(task: Task, part: str) -> tuple[Edit, ...]:
    """All edits of a job for one part. Raises UserError where it cannot be done safely.

    The part bash is what the gate, the runner and the bundle need in a container without it; the part renewed, what of
    the steps that are there speaks of a service or port that is gone.
    """
    makers = {
        "bash": _bash,
        "renewed": _renewed,
        "service": _service,
        "timeouts": _limit,
        "gate": _gate,
        "retry": runner.wrapped,
        "bundle": _bundle,
    }
    service = task.found.service.value if task.found.service is not None else None
    changed = {"service": service, "timeouts": None}.get(part, task.found.job.get("steps"))
    return guard.whole(task.found, makers[part](task), changed)


def changed(task: Task) -> Iterator[str]:
    """The steps of ours that are not as they would be written today."""
    wanted = {**dict(_gate_steps(task)), COLLECT: _collect(task)}
    for name, text in wanted.items():
        step = _present(task.found, name)
        if step is not None and not step.node.flow and _written(task, step).strip() != text.strip():
            yield name


def _written(task: Task, step: Step) -> str:
    first = task.source.offset(task.source.place(dash(task.source, step.node))[0])
    return task.source.text[first : end_of(task.source, step.node, trim=True)]


def _present(found: Found, name: str) -> Step | None:
    for step in found.job.steps:
        if name == UPLOAD:
            path = text_of(step.with_.get("path")) if step.with_ is not None else None
            ours = step.uses is not None and path is not None and "redis-diagnostics" in path
        else:
            ours = step.run is not None and _CALLS[name].search(step.run.value) is not None
        if ours:
            return step
    return None


# The service, where our rules' own fixes leave something to do.


def _service(task: Task) -> Iterator[Edit]:
    """A health check and a published port, where the service has none."""
    service = task.found.service
    if service is None:
        return
    value = service.value
    lines = _missing(task, service)
    if not lines:
        return
    source, style = task.source, task.style
    if isinstance(value, Scalar):
        pad = " " * (column(source, service.key.start) + style.step - style.dash)
        at = below(source, end_of(source, value), len(pad) - 1)
        start = "" if source.text[:at].endswith(("\n", "\r")) else style.end
        made = "".join(f"{pad}{line}{style.end}" for line in _block_lines(lines, task))
        yield Edit(value.start, value.start, f"{style.end}{pad}image: ")
        yield Edit(at, at, start + (made.removesuffix(style.end) if start else made))
        return
    if not isinstance(value, Mapping) or not value.entries:
        return
    if value.flow:
        at = source.text.rindex("}", value.start, value.end)
        at = value.start + len(source.text[value.start : at].rstrip())
        yield Edit(at, at, "".join(f", {name}: {_flow(text)}" for name, text in lines))
        return
    pad = " " * column(source, value.entries[0].key.start)
    at = below(source, end_of(source, value, trim=True), len(pad))
    start = "" if source.text[:at].endswith(("\n", "\r")) else style.end
    made = "".join(f"{pad}{line}{style.end}" for line in _block_lines(lines, task))
    yield Edit(at, at, start + (made.removesuffix(style.end) if start else made))


def _missing(task: Task, service: Service) -> list[tuple[str, tuple[str, ...]]]:
    """The keys that a service lacks, each with its words."""
    lines: list[tuple[str, tuple[str, ...]]] = []
    published = any(port.container == images.PORT for port in ports(service))
    if not task.found.in_container and not published and not service.has("ports"):
        lines.append(("ports", (f"{images.PORT}:{images.PORT}",)))
    command = images.shared_ping(legs(service))
    if command is not None and (word := password(task.found)):
        command = command.replace("-cli ", f"-cli -a {word} --no-auth-warning ", 1)
    # whether an image of no known family brings that client is not known: there the gate alone is the proof
    if not service.has("options") and command is not None and all(map(known, legs(service))):
        health = task.policy.redis.health if task.policy.redis else HealthCheck()
        lines.append(("options", tuple(line(pair) for pair in health_options(health, command))))
    return lines


def _block_lines(lines: list[tuple[str, tuple[str, ...]]], task: Task) -> Iterator[str]:
    pad = " " * (task.style.step - task.style.dash)
    for name, words in lines:
        if name == "ports":
            yield "ports:"
            yield f'{pad}- "{words[0]}"'
        else:
            yield "options: >-"
            yield from (f"{pad}{word}" for word in words)


def _flow(words: tuple[str, ...]) -> str:
    return f'["{words[0]}"]' if len(words) == 1 else f"'{' '.join(words)}'"


# What a change of the services left behind in the steps of ours.

_CONTAINER = re.compile(r"job\.services\.([\w-]+)\.(?:id|ports)")


def _renewed(task: Task) -> Iterator[Edit]:
    """The values in the environment of our steps that name a service or a port which the job has no more."""
    if task.found.service is None:
        return
    wanted = {**environment(task.found), "HOLDFAST_SERVICES": task.found.service.id}
    for step in task.found.job.steps:
        if isinstance(step.env, Mapping) and (is_ours(step) or under_runner(step)):
            for entry in step.env:
                new = wanted.get(entry.name)
                if (
                    new is not None
                    and isinstance(entry.value, Scalar)
                    and _is_stale(task, entry.name, entry.value)
                ):
                    yield Edit(entry.value.start, entry.value.end, scalar.scalar(new))


def _is_stale(task: Task, name: str, node: Scalar) -> bool:
    job = task.found.job
    ids = {service.id for service in job.services}
    if named := _CONTAINER.search(node.value):
        return named[1] not in ids
    if name == "HOLDFAST_SERVICES":
        return node.value not in ids and re.fullmatch(r"[\w-]+", node.value) is not None
    open_ = not all(map(ports_known, job.services)) or task.found.in_container
    return (
        name == "REDIS_PORT" and not open_ and node.value.isdigit() and int(node.value) not in host_ports(job)
    )


# Limits.


def _limit(task: Task) -> Iterator[Edit]:
    """`timeout-minutes` where the job has none: set-up, gate, retries and upload together."""
    job = task.found.job
    if job.has("timeout-minutes"):
        return
    entry = job.entry("steps")
    assert entry is not None
    at = above(task.source, entry.key.start)
    minutes = runner.limit(task)
    if task.source.text[at : entry.key.start].strip() and not task.source.text[at:].lstrip().startswith("#"):
        raise UserError("the steps: stand on the line of another key", "write them on a line of their own")
    yield Edit(at, at, f"{' ' * task.style.keys}timeout-minutes: {minutes}{task.style.end}")


# The steps that are added.


def _bash(task: Task) -> Iterator[Edit]:
    """bash, from the container's own package index, where the container is an Alpine one."""
    if not guard.without_bash(task.found):
        return
    lines = [f"name: {BASH}", *_within(task, 2), "shell: sh"]
    lines.append("run: command -v bash >/dev/null || apk add --no-cache bash")
    place = above(task.source, dash(task.source, _first_user(task).node))
    yield Edit(place, place, item(lines, task.style) + _gap(task))


def _gate(task: Task) -> Iterator[Edit]:
    missing = [text for name, text in _gate_steps(task) if _present(task.found, name) is None]
    if not missing:
        return
    place = above(task.source, dash(task.source, _first_user(task).node))
    yield Edit(place, place, "".join(text + _gap(task) for text in missing))


def _gap(task: Task) -> str:
    return task.style.end if task.style.spaced else ""


def _first_user(task: Task) -> Step:
    """The first step that may want Redis: one that migrates or starts a worker before the tests, or the tests."""
    found, first = task.found, task.tests
    server = found.starter.index if found.starter is not None else -1
    for step in found.job.steps[: first.index]:
        ready = step.index > server and guard.is_checked_out(found, task.scripts, step.index)
        if ready and not is_ours(step) and uses_redis(command_of(step)):
            return step
    return first


def _gate_steps(task: Task) -> Iterator[tuple[str, str]]:
    found, policy = task.found, task.policy
    asks = condition(found)
    if policy.kernel.asked and found.service is not None and not found.in_container:
        yield KERNEL, _kernel(task)
    limit = math.ceil((policy.readiness.deadline + 30) / 60)
    yield GATE, _step(task, GATE, "wait", limit=limit, if_=asks)
    report = 'check --mismatch warn --json "$RUNNER_TEMP/redis-diagnostics.json"'
    yield CHECK, _step(task, CHECK, report, limit=1, if_=asks)


def _kernel(task: Task) -> str:
    """Kernel values, and the service started again under them."""
    tuning, service = task.policy.kernel, task.found.service
    assert service is not None
    values = {"OVERCOMMIT": tuning.overcommit, "SOMAXCONN": tuning.somaxconn, "THP": tuning.thp}
    env = {name: str(value) for name, value in values.items() if value is not None}
    env["REDIS_CONTAINER"] = f"${{{{ job.services.{service.id}.id }}}}"
    env["PORT"] = address(task.found)[1]
    script = (assets.templates() / "workflow" / "run" / "kernel.sh").read_text("utf-8")
    pad = " " * (task.style.step - task.style.dash)
    body = [f"{pad}{text}" if text else "" for text in script.rstrip("\n").split("\n")]
    head = [f"name: {KERNEL}", *_within(task, 2), *block("env", env, task.style), "shell: bash", "run: |"]
    return item([*head, *body], task.style)


def _within(task: Task, minutes: int) -> list[str]:
    """A step's limit, where it may have one: those of actions may not."""
    return [] if in_action(task.found.job) else [f"timeout-minutes: {minutes}"]


def _step(task: Task, name: str, words: str, limit: int, if_: str = "", ledger: bool = False) -> str:
    env = environment(task.found)
    if ledger:
        env["HOLDFAST_LEDGER"] = "${{ runner.temp }}/retry-ledger.json"
    lines = [f"name: {name}", *([f"if: {if_}"] if if_ else []), *_within(task, limit)]
    lines += block("env", env, task.style)
    lines.append("shell: bash")
    lines.append(f'run: exec bash "$GITHUB_WORKSPACE/{task.folder}/{DIAGNOSTICS}" {words}')
    return item(lines, task.style)


# The bundle.


def _collect(task: Task) -> str:
    words = 'report "$RUNNER_TEMP/redis-diagnostics"'
    return _step(task, COLLECT, words, limit=2, if_=_failed(task), ledger=True)


def _failed(task: Task) -> str:
    return f"({_FAILED}) && runner.os == 'Linux'" if guard.other_machines(task.found) else _FAILED


def _bundle(task: Task) -> Iterator[Edit]:
    steps = []
    if _present(task.found, COLLECT) is None:
        steps.append(_collect(task))
    if _present(task.found, UPLOAD) is None:
        steps.append(item(_upload(task), task.style))
    if not steps:
        return
    last = task.found.job.steps[-1]
    at = below(task.source, end_of(task.source, last.node, trim=True), task.style.dash)
    start = "" if task.source.text[:at].endswith(("\n", "\r")) else task.style.end
    made = "".join(_gap(task) + step for step in steps)
    yield Edit(at, at, start + (made.removesuffix(task.style.end) if start else made))


def _has_legs(task: Task) -> bool:
    """Whether the job runs more than once; of the jobs that use an action nobody knows."""
    return task.found.job.matrix is not None or in_action(task.found.job)


def _upload(task: Task) -> list[str]:
    action = uses("actions/upload-artifact")
    index = "-${{ strategy.job-index }}" if _has_legs(task) else ""
    given = {
        "name": f"redis-diagnostics-${{{{ github.job }}}}{index}-${{{{ github.run_attempt }}}}",
        "path": "${{ runner.temp }}/redis-diagnostics",
        "if-no-files-found": "ignore",
    }
    first = [
        f"name: {UPLOAD}",
        f"if: {_failed(task)}",
        *_within(task, 3),
        f"uses: {action.name}@{action.sha} # {action.version}",
    ]
    return [*first, *block("with", given, task.style)]


def script_settings(policy: Policy) -> tuple[settings.Settings, settings.Settings]:
    """The defaults of the two scripts for this policy."""
    return settings.diagnostics(policy), settings.retry(policy.retry)
