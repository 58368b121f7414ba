"""Hardened files run green with a real service container, by the driver that follows the hosted runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from e2e.scenario import run_hosted
from support.docker import Engine, engine
from support.hosted.model import Conclusion
from support.ports import free_port

from holdfast import files
from holdfast.harden.flow import Asked, harden
from holdfast.harden.write import PARTS

pytestmark = pytest.mark.alone

_ASKS = (
    "exec 3<>/dev/tcp/127.0.0.1/PORT; printf 'PING\\r\\n' >&3; read -r answer <&3; echo \"it says $answer\""
)
_SHAPES = {
    "shorthand-like": ("image: redis:7.0-alpine\n        ports: ['PORT:6379']", f"run: |\n          {_ASKS}"),
    "ignored-variables": (
        "image: redis:7.0-alpine\n        ports:\n          - PORT:6379\n        env:\n          REDIS_MAXMEMORY: 64mb",
        f"uses: nick-fields/retry@v3\n        with:\n          max_attempts: 2\n          timeout_minutes: 1\n"
        f"          command: |\n            {_ASKS}",
    ),
}


@pytest.mark.parametrize("name", _SHAPES)
def test_a_hardened_job_is_green(name: str, tmp_path: Path) -> None:
    service, step = _SHAPES[name]
    text = (
        "name: Mine\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    services:\n      redis:\n"
        f"        {service}\n    steps:\n      - uses: actions/checkout@v4\n      - name: Test\n        {step}\n"
    ).replace("PORT", str(free_port()))
    repository = tmp_path / "repository"
    path = repository / ".github" / "workflows" / "ci.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    done = harden(Asked(repository, ".github/workflows/ci.yml", text, None, None, None, None, PARTS))
    assert not [said for said in done.left if "is left out" in said]
    files.write(repository, done.changes)
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.test"]
        subprocess.run(["git", *identity, *words], cwd=repository, check=True, timeout=60)
    outcome = run_hosted(engine(Engine.NEW), repository, tmp_path, lambda line, stop: None)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert "it says +PONG" in outcome.log
    assert [outcome.steps[name] for name in ("Wait for Redis", "Check Redis", "Test")] == ["success"] * 3
