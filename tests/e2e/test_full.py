"""The `full` profile on a machine that has none of it: every knob is in force, and the run shows it."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.scenario import (
    COUNT,
    LONG,
    Example,
    Fault,
    Outcome,
    Way,
    as_the_example,
    generate,
    play,
    run_hosted,
    server_of,
    written,
)
from support.docker import Docker, Engine, engine
from support.hosted.model import Conclusion
from support.ports import free_port

pytestmark = pytest.mark.alone

_READY = "ready to be read back"
# This machine may refuse limits above 20000 files; the profile's own are 65535 and 60000.
_NOFILE, _MAXCLIENTS = 20000, 15000
_PAUSE = f"""
echo {_READY}
until [ -e "$GITHUB_WORKSPACE/go-on" ]; do sleep 0.1; done
"""
_FULL = Example("deploy-production", "go", {"nofile": _NOFILE, "maxclients": _MAXCLIENTS})
_KERNEL = {
    Path("/proc/sys/vm/overcommit_memory"): "0",
    Path("/sys/kernel/mm/transparent_hugepage/enabled"): "always",
    Path("/proc/sys/net/core/somaxconn"): "4096",
}


@pytest.fixture
def untuned() -> Iterator[None]:
    """A kernel without any of the profile's values; restored afterwards."""
    before = {path: _chosen(path) for path in _KERNEL}
    try:
        for path, value in _KERNEL.items():
            path.write_text(value)
        yield
    finally:
        for path, value in before.items():
            path.write_text(value)


@dataclass(frozen=True)
class _Seen:
    """What is in force while the job runs."""

    config: Mapping[str, str]
    inspect: Mapping[str, object]
    limits: str
    memory_limit: int
    backlog: int
    published_queue: int
    kernel: Mapping[str, str]


def test_what_is_run_is_the_example_s_own_workflow(tmp_path: Path) -> None:
    repository = written(_FULL, Way.HOSTED, Fault.NONE, free_port(), tmp_path / "project")
    generate(repository)
    told = as_the_example(_FULL, repository)
    assert told.replace(str(_NOFILE), "65535").replace(str(_MAXCLIENTS), "60000") == _FULL.expected


@pytest.mark.usefixtures("untuned")
def test_every_knob_of_the_full_profile_is_in_force(tmp_path: Path) -> None:
    outcome, seen = _played(tmp_path)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert seen is not None, outcome.log
    assert seen.config["maxmemory"] == str(1024**3)
    assert seen.config["maxmemory-policy"] == "allkeys-lru"
    assert seen.config["maxclients"] == str(_MAXCLIENTS)
    assert seen.memory_limit == 2 * 1024**3
    assert seen.backlog == 65535
    assert seen.published_queue == 65535
    assert re.search(rf"Max open files\s+{_NOFILE}\s", seen.limits)
    assert list(seen.kernel.values()) == ["1", "never", "65535"]
    assert "cmdstat_strlen:calls=" in outcome.log, "the tests spoke to it"
    assert _health(seen) == {
        "Test": ["CMD-SHELL", "redis-cli -e ping"],
        "Interval": 3_000_000_000,
        "Timeout": 5_000_000_000,
        "StartPeriod": 60_000_000_000,
        "StartInterval": 1_000_000_000,
        "Retries": 30,
    }
    first, second = _boots(outcome.log)
    assert "overcommit" in first
    assert "WARNING" not in second


@pytest.mark.usefixtures("untuned")
def test_without_the_kernel_step_the_job_is_red(tmp_path: Path) -> None:
    outcome, _ = _played(tmp_path, _without_kernel_step)
    assert outcome.conclusion is Conclusion.FAILURE, outcome.log
    assert outcome.steps["Check Redis"] == "failure"
    assert "vm.overcommit_memory" in outcome.log


@pytest.mark.usefixtures("untuned")
def test_the_act_rendering_puts_the_same_in_force(tmp_path: Path) -> None:
    outcome = play(_FULL, Way.ACT, Fault.NONE, tmp_path)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert outcome.steps["Check Redis"] == "success"
    assert "cmdstat_strlen:calls=" in outcome.log, outcome.log
    assert [_chosen(path) for path in _KERNEL] == ["1", "never", "65535"]


# Each fault both ways takes three minutes more; what a push does not run here it runs with other examples.
_FAULTS = [(Fault.TESTS_FAIL, Way.HOSTED)]
if LONG:
    _FAULTS += [
        (Fault.TESTS_FAIL, Way.ACT),
        *((fault, way) for fault in (Fault.REDIS_KILLED, Fault.CANCELLED) for way in Way),
    ]


