"""The compose file of a new repository, brought up by Compose itself on a real engine: local equals CI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from support.docker import Docker, Engine, compose, engine
from support.ports import free_port
from support.resp import Client, printed
from support.wheel import site

pytestmark = pytest.mark.alone

# This machine may refuse limits above 20000 files; the profile's own are 65535 and 60000.
_FULL = {"nofile": 20000, "maxclients": 15000}


@pytest.mark.parametrize("full", [False, True], ids=["lean", "full"])
def test_compose_brings_up_the_redis_of_ci(full: bool, tmp_path: Path) -> None:
    port = free_port()
    project = _project(tmp_path / f"service{port}", port, full)
    flags = _flags(project)
    with _up(engine(Engine.NEW), project), Client("127.0.0.1", port, 10) as redis:
        for name, value in flags.items():
            expected = str(1024**3) if value == "1gb" else value
            assert printed(redis.call("CONFIG", "GET", name)).splitlines()[1:] == (
                [expected] if expected else []
            )
        assert set(flags) >= ({"maxmemory", "maxclients", "tcp-backlog"} if full else {"save", "appendonly"})


def _project(folder: Path, port: int, full: bool) -> Path:
    """A new repository on a port of this run."""
    words = ["new", str(folder), "--stack", "go", *(["--full"] if full else [])]
    _holdfast(words, folder.parent)
    spec = yaml.safe_load((folder / "holdfast.yml").read_text())
    spec["redis"] |= {"port": port, **(_FULL if full else {})}
    (folder / "holdfast.yml").write_text(yaml.safe_dump(spec, sort_keys=False))
    _holdfast(["generate"], folder)
    return folder


def _holdfast(words: list[str], folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site())}
    command = [sys.executable, "-m", "holdfast", *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _flags(project: Path) -> Mapping[str, str]:
    """What the workflow passes to the server of CI, name to value; compose passes the same words."""
    composed = yaml.safe_load((project / "compose.yaml").read_text())["services"]["redis"]["command"]
    workflow = yaml.safe_load((project / ".github/workflows/ci.yml").read_text())
    assert workflow["jobs"]["test"]["services"]["redis"]["command"].replace('""', "").split() == [
        word for word in composed if word
    ]
    return {
        name.removeprefix("--"): str(value) for name, value in zip(composed[::2], composed[1::2], strict=True)
    }


@contextmanager
def _up(docker: Docker, project: Path) -> Iterator[None]:
    """The README's own command, and its end."""
    docker.image("redis:8.10-alpine")
    try:
        _compose(docker, project, "up", "--detach", "--wait")
        yield
    finally:
        _compose(docker, project, "down", "--volumes", "--timeout", "2")


def _compose(docker: Docker, project: Path, *words: str) -> None:
    done = subprocess.run(
        [str(compose()), *words],
        cwd=project,
        env={**os.environ, **docker.env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
