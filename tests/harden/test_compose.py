"""Jobs whose Redis a compose file describes: the gate asks where that file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.document import Mapping, read
from holdfast.errors import UserError
from holdfast.harden.flow import Asked, Hardened, harden
from holdfast.harden.write import PARTS
from holdfast.lint.workflow import Workflow
from holdfast.text import Source

WORKFLOW = """\
name: Composed
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Servers
        {start}
      - run: make test-redis
"""
PLAIN = "services:\n  redis:\n    image: redis:7\n    ports:\n      - {}\n"


def hardened(folder: Path, start: str, files: dict[str, str]) -> Hardened:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    text = WORKFLOW.format(start=start)
    return harden(Asked(folder, ".github/workflows/ci.yml", text, None, None, None, None, PARTS))


def environment(done: Hardened) -> dict[str, str]:
    """What the gate is told."""
    job = Workflow(read(Source("ci.yml", done.changes[0].new))).jobs[0]
    gate = next(step for step in job.steps if step.name is not None and step.name.value == "Wait for Redis")
    assert isinstance(gate.env, Mapping)
    return {entry.name: getattr(entry.value, "value", "") for entry in gate.env}


HOST = "127.0.0.1"
CASES: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "default file": (
        "run: docker compose up -d --wait",
        {"compose.yaml": PLAIN.format('"6380:6379"')},
        {"REDIS_HOST": HOST, "REDIS_PORT": "6380"},
    ),
    "named file in a folder": (
        "run: docker compose -f docker/test.yml up -d redis",
        {"docker/test.yml": PLAIN.format("127.0.0.1:6400:6379/tcp")},
        {"REDIS_HOST": HOST, "REDIS_PORT": "6400"},
    ),
    "working directory": (
        "run: docker-compose up -d\n        working-directory: backend",
        {"backend/docker-compose.yml": PLAIN.format("'6401:6379'")},
        {"REDIS_HOST": HOST, "REDIS_PORT": "6401"},
    ),
    "entered folder": (
        "run: cd infra && sudo docker compose up --detach",
        {"infra/compose.yml": PLAIN.format("6402:6379")},
        {"REDIS_HOST": HOST, "REDIS_PORT": "6402"},
    ),
    "long form, password, container": (
        "run: docker compose up -d",
        {
            "compose.yml": "name: shop\nservices:\n  db: {image: postgres:16}\n  cache:\n    image: valkey/valkey:8\n"
            "    command: [valkey-server, --requirepass, not-a-secret]\n    ports:\n      - target: 6379\n"
            "        published: '6403'\n"
        },
        {
            "REDIS_HOST": HOST,
            "REDIS_PORT": "6403",
            "REDIS_PASSWORD": "not-a-secret",
            "REDIS_CONTAINER": "shop-cache-1",
        },
    ),
    "variables": (
        "run: docker compose up -d\n        env: {REDIS_TAG: '7'}",
        {
            ".env": "# ports\nCACHE_PORT=6404\n",
            "compose.yaml": "services:\n  store:\n    image: redis:${REDIS_TAG}\n    container_name: store\n"
            "    command: redis-server --requirepass ${SECRET:-open}\n    ports: ['${CACHE_PORT:-1}:6379']\n",
        },
        {"REDIS_HOST": HOST, "REDIS_PORT": "6404", "REDIS_PASSWORD": "open", "REDIS_CONTAINER": "store"},
    ),
    "override": (
        "run: docker compose up -d",
        {
            "docker-compose.yml": "services:\n  redis:\n    image: redis:7\n",
            "docker-compose.override.yml": "services:\n  redis:\n    ports: ['6405:6379']\n",
        },
        {"REDIS_HOST": HOST, "REDIS_PORT": "6405"},
    ),
    "two files by a variable": (
        "run: docker compose up -d\n        env: {COMPOSE_FILE: 'a.yml:b.yml'}",
        {
            "a.yml": "services:\n  redis: {image: redis:7}\n",
            "b.yml": "services:\n  redis:\n    network_mode: host\n    command: redis-server --port 6406\n",
        },
        {"REDIS_HOST": HOST, "REDIS_PORT": "6406"},
    ),
    "not in the repository": (
        "run: docker compose -f elsewhere.yml up -d",
        {},
        {"REDIS_HOST": HOST, "REDIS_PORT": "6379"},
    ),
}


@pytest.mark.parametrize(("start", "files", "expected"), CASES.values(), ids=CASES)
def test_the_gate_asks_where_the_file_says(
    start: str, files: dict[str, str], expected: dict[str, str], tmp_path: Path
) -> None:
    done = hardened(tmp_path, start, files)
    assert not [said for said in done.left if "is left out" in said]
    assert environment(done) == expected
    assert start in done.changes[0].new


def test_a_redis_that_no_step_can_reach_gets_no_gate(tmp_path: Path) -> None:
    files = {"compose.yaml": "services:\n  redis:\n    image: redis:7\n  app:\n    build: .\n"}
    done = hardened(tmp_path, "run: docker compose up -d", files)
    assert any("compose.yaml publishes no fixed port of its service redis" in said for said in done.left)
    assert "redis-diagnostics.sh" not in done.changes[0].new


def test_a_place_that_is_only_guessed_is_told_as_such(tmp_path: Path) -> None:
    there = hardened(tmp_path / "a", "run: docker compose up -d", {"compose.yaml": PLAIN.format("6380:6379")})
    assert there.told[0].startswith("test: Redis is started by a step at 127.0.0.1:6380;")
    absent = hardened(tmp_path / "b", "run: docker compose -f elsewhere.yml up -d", {})
    said = "test: Redis is started by what is not there to be read, and taken to be at 127.0.0.1:6379;"
    assert absent.told[0].startswith(said)


def test_a_compose_file_without_redis_starts_none(tmp_path: Path) -> None:
    files = {"compose.yaml": "services:\n  db:\n    image: postgres:16\n  redis:\n    image: redis:7\n"}
    with pytest.raises(UserError) as error:
        hardened(tmp_path, "run: docker compose up -d db", files)
    assert error.value.what == "no job here starts a Redis"
    assert error.value.cure.startswith("what the job test brings up by docker compose names no Redis")


def test_a_file_outside_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(PLAIN.format("6999:6379"), "utf-8")
    done = hardened(tmp_path / "inside", "run: docker compose -f ../compose.yaml up -d", {"README": ""})
    assert environment(done)["REDIS_PORT"] == "6379"
