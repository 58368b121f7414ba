"""Where each manager's driver comes from: the template copied, its dependencies installed once, kept in the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from managers.driver import Driver, started
from support.cache import cached

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "project"
DRIVERS = Path(__file__).resolve().parent / "drivers"
NAME, MODULE = "demo", "demo"
MANAGERS = ("go", "python", "python-async", "node")


def project(stack: str, folder: Path) -> Path:
    """The stack's template, its placeholders filled, written to `folder`."""
    source = TEMPLATES / stack
    for file in sorted(source.rglob("*")):
        if file.is_dir() or "node_modules" in file.parts:
            continue
        target = folder / str(file.relative_to(source)).replace("__MODULE__", MODULE).replace(
            "__NAME__", NAME
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text().replace("__MODULE__", MODULE).replace("__NAME__", NAME)
        target.write_text(text)
        shutil.copymode(file, target)
    return folder


def inputs(stack: str) -> list[str]:
    """What a built driver depends on: the template's and the driver's text."""
    files = [*sorted((TEMPLATES / stack).rglob("*")), *sorted((DRIVERS / stack).rglob("*"))]
    return [
        f"{file.name}\n{file.read_text()}"
        for file in files
        if file.is_file() and "node_modules" not in file.parts
    ]


def _run(command: list[str], folder: Path, **env: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | env, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")


def _build_python(folder: Path) -> None:
    venv.create(folder / "venv", with_pip=True)
    _run([str(folder / "venv/bin/pip"), "install", "-q", "--retries", "5", "redis>=8,<9"], folder)


def _build_go(folder: Path) -> None:
    project("go", folder / "project")
    shutil.copytree(DRIVERS / "go", folder / "project" / "internal" / "driver")
    # A compiler as busy as the machine would starve the tests beside it. Without C, as in the job containers that
    # test new repositories: one cache of compiled packages serves both.
    _run(
        ["go", "build", "-p", "2", "-o", str(folder / "driver"), "./internal/driver"],
        folder / "project",
        GOFLAGS="-mod=mod",
        CGO_ENABLED="0",
    )


def _build_node(folder: Path) -> None:
    where = project("node", folder / "project")
    shutil.copytree(DRIVERS / "node", where / "driver")
    settings = where / "tsconfig.json"
    settings.write_text(settings.read_text().replace('"test/**/*.ts"', '"driver/**/*.ts"'))
    _run(["npm", "install", "--no-audit", "--no-fund", "--silent"], where)
    _run(["npx", "tsc", "-p", "tsconfig.json"], where)


def python_environment() -> Path:
    """A virtual environment with redis-py."""
    return cached("manager-python", ["redis>=8,<9", sys.version], _build_python) / "venv"


@contextmanager
def driver(manager: str, scratch: Path) -> Iterator[Driver]:
    """A running driver of one of MANAGERS."""
    stack = manager.partition("-")[0]
    command, env = _commands(manager, stack, scratch)
    with started(command, scratch, os.environ | env) as running:
        yield running


def _commands(manager: str, stack: str, scratch: Path) -> tuple[list[str], dict[str, str]]:
    if stack == "python":
        program = "driver_async.py" if manager == "python-async" else "driver_sync.py"
        where = project("python", scratch / "project") / "src"
        python = python_environment() / "bin" / "python"
        return [str(python), str(DRIVERS / "python" / program), MODULE], {"PYTHONPATH": str(where)}
    if stack == "go":
        return [str(cached("manager-go", inputs("go"), _build_go) / "driver")], {}
    built = cached("manager-node", inputs("node"), _build_node)
    return ["node", str(built / "project" / "dist" / "driver" / "driver.js")], {}