@pytest.mark.usefixtures("untuned")
@pytest.mark.parametrize(
    ("fault", "way"), _FAULTS, ids=[f"{fault.name}-{way.name}".lower() for fault, way in _FAULTS]
)
def test_a_fault_is_red_with_the_bundle_and_its_class(fault: Fault, way: Way, tmp_path: Path) -> None:
    outcome = play(_FULL, way, fault, tmp_path)
    pushed_and_cancelled = (fault, way) == (Fault.CANCELLED, Way.HOSTED)
    assert outcome.conclusion is (Conclusion.CANCELLED if pushed_and_cancelled else Conclusion.FAILURE), (
        outcome.log
    )
    attempts = json.loads(outcome.files["retry-ledger.json"])["attempts"]
    expected = {
        Fault.TESTS_FAIL: {"assertion"},
        Fault.REDIS_KILLED: {"reset", "refused"},
        Fault.CANCELLED: {"signal"},
    }
    assert attempts[0]["class"] in expected[fault], outcome.log
    assert "docker-ps.txt" in outcome.files, outcome.log
    assert "Redis diagnostics bundle" in outcome.summary


def _played(tmp_path: Path, change: Callable[[str], str] = str) -> tuple[Outcome, _Seen | None]:
    docker, port, seen = engine(Engine.NEW), free_port(), []
    pausing = {"name": "Pause", "shell": "bash", "run": _PAUSE}
    counting = {"name": "Count commands", "shell": "bash", "run": COUNT}
    example = Example(_FULL.name, _FULL.case, _FULL.redis, {"after": [pausing, counting]})
    repository = written(example, Way.HOSTED, Fault.NONE, port, tmp_path / "project")
    generate(repository)
    workflow = repository / example.workflow
    workflow.write_text(change(workflow.read_text()))
    once = threading.Lock()

    def read_back(line: str, _stop: Callable[[], None]) -> None:
        if line.strip() == _READY and once.acquire(blocking=False):
            try:
                seen.append(_seen(docker, port))
            finally:
                (tmp_path / "run/work/project/project/go-on").touch()

    outcome = run_hosted(docker, repository, tmp_path, read_back, example.workflow)
    return outcome, seen[0] if seen else None


def _seen(docker: Docker, port: int) -> _Seen:
    server = server_of(docker, port)
    inspect = json.loads(docker.run("inspect", server))[0]
    process = inspect["State"]["Pid"]
    names = ("maxmemory", "maxmemory-policy", "maxclients")
    return _Seen(
        config={
            name: docker.run("exec", server, "redis-cli", "config", "get", name).split()[1] for name in names
        },
        inspect=inspect,
        limits=docker.run("exec", server, "cat", "/proc/1/limits"),
        memory_limit=int(docker.run("exec", server, "sh", "-c", _MEMORY_LIMIT)),
        backlog=_queue(["nsenter", "-t", str(process), "-n"], 6379),
        published_queue=_queue([], port),
        kernel={str(path): _chosen(path) for path in _KERNEL},
    )


# The container's own view of its limit, in the first and the second version of control groups.
_MEMORY_LIMIT = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max"


def _queue(inside: list[str], port: int) -> int:
    """The length of the queue of the socket that listens on a port: Send-Q of `ss`."""
    words = [*inside, "ss", "-Hltn", f"sport = :{port}"]
    shown = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)
    return int(shown.stdout.split()[2])


def _chosen(path: Path) -> str:
    """A kernel value; of a list of words the one in brackets."""
    text = path.read_text().strip()
    found = re.search(r"\[(\w+)\]", text)
    return found[1] if found else text


def _health(seen: _Seen) -> object:
    config = seen.inspect["Config"]
    assert isinstance(config, dict)
    return config["Healthcheck"]


def _boots(log: str) -> tuple[str, str]:
    """The server's log of its first and its second start, as printed when the containers are stopped."""
    parts = re.split(r"(?=\d+:C [^\n]*Redis is starting)", log)
    assert len(parts) == 3, f"{len(parts) - 1} starts\n{log}"
    return parts[1], parts[2]


def _without_kernel_step(text: str) -> str:
    """The workflow without its kernel step (a step ends where the next begins)."""
    changed = re.sub(
        r"^      - name: Configure system for Redis\n.*?(?=^      - )",
        "",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    assert changed != text
    return changed
