"""A job with a Redis as a job of the spec."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from holdfast.adopt.service import from_matrix, redis, redis_of_step
from holdfast.document import Mapping as Node
from holdfast.document import Scalar
from holdfast.files import read as read_file
from holdfast.harden.find import Found, command_of, is_generated, services_of
from holdfast.lint.services import options as docker_options
from holdfast.lint.workflow import Job, Service, Step, scalars, text_of
from holdfast.plan.model import Tree
from holdfast.render.readback import value
from holdfast.spec.model import RetryPolicy

# The steps of the two scripts; and what the generator puts around a server that a step starts: a password, a
# certificate, the end.
_OURS = re.compile(
    r"redis-diagnostics\.sh|run-with-retry\.sh\"? --merge"
    r"|'REDIS_PASSWORD=%s|'REDIS_TLS_CACERT=%s|name=\^\$REDIS_NAME\("
)
_RUNNER = re.compile(r'(?:exec )?bash "?[^"\n]*/run-with-retry\.sh"?(.*?) -- (.*)', re.DOTALL)
_HEREDOC = re.compile(r".*\"\$\(cat <<'HOLDFAST'\n(.*)\nHOLDFAST\n\)\"", re.DOTALL)
_MERGE = re.compile(r"run-with-retry\.sh\"? --merge")
_KERNEL = ("OVERCOMMIT", "SOMAXCONN", "THP")
_ADDRESS = ("REDIS_URL", "REDIS_HOST", "REDIS_PORT")
# Flags and settings of the runner, and the keys of `retry` that they are.
_RETRY = {
    "attempts": "attempts",
    "delays": "delays",
    "cap": "cap",
    "jitter": "jitter",
    "deadline": "deadline",
    "attempt-timeout": "attempt-timeout",
    "min-attempt": "min-attempt",
    "reserve": "reserve",
    "retry-on": "retry-on",
    "reset": "reset",
    "flaky": "flaky",
}
_READY = {
    "WAIT_TIMEOUT": "deadline",
    "WAIT_ROUNDS": "rounds",
    "WAIT_CONNECTIONS": "connections",
    "WAIT_WARMUP": "warmup",
    "CHECK_OPERATIONS": "operations",
    "EXPECT_MISMATCH": "mismatch",
}
_SETTING = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)


def job(found: Found, root: Path, scripts: str) -> dict[str, Tree]:
    """The keys of the spec's job."""
    return dict(_job(found, root, scripts))


def _job(found: Found, root: Path, scripts: str) -> Iterator[tuple[str, Tree]]:
    it = found.job
    count = shards(found)
    name = (
        it.name.value.removesuffix(f" (${{{{ matrix.shard }}}} of {count})") if it.name is not None else it.id
    )
    if name != it.id:
        yield "name", name
    yield "stack", "none"
    if isinstance(
        directory := (it.defaults_run.get("working-directory") if it.defaults_run else None), Scalar
    ):
        yield "working-directory", directory.value
    if labels := [label.value for label in scalars(it.runs_on)]:
        yield "runner", labels if len(labels) > 1 else labels[0]
    if it.needs:
        yield "needs", [need.value for need in it.needs]
    if it.if_ is not None:
        yield "if", it.if_.value
    if (permissions := it.get("permissions")) is not None:
        yield "permissions", value(permissions)
    if isinstance(limit := it.timeout_minutes, Scalar) and limit.tag == "int":
        yield "timeout", f"{limit.value}m"
    if count:
        yield "shards", count
    if matrix := dict(_matrix(found)):
        yield "matrix", matrix
    if it.container is not None:
        yield "container", _container(it)
    yield from _redis(found, root, scripts)
    mine = services_of(it)
    others = {one.id: _service(one) for one in it.services if one not in mine and one.value is not None}
    if others:
        yield "services", others
    if env := _env(it):
        yield "env", env
    yield from _steps(found)


