"""The engines are the versions that they stand for, and stand-in images behave as the official ones do."""

import time

import pytest
from support.docker import Docker, Engine, engine

pytestmark = pytest.mark.alone


@pytest.mark.parametrize(("kind", "version"), [(Engine.NEW, "26.1.5"), (Engine.OLD, "20.10.24")])
def test_each_engine_is_the_version_that_it_stands_for(kind: Engine, version: str) -> None:
    assert engine(kind).run("version", "--format", "{{.Server.Version}}").startswith(version)


@pytest.mark.parametrize(
    ("tag", "setting"),
    [("redis:7-alpine", "redis_version:7.0"), ("valkey/valkey:8.1-alpine", "valkey_version:8.1")],
)
def test_a_stand_in_image_takes_flags_and_drops_the_root_user(tag: str, setting: str) -> None:
    docker = engine(Engine.NEW)
    name = docker.run("create", docker.image(tag), "--maxmemory", "64mb")
    try:
        docker.run("start", name)
        assert _answer(docker, name, "CONFIG", "GET", "maxmemory").split() == ["maxmemory", "67108864"]
        assert _answer(docker, name, "CONFIG", "GET", "protected-mode").split() == ["protected-mode", "no"]
        assert setting in _answer(docker, name, "INFO", "server")
        assert docker.run("exec", name, "stat", "-c", "%u", "/proc/1") == "999"
    finally:
        docker.run("rm", "--force", "--volumes", name)


def test_a_stand_in_reads_its_configuration_from_standard_input() -> None:
    docker = engine(Engine.NEW)
    options = ["--interactive", "--rm", docker.image("redis:8-alpine"), "redis-server", "-"]
    shown = docker.tried("run", *options, stdin="no-such-setting yes\n")
    assert "no-such-setting" in shown.stdout + shown.stderr


def test_only_the_new_engine_probes_faster_while_a_server_starts() -> None:
    options = ["create", "--health-cmd", "redis-cli -e ping", "--health-start-interval", "1s"]
    new, old = engine(Engine.NEW), engine(Engine.OLD)
    name = new.run(*options, new.image("redis:7-alpine"))
    new.run("rm", name)
    refused = old.tried(*options, old.image("redis:7-alpine"))
    assert refused.returncode != 0
    assert "health-start-interval" in refused.stderr


def _answer(docker: Docker, name: str, *words: str) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        done = docker.tried("exec", name, "redis-cli", "-e", *words)
        if done.returncode == 0:
            return done.stdout
        time.sleep(0.1)
    raise AssertionError(f"no answer: {done.stderr}")
