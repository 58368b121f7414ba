"""One job, from its containers to its last step, as the hosted runner runs it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import yaml
from support.docker import Docker
from support.hosted import containers
from support.hosted.actions import ActionError, Place, run_action
from support.hosted.expression import Function, Scope, Value, condition, interpolate, shown
from support.hosted.model import Conclusion, JobRun, Request, StepRun, Wire
from support.hosted.process import end_left_behind, run_process

Written = Mapping[str, "Value"]
_SIX_HOURS = 360 * 60.0
_SHELLS = {
    None: ("bash", "-e"),
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    "sh": ("sh", "-e"),
}
_SHELL_IN_CONTAINER = ("sh", "-e")


def run_job(docker: Docker, request: Request, scratch: Path, wire: Wire | None = None) -> JobRun:
    """Run one job of a pushed workflow; `scratch` is an empty folder that keeps what the job leaves."""
    job = _Job(docker, request, scratch, wire or Wire())
    try:
        job.initialize()
        job.run_steps()
    except containers.InitializationError as problem:
        job.fail(str(problem))
    finally:
        job.stop_containers()
    return job.finished()


@dataclass
class _Job:
    docker: Docker
    request: Request
    scratch: Path
    wire: Wire
    status: Conclusion = Conclusion.SUCCESS
    steps: list[StepRun] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    network: str | None = None
    services: dict[str, containers.Started] = field(default_factory=dict)
    container: containers.Started | None = None

    def __post_init__(self) -> None:
        text = (self.request.repository / self.request.workflow).read_text()
        # All scalars as text: what GitHub's own reader makes of them is a matter of the linter's tests.
        self.written: Mapping[str, Value] = yaml.load(text, yaml.BaseLoader)
        jobs = _mapping(self.written.get("jobs"))
        self.definition = _mapping(jobs[self.request.job])
        name = self.request.repository.name
        self.workspace = self.scratch / "work" / name / name
        self.temp = self.scratch / "work" / "_temp"
        # In the workspace's mount, so that a job container sees it too.
        self.summary = self.temp / "summary.md"
        for folder in (self.workspace, self.temp, self.scratch / "artifacts"):
            folder.mkdir(parents=True, exist_ok=True)
        self.summary.touch()
        self.deadline = time.monotonic() + self._minutes(self.definition.get("timeout-minutes"))
        for block in (self.written.get("env"), self.definition.get("env")):
            self.env.update(self._texts(block))

    # --- containers

    def initialize(self) -> None:
        services = _mapping(self.definition.get("services"))
        container = self.definition.get("container")
        if not services and not container:
            return
        self.network = containers.create_network(self.docker)
        if container:
            self.container = self._start(self._described("job", container, keep_alive=True))
        for name, written in services.items():
            described = self._described(name, written)
            if described.image:
                self.services[name] = self._start(described)
        containers.await_healthy(self.docker, list(self.services.values()), self.wire)

    def _start(self, container: containers.Container) -> containers.Started:
        assert self.network is not None
        self.docker.image(container.image)
        return containers.start(self.docker, self.network, container, self.wire)

    def _described(self, name: str, written: Value, keep_alive: bool = False) -> containers.Container:
        values = {"image": written} if isinstance(written, str) else _mapping(written)
        texts = {key: self._text(value) for key, value in values.items() if isinstance(value, str)}
        volumes = self._items(values.get("volumes"))
        if keep_alive:
            # The runner puts the engine's socket into the job's container, so that its steps may ask for services.
            socket = f"{self.docker.socket}:/var/run/docker.sock"
            work = f"{self.scratch / 'work'}:{self.scratch / 'work'}"
            volumes += (work, socket, *self.request.container_mounts)
        return containers.Container(
            id=name,
            image=texts.get("image", "").removeprefix("docker://"),
            options=texts.get("options", ""),
            command=texts.get("command", ""),
            entrypoint=texts.get("entrypoint", ""),
            env=tuple(self._texts(values.get("env")).items()),
            ports=self._items(values.get("ports")),
            volumes=volumes,
            keep_alive=keep_alive,
        )

    def stop_containers(self) -> None:
        end_left_behind(self.wire)
        started = [*self.services.values(), *([self.container] if self.container else [])]
        containers.end(self.docker, [item.id for item in started], self.network, self.wire)

    # --- steps

    def run_steps(self) -> None:
        for number, step in enumerate(_list(self.definition.get("steps")), 1):
            self._take_turn(number, _mapping(step))

    def _take_turn(self, number: int, step: Written) -> None:
        if self.wire.cancel.is_set() and self.status is not Conclusion.CANCELLED:
            self.status = Conclusion.CANCELLED
        if time.monotonic() > self.deadline:
            self.status = Conclusion.CANCELLED
            self.wire.say("##[error]The job has exceeded the maximum execution time\n")
        scope = self._scope(self._texts(step.get("env")))
        name = self._text(_text(step.get("name")) or _text(step.get("uses")) or _first_line(step))
        if not condition(_text(step.get("if")), scope):
            self._record(StepRun(name, _text(step.get("id")), *(Conclusion.SKIPPED,) * 2, 0.0, "", {}))
            return
        self.wire.say(f"##[group]{number} {name}\n")
        self._record(self._ran(number, step, name))

    def _ran(self, number: int, step: Written, name: str) -> StepRun:
        began = time.monotonic()
        env = {**self.env, **self._texts(step.get("env"))}
        if step.get("uses"):
            outcome, log, outputs = self._use(step, env)
        else:
            outcome, log, outputs = self._execute(number, step, env)
        forgiven = outcome is Conclusion.FAILURE and _true(self._text(_text(step.get("continue-on-error"))))
        conclusion = Conclusion.SUCCESS if forgiven else outcome
        seconds = time.monotonic() - began
        return StepRun(name, _text(step.get("id")), outcome, conclusion, seconds, log, outputs)

    def _record(self, step: StepRun) -> None:
        self.steps.append(step)
        if step.conclusion is Conclusion.CANCELLED:
            self.status = Conclusion.CANCELLED
        if step.conclusion is Conclusion.FAILURE and self.status is Conclusion.SUCCESS:
            self.status = Conclusion.FAILURE

    def _use(self, step: Written, env: Mapping[str, str]) -> tuple[Conclusion, str, dict[str, str]]:
        scope = self._scope(env)
        given = {key: interpolate(_text(value), scope) for key, value in _mapping(step.get("with")).items()}
        place = Place(self.request.repository, self.workspace, self.scratch / "artifacts")
        try:
            outputs = run_action(_text(step.get("uses")), given, place, self.wire)
        except ActionError as problem:
            return Conclusion.FAILURE, self.wire.say(f"##[error]{problem}\n"), {}
        return Conclusion.SUCCESS, "", outputs

    def _execute(
        self, number: int, step: Written, env: Mapping[str, str]
    ) -> tuple[Conclusion, str, dict[str, str]]:
        scope = self._scope(env)
        script = self.temp / f"{number}.sh"
        script.write_text(interpolate(_text(step.get("run")), scope) + "\n")
        files = {name: self.temp / f"{name.lower()}_{number}" for name in ("ENV", "OUTPUT", "PATH", "STATE")}
        for file in files.values():
            file.touch()
        full = {**self._runner_env(), **env, **{f"GITHUB_{name}": str(path) for name, path in files.items()}}
        words, folder = self._words(step, script, full)
        limit = min(self._minutes(step.get("timeout-minutes")), max(self.deadline - time.monotonic(), 0))
        outer = full if self.container is None else {**os.environ, **self.docker.env}
        ended = run_process(words, folder, outer, limit, self.wire)
        self._take_over(files)
        outputs = _assignments(files["OUTPUT"].read_text())
        if ended.cancelled:
            return Conclusion.CANCELLED, ended.log, outputs
        if ended.timed_out:
            self.wire.say(f"##[error]The action '{step.get('name')}' has timed out\n")
        elif ended.code:
            self.wire.say(f"##[error]Process completed with exit code {ended.code}.\n")
        failed = ended.timed_out or ended.code != 0
        return Conclusion.FAILURE if failed else Conclusion.SUCCESS, ended.log, outputs

    def _words(self, step: Written, script: Path, env: Mapping[str, str]) -> tuple[list[str], Path]:
        defaults = _mapping(_mapping(self.definition.get("defaults")).get("run"))
        general = _mapping(_mapping(self.written.get("defaults")).get("run"))
        chosen = {**general, **defaults, **step}
        folder = self.workspace / self._text(_text(chosen.get("working-directory")))
        shell = _text(chosen.get("shell")) or None
        if self.container is None:
            return [*_SHELLS[shell], str(script)], folder
        words = _SHELLS[shell] if shell else _SHELL_IN_CONTAINER
        passed = [word for name, value in env.items() for word in ("-e", f"{name}={value}")]
        inside = ["docker", "exec", "-i", "--workdir", str(folder), *passed, self.container.id]
        return [*inside, *words, str(script)], self.scratch

    def _take_over(self, files: Mapping[str, Path]) -> None:
        """What a step wrote for the later ones."""
        self.env.update(_assignments(files["ENV"].read_text()))
        self.path = [*reversed(files["PATH"].read_text().split()), *self.path]

    # --- contexts

    def _runner_env(self) -> dict[str, str]:
        given = {f"GITHUB_{key.upper()}": shown(value) for key, value in self._github().items()}
        known = {
            **given,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_NAME": "driver",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_TOOL_CACHE": str(self.scratch / "tools"),
        }
        if self.container is not None:
            return {**known, **({"PATH": ":".join([*self.path, _CONTAINER_PATH])} if self.path else {})}
        machine = {name: os.environ[name] for name in _FROM_MACHINE if name in os.environ}
        ours = self.docker.env
        path = ":".join([*self.path, *filter(None, [self.request.path]), ours["PATH"]])
        return {**machine, **known, **ours, "PATH": path, "LANG": "C.UTF-8"}

    def _github(self) -> dict[str, Value]:
        return {
            "action": "run",
            "actor": "someone",
            "event_name": "push",
            "job": self.request.job,
            "ref": "refs/heads/main",
            "ref_name": "main",
            "repository": f"someone/{self.request.repository.name}",
            "run_attempt": "1",
            "run_id": "1",
            "run_number": "1",
            "server_url": "https://github.com",
            "sha": "0" * 40,
            "workflow": shown(self.written.get("name")),
            "workspace": str(self.workspace),
        }

    def _scope(self, env: Mapping[str, str]) -> Scope:
        services: dict[str, Value] = {name: item.context() for name, item in self.services.items()}
        job: dict[str, Value] = {"status": self.status.value, "services": services}
        if self.container:
            job["container"] = self.container.context()
        steps: dict[str, Value] = {
            step.id: {
                "outputs": dict(step.outputs),
                "outcome": step.outcome.value,
                "conclusion": step.conclusion.value,
            }
            for step in self.steps
            if step.id
        }
        return Scope(
            contexts={
                "github": {**self._github(), "token": "token", "event": {}},
                "env": {**self.env, **env},
                "job": job,
                "steps": steps,
                "runner": {"os": "Linux", "arch": "X64", "temp": str(self.temp), "debug": ""},
                "matrix": dict(self.request.matrix),
                "strategy": {"job-index": 0.0, "job-total": 1.0, **self.request.strategy},
                "needs": dict(self.request.needs),
                "secrets": dict(self.request.secrets),
                "vars": {},
                "inputs": {},
            },
            functions=self._functions(),
        )

    def _functions(self) -> Mapping[str, Function]:
        return {
            "success": lambda _: self.status is Conclusion.SUCCESS,
            "failure": lambda _: self.status is Conclusion.FAILURE,
            "cancelled": lambda _: self.status is Conclusion.CANCELLED,
            "always": lambda _: True,
            "hashFiles": lambda patterns: self._hash(patterns),
        }

    def _hash(self, patterns: Sequence[Value]) -> str:
        files = sorted(file for pattern in patterns for file in self.workspace.glob(shown(pattern)))
        together = hashlib.sha256()
        for file in files:
            together.update(file.read_bytes())
        return together.hexdigest() if files else ""

    def _text(self, text: str) -> str:
        return interpolate(text, self._scope({})) if "${{" in text else text

    def _texts(self, block: Value) -> dict[str, str]:
        return {name: self._text(_text(value)) for name, value in _mapping(block).items()}

    def _items(self, block: Value) -> tuple[str, ...]:
        return tuple(self._text(_text(item)) for item in _list(block))

    def _minutes(self, written: Value) -> float:
        """A limit in seconds; the platform's own is six hours."""
        return float(self._text(_text(written))) * 60 if written else _SIX_HOURS

    # --- the end

    def fail(self, problem: str) -> None:
        self.status = Conclusion.CANCELLED if self.wire.cancel.is_set() else Conclusion.FAILURE
        self.wire.say(f"##[error]{problem}\n")

    def finished(self) -> JobRun:
        artifacts = {folder.name: folder for folder in (self.scratch / "artifacts").iterdir()}
        outputs = self._texts(self.definition.get("outputs"))
        summary = self.summary.read_text()
        shutil.rmtree(self.temp, ignore_errors=True)
        return JobRun(
            self.status,
            tuple(self.steps),
            "".join(self.wire.lines),
            summary,
            artifacts,
            outputs,
            self.workspace,
        )


_FROM_MACHINE = ("HOME", "USER", "LOGNAME", "TMPDIR", "GOFLAGS", "GOPROXY", "GOCACHE", "GOMODCACHE")
_CONTAINER_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _assignments(text: str) -> dict[str, str]:
    """Lines `NAME=value` and blocks `NAME<<END` of an environment or output file."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        block = re.fullmatch(r"([^=]+?)<<(.+)", line)
        if block:
            found[block[1]] = "\n".join(_until(lines, block[2]))
        elif "=" in line:
            name, _, value = line.partition("=")
            found[name] = value
    return found


def _until(lines: Iterator[str], end: str) -> list[str]:
    return list(takewhile(lambda line: line != end, lines))


def _first_line(step: Written) -> str:
    return "Run " + _text(step.get("run")).strip().partition("\n")[0]


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else []


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _true(text: str) -> bool:
    return text.strip().lower() == "true"