def shards(found: Found) -> int:
    """Among how many legs the generator divides the tests; 0 for none."""
    env = found.tests.env if found.tests is not None else None
    text = text_of(env.get("HOLDFAST_SHARDS")) if isinstance(env, Node) else None
    return int(text) if text and text.isdigit() else 0


def joins_shards(it: Job) -> bool:
    """Whether a job is the one that joins the shards of another."""
    return any(step.run is not None and _MERGE.search(step.run.value) for step in it.steps)


def _env(it: Job) -> dict[str, Tree]:
    env = it.env
    if not isinstance(env, Node):
        return {}
    return {
        entry.name: entry.value.value
        for entry in env
        if isinstance(entry.value, Scalar)
        and not (
            entry.name in _ADDRESS and "127.0.0.1" in (*_texts(env), "127.0.0.1") and _usual(entry.value)
        )
    }


def _texts(env: Node) -> tuple[str, ...]:
    return tuple(entry.value.value for entry in env if isinstance(entry.value, Scalar))


def _usual(node: Scalar) -> bool:
    """Whether an address is what the generator writes itself."""
    return bool(re.fullmatch(r"(redis://)?(127\.0\.0\.1|redis)(:\d+/0)?|\d+", node.value))


def _redis(found: Found, root: Path, scripts: str) -> Iterator[tuple[str, Tree]]:
    if found.service is not None:
        yield "redis", redis(found.service)
    elif found.starter is not None and is_generated(found.starter):
        yield "redis", redis_of_step(found.starter)
    if kernel := _kernel(found.job):
        yield "kernel", kernel
    settings = _settings(root, f"{scripts}/redis-diagnostics.sh")
    if ready := {key: _number(settings[name]) for name, key in _READY.items() if settings.get(name)}:
        yield "readiness", ready
    retry: dict[str, Tree] = {}
    settings = _settings(root, f"{scripts}/run-with-retry.sh")
    for key in _RETRY.values():
        if text := settings.get(key.upper().replace("-", "_")):
            retry[key] = text.split(",") if key == "retry-on" else _number(text)
    step = found.tests
    for name, text in re.findall(r"--([\w-]+) (\S+)", _call(step)[0] if step is not None else ""):
        if name in _RETRY:
            retry[_RETRY[name]] = text.split(",") if name == "retry-on" else _number(text)
    if "deadline" not in retry:
        retry |= _fitted(found.job)
    if retry:
        yield "retry", retry


def _fitted(it: Job) -> dict[str, Tree]:
    """Retries that end inside the job's own limit, where the default ones would not."""
    limit = it.timeout_minutes
    if not isinstance(limit, Scalar) or not isinstance(limit.typed, int):
        return {}
    # the gate's minute, set-up and upload, as the spec reckons them
    room = max(limit.typed * 60 - 240, 60)
    policy = RetryPolicy()
    if room >= policy.deadline:
        return {}
    return {
        "deadline": f"{room}s",
        "attempt-timeout": f"{int(room * policy.attempt_timeout / policy.deadline)}s",
    }


def _number(text: str) -> Tree:
    return int(text) if text.isdigit() else text


def _settings(root: Path, path: str) -> dict[str, str]:
    text = read_file(root, path) or ""
    _, _, rest = text.partition("# --- settings, written by holdfast from the spec ---\n")
    block, end, _ = rest.partition("# --- end of settings ---")
    return {name: word.strip("'\"") for name, word in _SETTING.findall(block)} if end else {}


def _kernel(it: Job) -> dict[str, Tree]:
    for step in it.steps:
        env = step.env
        if isinstance(env, Node) and any(env.get(name) for name in _KERNEL) and step.run is not None:
            given = {name.lower(): text_of(env.get(name)) for name in _KERNEL}
            return {name: _number(text) for name, text in given.items() if text}
    return {}


