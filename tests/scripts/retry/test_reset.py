"""How far a reset goes, and where it may not go, against real servers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from scripts.retry.runs import Run, fails_first, fill, kept, own_address, retry
from support.servers import Server, running

_REDIS = Server.REDIS_8_0
Env = dict[str, str]


def _at(port: int) -> Env:
    return {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(port)}


def _flaky(folder: Path, env: Env, *flags: str) -> Run:
    run = retry(folder, "--delays=0", *flags, command=fails_first("Connection reset by peer"), env=env)
    assert (run.code, run.classes) == (0, ["reset", "passed"]), run.err
    return run


@pytest.mark.parametrize(
    ("reset", "path", "left"),
    [
        ("none", "", (1, 1)),
        ("flushdb", "", (0, 1)),
        ("flushdb", "/3", (1, 0)),
        ("flushall", "", (0, 0)),
        ("flushall", "/3", (0, 0)),
    ],
)
def test_a_reset_goes_as_far_as_the_policy_says(
    tmp_path: Path, reset: str, path: str, left: tuple[int, int]
) -> None:
    with running(_REDIS) as server:
        fill(server)
        run = _flaky(tmp_path, {"REDIS_URL": f"{server.url}{path}"}, f"--reset={reset}")
        assert kept(server) == left
    scope = f"reset: {reset} on 127.0.0.1:{server.port}"
    scope += f" database {path[1:] or 0}" if reset == "flushdb" else ""
    assert (scope in run.err) == (reset != "none")


@pytest.mark.parametrize("command", [["true"], ["false"]])
def test_nothing_is_reset_before_the_first_attempt_or_without_another(
    tmp_path: Path, command: list[str]
) -> None:
    with running(_REDIS) as server:
        fill(server)
        retry(tmp_path, "--reset=flushall", command=command, env=_at(server.port))
        assert kept(server) == (1, 1)


@pytest.mark.parametrize(
    ("env", "flags", "allowed"),
    [
        ({}, [], False),
        ({"HOLDFAST_SERVICES": "redis cache"}, [], False),
        ({}, ["--reset-anywhere"], True),
    ],
    ids=["refused", "another service", "anywhere"],
)
def test_a_remote_address_is_reset_only_when_told_so(
    tmp_path: Path, env: Env, flags: list[str], allowed: bool
) -> None:
    with running(_REDIS, "--bind", "0.0.0.0", "--protected-mode", "no") as server:
        fill(server)
        env = {**env, "REDIS_URL": f"redis://{own_address()}:{server.port}"}
        run = retry(
            tmp_path, "--reset=flushall", "--delays=0", *flags, command=fails_first("ECONNRESET"), env=env
        )
        assert kept(server) == ((0, 0) if allowed else (1, 1))
    assert run.code == (0 if allowed else 3)
    if not allowed:
        assert "is neither a loopback address nor a service of this job" in run.err


def test_a_service_of_the_job_is_reset(tmp_path: Path) -> None:
    with running(_REDIS, "--bind", "0.0.0.0", "--protected-mode", "no") as server:
        fill(server)
        env = {
            "REDIS_URL": f"redis://{own_address()}:{server.port}",
            "HOLDFAST_SERVICES": f"x,{own_address()}",
        }
        _flaky(tmp_path, env, "--reset=flushall")
        assert kept(server) == (0, 0)


def test_the_container_of_the_job_is_reset_and_another_is_not(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    docker = tools / "docker"
    docker.write_text(f"#!/bin/sh\n[ \"$1\" = inspect ] && echo '/redis_1 {own_address()} redis'\n")
    docker.chmod(0o755)
    with running(_REDIS, "--bind", "0.0.0.0", "--protected-mode", "no") as server:
        for container, left in (("abc", (0, 0)), ("", (1, 1))):
            fill(server)
            folder = tmp_path / (container or "none")
            folder.mkdir()
            env = {
                "REDIS_URL": f"redis://{own_address()}:{server.port}",
                "REDIS_CONTAINER": container,
                "PATH": f"{tools}:{os.environ['PATH']}",
            }
            retry(folder, "--reset=flushall", "--delays=0", command=fails_first("ECONNRESET"), env=env)
            assert kept(server) == left


def test_a_reset_that_fails_ends_the_run(tmp_path: Path) -> None:
    with running(_REDIS) as server:
        env = {"REDIS_URL": f"{server.url}/99"}
        run = retry(tmp_path, "--reset=flushdb", "--delays=0", command=fails_first("ECONNRESET"), env=env)
    assert run.code == 3
    assert "flushdb on 127.0.0.1" in run.ledger["stopped_because"]
    assert "failed: -ERR DB index is out of range" in run.ledger["stopped_because"]


def test_without_a_configured_redis_nothing_is_asked_or_reset(tmp_path: Path) -> None:
    run = _flaky(tmp_path, {}, "--reset=flushall")
    assert "reset:" not in run.err
