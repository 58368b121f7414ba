"""Which steps start a Redis, and where it then is."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import UserError
from holdfast.harden.flow import Asked, Hardened, harden
from holdfast.harden.starts import starts
from holdfast.harden.write import PARTS

STARTS = (
    "docker run -d --name redis -p 6379:6379 redis:7-alpine",
    "docker run -d \\\n  -p 6379:6379 \\\n  registry.example.test/mirror/redis@sha256:0 redis-server --appendonly no",
    "docker run --rm -d valkey/valkey",
    "sudo apt-get update && sudo apt-get install -y redis-server",
    "sudo apt install redis -y",
    "sudo systemctl restart redis-server",
    "sudo service redis-server start",
    "brew services start redis",
    "redis-server /etc/redis/redis.conf &",
    "$HOME/bin/redis-server --port 7000 --daemonize yes",
    "apt-get install -y redis-server\nservice redis-server stop\nredis-server --daemonize yes --port 7000",
)
NONE = (
    "redis-server --version",
    "make && sudo mv src/redis-server src/redis-cli $HOME",
    "brew install redis",
    "sudo apt install redis -y ; sudo systemctl stop redis\\* ; redis-cli --version",
    "apt-get install -y redis-tools",
    "docker run --rm --network host redis:7 redis-cli -h 127.0.0.1 ping",
    "docker build -t redis-tests .",
    "pip install redis",
    "echo redis-server",
)


@pytest.mark.parametrize("script", STARTS)
def test_leaves_a_server_running(script: str) -> None:
    assert starts(script)


@pytest.mark.parametrize("script", NONE)
def test_leaves_none_running(script: str) -> None:
    assert not starts(script)


def run(step: str) -> Hardened:
    text = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
        f"      - {step}\n      - run: npm test\n"
    )
    return harden(Asked(Path("/nowhere"), "ci.yml", text, None, None, None, None, PARTS))


@pytest.mark.parametrize(
    ("step", "port"),
    [
        ("uses: vishnudxb/redis-cluster@1.0.9\n        with: {master1-port: 5000}", "5000"),
        ("uses: shogo82148/actions-setup-redis@v1\n        with: {redis-port: 6380}", "6380"),
        ("run: redis-server --port 7001 --daemonize yes", "7001"),
    ],
)
def test_the_gate_asks_at_the_port_of_the_start(step: str, port: str) -> None:
    assert f'REDIS_PORT: "{port}"' in run(step).changes[0].new


@pytest.mark.parametrize(
    "step",
    [
        "uses: shogo82148/actions-setup-redis@v1\n        with: {auto-start: false}",
        "run: docker compose -f databases.yml up -d ${{ matrix.vendor }} # and redis",
        "run: docker compose -f databases.yml up -d postgres",
    ],
)
def test_what_starts_none_is_no_start(step: str) -> None:
    with pytest.raises(UserError):
        run(step)


def test_a_server_with_an_acl_file_is_not_asked_as_nobody() -> None:
    done = run("run: redis-server --daemonize yes --aclfile tests/users.acl")
    assert "started with an ACL file" in done.left[0]
    assert "redis-diagnostics.sh" not in done.changes[0].new


def test_a_password_in_the_start_is_given_to_the_gate() -> None:
    new = (
        run("run: docker run -d -p 6380:6379 redis:7 redis-server --requirepass not-a-secret").changes[0].new
    )
    assert "REDIS_PASSWORD: not-a-secret" in new
