"""The workflow of a new repository, under act, with a real service container: its first push is green.

Made with the installed wheel, rendered for act; what the package managers fetch lies there (see `offline`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from e2e.scenario import COUNT, Outcome, generate, run_acted
from scaffold.offline import mounts
from support.docker import Docker, Engine, engine
from support.hosted.model import Conclusion
from support.ports import free_port
from support.wheel import site

pytestmark = pytest.mark.alone


_STACKS = ("go", "python", "node")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """The first push of each language, all at once."""
    docker = engine(Engine.NEW)
    with ThreadPoolExecutor(len(_STACKS)) as pool:
        yield {stack: pool.submit(_run, docker, stack, tmp_path_factory.mktemp(stack)) for stack in _STACKS}


@pytest.mark.parametrize("stack", _STACKS)
def test_the_first_push_is_green(stack: str, runs: dict[str, Future[Outcome]]) -> None:
    outcome = runs[stack].result(600)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    wanted = {"Lint", "Wait for Redis", "Check Redis", "Run tests"}
    assert {name for name, end in outcome.steps.items() if end == "success"} >= wanted, outcome.steps
    assert "cmdstat_publish:calls=" in outcome.log, outcome.log


def _run(docker: Docker, stack: str, folder: Path) -> Outcome:
    repository = _pushed(stack, folder / "service")
    mounted = mounts(stack, repository, folder)
    return run_acted(docker, repository, folder, lambda line, stop: None, mounted)


def _pushed(stack: str, folder: Path) -> Path:
    """What a user makes with the installed wheel and commits; rendered for act, on a port of this run."""
    words = [sys.executable, "-m", "holdfast", "new", str(folder), "--stack", stack, "--name", "demo-service"]
    environment = {**os.environ, "PYTHONPATH": str(site())}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    port = free_port()
    spec = yaml.safe_load((folder / "holdfast.yml").read_text())
    spec |= {"target": "act", "workflow": {"name": f"new {stack} {port}"}}
    spec["redis"] |= {"id": f"redis-{port}", "port": port}
    spec["jobs"]["test"]["after"] = [{"name": "Count commands", "shell": "bash", "run": COUNT}]
    (folder / "holdfast.yml").write_text(yaml.safe_dump(spec, sort_keys=False))
    generate(folder)
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.test"]
    for command in (["add", "."], ["commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *identity, *command], cwd=folder, check=True, timeout=60)
    return folder
