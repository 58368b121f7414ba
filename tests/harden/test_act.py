"""Hardened files of every common shape run green under act, each with a real Redis.

All runs are started at once, three beside each other, and each test waits for its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from support.act import ActRun, run_act
from support.docker import Docker, Engine, engine
from support.ports import free_port

from holdfast import files
from holdfast.harden.flow import Asked, harden
from holdfast.harden.write import PARTS

pytestmark = pytest.mark.alone

# The tests: a client that asks where it is told to.
ASKS = """\
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 10) as peer:
    peer.sendall(b"PING\\r\\n")
    print("it says", peer.recv(100).decode())
"""
HEAD = "name: Shape PORT\non: push\njobs:\n"
CHECKOUT = "    steps:\n      - uses: actions/checkout@v4\n"
ON_HOST = "      - name: Test\n        run: python3 run_tests.py 127.0.0.1 PORT\n"
COPIED = (
    '        options: >-\n          --health-cmd "redis-cli ping"\n          --health-interval 10s\n'
    "          --health-timeout 5s\n          --health-retries 5\n"
)
JOB = "  test:\n    runs-on: ubuntu-24.04\n"


def service(image: str, more: str = "", ports: bool = True) -> str:
    published = "        ports:\n          - PORT:6379\n" if ports else ""
    return f"    services:\n      redis:\n        image: {image}\n{published}{more}"


class Shape(NamedTuple):
    """A workflow file, the file that is hardened where it is another, and how often the tests run."""

    text: str
    other: str = ""
    path: str = ".github/workflows/ci.yml"
    legs: int = 1


MATRIX = "    strategy:\n      matrix:\n        redis: ['redis:7.0-alpine', 'valkey/valkey:8.1-alpine']\n"
RETRIED = (
    "      - name: Test\n        uses: nick-fields/retry@v3\n        with:\n          timeout_minutes: 1\n"
    "          max_attempts: 2\n          command: python3 run_tests.py 127.0.0.1 PORT\n"
)
STARTED = "      - name: Start Redis\n        run: docker run -d --name hardened-PORT -p PORT:6379 redis:7.0-alpine\n"
ENDED = "      - name: End Redis\n        if: always()\n        run: docker rm -f hardened-PORT\n"
SHAPES = {
    "service with options": Shape(HEAD + JOB + service("redis:7.0-alpine", COPIED) + CHECKOUT + ON_HOST),
    "service without options": Shape(HEAD + JOB + service("redis:7.0-alpine") + CHECKOUT + ON_HOST),
    "container job": Shape(
        HEAD
        + JOB
        + "    container: python:3.12\n"
        + service("redis:7.0-alpine", ports=False)
        + CHECKOUT
        + "      - name: Test\n        run: python3 run_tests.py redis 6379\n"
    ),
    "matrix of servers": Shape(
        HEAD
        + JOB
        + MATRIX.replace("matrix:", "max-parallel: 1\n      matrix:", 1)
        + service("${{ matrix.redis }}")
        + CHECKOUT
        + ON_HOST,
        legs=2,
    ),
    "retry action": Shape(HEAD + JOB + service("redis:7.0-alpine") + CHECKOUT + RETRIED),
    "docker run step": Shape(HEAD + JOB + CHECKOUT + STARTED + ON_HOST + ENDED),
    "set-up action": Shape(
        HEAD
        + JOB
        + CHECKOUT
        + "      - uses: supercharge/redis-github-action@1.8.1\n        with:\n          redis-version: 7.0-alpine\n"
        + "          redis-port: PORT\n          redis-container-name: hardened-PORT\n"
        + ON_HOST
        + ENDED
    ),
    "several test steps": Shape(
        HEAD
        + JOB
        + service("valkey/valkey:8.1-alpine")
        + CHECKOUT
        + ON_HOST
        + ON_HOST.replace("Test", "Test again"),
        legs=2,
    ),
    "composite action": Shape(
        HEAD + JOB + CHECKOUT + "      - uses: ./.github/actions/check\n" + ENDED,
        "name: Check\ndescription: Starts Redis and tests\nruns:\n  using: composite\n  steps:\n"
        + "".join(f"{line[2:]}\n" for line in (STARTED + ON_HOST).splitlines()).replace(
            "      run:", "      shell: bash\n      run:"
        ),
        ".github/actions/check/action.yml",
    ),
    "reusable callee": Shape(
        HEAD + "  test:\n    uses: ./.github/workflows/callee.yml\n",
        "name: Callee\non:\n  workflow_call:\njobs:\n  inner:\n    runs-on: ubuntu-24.04\n"
        + service("redis:7.0-alpine", COPIED)
        + CHECKOUT
        + ON_HOST,
        ".github/workflows/callee.yml",
    ),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[ActRun]]]:
    docker = engine(Engine.NEW)
    for tag in ("redis:7.0-alpine", "valkey/valkey:8.1-alpine", "python:3.12"):
        docker.image(tag)
    with ThreadPoolExecutor(3) as pool:
        yield {
            name: pool.submit(_run, docker, shape, tmp_path_factory.mktemp("shape"))
            for name, shape in SHAPES.items()
        }


CALLER = ".github/workflows/ci.yml"


def _run(docker: Docker, shape: Shape, folder: Path) -> ActRun:
    repository, port = folder / "repository", str(free_port())
    for name, text in {
        "run_tests.py": ASKS,
        CALLER: shape.text,
        shape.path: shape.other or shape.text,
    }.items():
        file = repository / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("PORT", port), "utf-8")
    text = (repository / shape.path).read_text("utf-8")
    done = harden(Asked(repository, shape.path, text, None, None, None, None, PARTS))
    assert not done.left, done.left
    files.write(repository, done.changes)
    if shape.other:
        _name_actions(repository / CALLER, done.changes[0].new)
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.test"]
        subprocess.run(["git", *identity, *words], cwd=repository, check=True, timeout=60)
    try:
        return run_act(docker, repository, CALLER, "test", folder / "scratch", seconds=240)
    finally:
        docker.tried("rm", "-f", f"hardened-{port}")


def _name_actions(caller: Path, other: str) -> None:
    """Comments in the caller that name what the other file uses: stand-ins are made for what is named there."""
    used = [line.strip(" -") for line in other.splitlines() if "uses:" in line]
    with caller.open("a", encoding="utf-8") as text:
        text.writelines(f"# {line}\n" for line in used)


@pytest.mark.parametrize("name", SHAPES)
def test_a_hardened_shape_is_green(name: str, runs: dict[str, Future[ActRun]]) -> None:
    outcome = runs[name].result(300)
    assert outcome.code == 0, outcome.log
    assert outcome.log.count("it says +PONG") == SHAPES[name].legs
    assert "Redis at " in outcome.summary
    named = {step: outcome.steps.get(step) for step in ("Wait for Redis", "Check Redis", "Test")}
    # the steps inside of an action are the caller's one step
    assert set(named.values()) == {None if "action.yml" in SHAPES[name].path else "success"}
