"""The container's own facts, from a real Docker engine: limits, health, log, and what its end was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scripts.diagnosed import BUNDLE, Diagnosed, diagnose, manifest
from support.docker import Docker, Engine, engine
from support.ports import free_port

pytestmark = pytest.mark.alone
_IMAGE = "redis:8-alpine"
_HEALTH = ("--health-cmd", "redis-cli -e ping", "--health-interval", "1s")


@contextmanager
def _container(
    docker: Docker, options: tuple[str, ...], command: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    port = free_port()
    published = ("--publish", f"{port}:6379")
    container = docker.run("run", "--detach", *published, *options, docker.image(_IMAGE), *command)
    try:
        yield {**docker.env, "REDIS_PORT": str(port), "REDIS_CONTAINER": container}
    finally:
        docker.tried("rm", "--force", "--volumes", container)


def _expect(*pairs: str) -> list[str]:
    return [word for pair in pairs for word in ("--expect", pair)]


def _ready(folder: Path, env: dict[str, str]) -> Diagnosed:
    waited = diagnose(folder, "wait", "--timeout", "60s", env=env)
    assert waited.code == 0, waited.out
    return waited


@pytest.mark.parametrize("kind", list(Engine), ids=lambda kind: kind.value)
def test_what_was_asked_of_a_container_is_read_where_it_is_in_force(kind: Engine, tmp_path: Path) -> None:
    docker = engine(kind)
    options = (
        *("--memory", "256m", "--memory-swap", "256m", "--sysctl", "net.core.somaxconn=1024"),
        *("--ulimit", "nofile=11000:11000", *_HEALTH),
    )
    with _container(docker, options, ("--tcp-backlog", "2048", "--maxmemory", "64mb")) as env:
        _ready(tmp_path, env)
        asked = _expect("memory=256mb", "backlog=1024", "nofile=11000", "maxmemory=64mb")
        checked = diagnose(tmp_path, "check", *asked, env=env)
        assert checked.code == 0, checked.out
        assert checked.report["seconds"] < 5
        for name, value in {"memory": 268435456, "backlog": 1024, "nofile": 11000}.items():
            assert (checked.statuses()[name], checked.check(name)["value"]) == ("pass", value)
        assert "listening socket" in checked.check("backlog")["message"]
        assert "cgroup" in checked.check("memory")["message"]
        assert checked.statuses()["oom-killed"] == "pass"
        assert checked.statuses()["published-backlog"] == "pass"
        assert checked.report["target"]["container"] == env["REDIS_CONTAINER"]
        other = diagnose(tmp_path, "check", *_expect("memory=1gb", "backlog=2048"), env=env)
        assert other.code == 1
        assert [other.statuses()[name] for name in ("memory", "backlog")] == ["fail", "fail"]


def test_a_bundle_holds_what_docker_knows_without_the_secrets(tmp_path: Path) -> None:
    docker = engine(Engine.NEW)
    options = ("--env", "APP_PASSWORD=outer-s3cret", *_HEALTH)
    with _container(docker, options, ("--requirepass", "inner-s3cret")) as env:
        env["REDIS_PASSWORD"] = "inner-s3cret"
        _ready(tmp_path, env)
        assert diagnose(tmp_path, "report", "bundle", env=env).code == 0
        listed = manifest(tmp_path / "bundle")
        assert tuple(listed) == BUNDLE
        assert [name for name, state in listed.items() if state != "written"] == ["retry-ledger.json"]
        for name in BUNDLE[:-1]:
            assert "s3cret" not in (tmp_path / "bundle" / name).read_text(errors="replace"), name
        assert "Ready to accept connections" in (tmp_path / "bundle" / "redis.log").read_text()
        assert '"Status"' in (tmp_path / "bundle" / "health.json").read_text()


def test_a_container_that_ended_is_said_with_its_exit_code(tmp_path: Path) -> None:
    docker = engine(Engine.NEW)
    with _container(docker, (), ("--no-such-flag", "1")) as env:
        docker.run("wait", env["REDIS_CONTAINER"])
        checked = diagnose(tmp_path, "check", env=env)
        assert (checked.code, checked.report["verdict"]) == (3, "unreachable"), checked.out
        assert checked.check("container")["value"] == "exited"
        assert "ended with 1" in checked.check("container")["message"]
        diagnose(tmp_path, "report", "bundle", env=env)
        assert "no-such-flag" in (tmp_path / "bundle" / "redis.log").read_text()


def test_a_container_that_docker_does_not_know_is_skipped_with_the_reason(tmp_path: Path) -> None:
    docker = engine(Engine.NEW)
    with _container(docker, (), ()) as env:
        _ready(tmp_path, env)
        checked = diagnose(tmp_path, "check", env=env | {"REDIS_CONTAINER": "no-such-container"})
        assert checked.code == 0, checked.out
        assert checked.statuses()["container"] == "skipped"
        assert "No such object" in checked.check("container")["message"]
