"""One of the examples, rendered for one target, run for real, perhaps with a fault: what a user would see.

Its spec is the one in `examples/`; a small project of its language is laid beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from support.act import IMAGES, Stop, run_act
from support.cache import CHECKOUT
from support.docker import Docker, Engine, engine
from support.hosted.job import run_job
from support.hosted.model import Conclusion, Request, Wire
from support.ports import free_port

Watch = Callable[[str, Callable[[], None]], None]
CASES = Path(__file__).parent / "cases"
EXAMPLES = CHECKOUT / "examples"
# Every example with every fault takes ten minutes more; a push runs each fault with one or two of them.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
BEGUN = "the long test has begun"
_WORKFLOW = ".github/workflows/ci.yml"
_SECRETS = {"REDIS_CI_PASSWORD": "only-for-this-run"}
# Asks the server what it was asked, from any kind of job, as nothing but bash is needed.
COUNT = r"""
exec 3<>"/dev/tcp/$REDIS_HOST/$REDIS_PORT"
if [ -n "${REDIS_PASSWORD:-}" ]; then
  printf '*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n' "${#REDIS_PASSWORD}" "$REDIS_PASSWORD" >&3
fi
printf 'INFO commandstats\r\nQUIT\r\n' >&3
cat <&3
"""


class Way(Enum):
    """How a workflow is run: the pushed file by the driver, or the `act` rendering by act."""

    HOSTED = "github"
    ACT = "act"


class Fault(Enum):
    """What goes wrong."""

    NONE = ""
    TESTS_FAIL = "fail"
    REDIS_KILLED = "killed"
    CANCELLED = "cancelled"
    NEVER_STARTS = "never-starts"


@dataclass(frozen=True)
class Example:
    """A folder of `examples/`, the project in `cases/` for it, and what is changed in its spec besides.

    Every run changes the server's id and port (others run beside it on the machine), the workflow's name
    (act names its containers after it), the job's environment (the fault to play) and the job's last step
    (which asks the server what it was asked).
    """

    name: str
    case: str
    redis: Mapping[str, object] = field(default_factory=dict)
    job: Mapping[str, object] = field(default_factory=dict)

    @property
    def spec(self) -> dict[str, Any]:
        """As users find it; the key `on` in quotes, as the library here takes the bare word for `true`."""
        text = (EXAMPLES / self.name / "holdfast.yml").read_text()
        spec = yaml.safe_load(re.sub(r"(?m)^  on:", '  "on":', text))
        assert isinstance(spec, dict)
        return spec

    @property
    def workflow(self) -> str:
        """Where its workflow goes."""
        return str(self.spec.get("workflow", {}).get("path", ".github/workflows/ci.yml"))

    @property
    def expected(self) -> str:
        """The workflow as the example shows it, without the header (which holds hashes)."""
        return _without_header((EXAMPLES / self.name / "expected" / self.workflow).read_text())


@dataclass(frozen=True)
class Outcome:
    """What a user sees of a finished run."""

    conclusion: Conclusion
    steps: Mapping[str, str]
    log: str
    summary: str
    files: Mapping[str, str]
    """Uploaded files by the last part of their path."""


def play(example: Example, way: Way, fault: Fault, folder: Path) -> Outcome:
    """Generate, run, and say what came of it."""
    port = free_port()
    docker = engine(Engine.NEW)
    repository = written(example, way, fault, port, folder / "project")
    generate(repository)
    # A step that starts its own server pulls nothing here: the image must lie in the engine before.
    for tag in set(IMAGES.findall((repository / example.workflow).read_text())):
        docker.image(tag)
    began = threading.Event()

    def act_on(line: str, stop: Callable[[], None]) -> None:
        if BEGUN not in line or began.is_set():
            return
        began.set()
        if fault is Fault.CANCELLED:
            stop()
        if fault is Fault.REDIS_KILLED:
            docker.run("kill", server_of(docker, port))

    if way is Way.HOSTED:
        return run_hosted(docker, repository, folder, act_on, example.workflow)
    return run_acted(docker, repository, folder, act_on, workflow=example.workflow)


def written(example: Example, way: Way, fault: Fault, port: int, folder: Path) -> Path:
    """The project of the example with its spec, as a git repository."""
    spec = example.spec
    shutil.copytree(CASES / example.case, folder / spec["jobs"]["test"].get("working-directory", "."))
    played = {"fail": "fail", "killed": "slow", "cancelled": "slow"}.get(fault.value, "")
    job = {**spec["jobs"]["test"], "env": {"EXAMPLE_FAULT": played}}
    job["after"] = [{"name": "Count commands", "shell": "bash", "run": COUNT}]
    redis = {**spec.get("redis", {}), "id": f"redis-{port}", **example.redis}
    if "container" not in job:
        redis["port"] = port
    if fault is Fault.NEVER_STARTS:
        redis["flags"] = {"no-such-setting": "1"}
        spec["readiness"] = {"deadline": "5s"}
    spec["target"] = way.value
    spec["workflow"] = {**spec.get("workflow", {}), "name": f"{example.name} {fault.name} {port}"}
    spec["redis"] = redis
    spec["jobs"] = {"test": {**job, **example.job}}
    (folder / "holdfast.yml").write_text(yaml.safe_dump(spec, sort_keys=False))
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.test"]
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, timeout=60)
    return folder


def as_the_example(example: Example, repository: Path) -> str:
    """The workflow that was generated, with every change of `written` but those of the example undone."""
    text = _without_header((repository / example.workflow).read_text())
    name, port = re.findall(r"(?m)^name: (.*?(\d+))$", text)[0]
    title = re.findall(r"(?m)^name: (.*)$", example.expected)[0]
    text = text.replace(f"name: {name}", f"name: {title}").replace(f"redis-{port}", "redis")
    text = re.sub(r"(?m)^      EXAMPLE_FAULT: .*\n", "", text.replace(port, "6379"))
    return re.sub(r"(?ms)^      - name: Count commands\n.*?(?=^      - |^\S|^$|\Z)", "", text)


def _without_header(text: str) -> str:
    return re.sub(r"\A(#.*\n)*", "", text)


def generate(repository: Path) -> None:
    """What a user does: `holdfast generate`."""
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", "generate"],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run_hosted(
    docker: Docker, repository: Path, folder: Path, act_on: Watch, workflow: str = _WORKFLOW
) -> Outcome:
    """The pushed file, as the hosted runner runs it."""
    cancel = threading.Event()
    wire = Wire(watch=lambda line: act_on(line, cancel.set), cancel=cancel)
    done = run_job(
        docker,
        Request(repository, workflow, "test", secrets=_SECRETS, path=str(Path(sys.executable).parent)),
        folder / "run",
        wire,
    )
    files = {
        file.name: file.read_text(errors="replace")
        for artifact in done.artifacts.values()
        for file in artifact.rglob("*")
        if file.is_file()
    }
    steps = {step.name: step.conclusion.value for step in done.steps}
    return Outcome(done.conclusion, steps, done.log, done.summary, files)


def run_acted(
    docker: Docker,
    repository: Path,
    folder: Path,
    act_on: Watch,
    mounted: Iterable[str] = (),
    workflow: str = _WORKFLOW,
) -> Outcome:
    """The `act` rendering, under act; `mounted` are further `-v` values for the job's container."""

    def watch(line: str, stop: Stop) -> None:
        act_on(line, stop)

    (folder / "act").mkdir()
    go_cache = Path.home() / ".cache/go-build"
    go_cache.mkdir(parents=True, exist_ok=True)
    # No `-e` among the options: act would then lose the variables that it sets itself.
    mounts = (*_toolchain_mounts(), f"{go_cache}:/root/.cache/go-build", *mounted)
    options = " ".join(f"-v {mount}" for mount in mounts)
    done = run_act(
        docker, repository, workflow, "test", folder / "act", options=options, watch=watch, secrets=_SECRETS
    )
    conclusion = Conclusion.SUCCESS if done.code == 0 else Conclusion.FAILURE
    files = {
        Path(path).name: content.decode(errors="replace")
        for artifact in done.artifacts.values()
        for path, content in artifact.items()
    }
    return Outcome(conclusion, done.steps, done.log, done.summary, files)


def _toolchain_mounts() -> tuple[str, ...]:
    """What this machine has of Go and Node; the stand-in for a runner's image has neither."""
    npm = _program("npm").parents[1]
    return (
        f"{_program('go').parents[1]}:/usr/local/go:ro",
        f"{_program('node')}:/usr/local/bin/node:ro",
        f"{npm}:/usr/local/lib/npm:ro",
    )


def _program(name: str) -> Path:
    found = shutil.which(name, path=f"/usr/local/go/bin:{os.environ['PATH']}")
    assert found is not None, f"{name} is missing; `python3 dev.py test` as root installs it"
    return Path(found).resolve()


def server_of(docker: Docker, port: int) -> str:
    """The id of the container that publishes the port, or (for a container job) has it in its alias."""
    for line in docker.run("ps", "--format", "{{.ID}} {{.Ports}}").splitlines():
        identity, _, ports = line.partition(" ")
        if (
            f":{port}->" in ports
            or f'"redis-{port}"' in docker.tried("inspect", "-f", _ALIASES, identity).stdout
        ):
            return identity
    raise AssertionError(f"no container publishes port {port}")


_ALIASES = "{{range .NetworkSettings.Networks}}{{json .Aliases}}{{end}}"