def _matrix(found: Found) -> Iterator[tuple[str, Tree]]:
    strategy, matrix = found.job.strategy, found.job.matrix
    if not isinstance(matrix, Node) or not isinstance(strategy, Node):
        return
    axes: dict[str, Tree] = {}
    for entry in matrix:
        read = value(entry.value)
        if entry.name in ("include", "exclude"):
            yield entry.name, read
        elif entry.name == "redis" and found.service is not None and from_matrix(found.service):
            yield "redis", [_leg(leg) for leg in read] if isinstance(read, list) else read
        elif entry.name != "shard" or not shards(found):
            axes[entry.name] = [str(one) for one in read] if isinstance(read, list) else read
    if axes:
        yield "axes", axes
    elif shards(found) and {entry.name for entry in matrix} == {"shard"}:
        return
    fast = strategy.get("fail-fast")
    yield "fail-fast", fast.typed if isinstance(fast, Scalar) else True
    if (most := strategy.get("max-parallel")) is not None:
        yield "max-parallel", value(most)


def _leg(leg: Tree) -> Tree:
    """A leg without the words that the generator adds by itself."""
    return {name: one for name, one in leg.items() if name != "command"} if isinstance(leg, Mapping) else leg


def _container(it: Job) -> Tree:
    read = value(it.container)
    if isinstance(read, Mapping) and isinstance(read.get("options"), str):
        return {**read, "options": str(read["options"]).split()}
    return read


def _service(service: Service) -> Tree:
    """A service beside Redis, with its health check in the spec's words."""
    read = value(service.value)
    if not isinstance(read, Mapping):
        return read
    found: dict[str, Tree] = {name: one for name, one in read.items() if name != "options"}
    found.setdefault("env", {})
    found.setdefault("ports", [])
    health: dict[str, Tree] = {}
    others: list[Tree] = []
    for option in docker_options(service).options:
        if option.name.startswith("health-"):
            key = option.name.removeprefix("health-").replace("cmd", "command")
            health[key] = _number(option.value or "") if key == "retries" else option.value
        else:
            others += [f"--{option.name}", *([option.value] if option.value is not None else [])]
    if health:
        found["health"] = health
    if others:
        found["options"] = others
    return found


# Steps.


def ours(step: Step) -> bool:
    """Whether the generator writes the step by itself."""
    if step.run is not None:
        env = step.env
        kernel = isinstance(env, Node) and any(env.get(name) for name in _KERNEL)
        return kernel or is_generated(step) or bool(_OURS.search(step.run.value))
    path = text_of(step.with_.get("path")) if step.with_ is not None else None
    return path is not None and ("redis-diagnostics" in path or "/retry-ledger.json" in path)


def checkout(step: Step) -> bool:
    return step.uses is not None and step.uses.value.lower().startswith("actions/checkout@")


def _steps(found: Found) -> Iterator[tuple[str, Tree]]:
    tests = found.tests
    if tests is None:
        return
    flags, run = _call(tests)
    yield "run", run
    if junit := re.search(r"--junit (\S+)", flags):
        yield "junit", junit[1].strip("'\"")
    before: list[Tree] = []
    after: list[Tree] = []
    seen = False
    for step in found.job.steps:
        if step.index == tests.index or ours(step):
            continue
        if checkout(step) and not seen and step.index < tests.index:
            seen = True
            continue
        (before if step.index < tests.index else after).append(value(step.node))
    if before:
        yield "before", before
    if after:
        yield "after", after


def _call(step: Step) -> tuple[str, str]:
    """The runner's flags and the tests' own command."""
    text = command_of(step).strip()
    runner = _RUNNER.fullmatch(text)
    if runner is None:
        return "", text
    env = step.env
    kept = text_of(env.get("HOLDFAST_TESTS")) if isinstance(env, Node) else None
    heredoc = _HEREDOC.fullmatch(runner[2])
    return runner[1], kept.strip() if kept else heredoc[1] if heredoc else runner[2]
