"""Mounts that let a job container install a new project's dependencies without the network.

The package managers are the real ones, and do their whole work: only what they would fetch lies there already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from support.cache import cached

# Where the stand-ins of the set-up actions look for programs of the run.
SET_UP = "/opt/set-up"
_PYTHON = "3.11"
# hatchling asks for `editables` only when it builds an editable wheel; redis-py asks for `async-timeout` only below
# Python 3.11.3, and the image has 3.11.2
_ASKED_LATER = ("hatchling", "editables", "async-timeout")


def mounts(stack: str, project: Path, scratch: Path) -> tuple[str, ...]:
    """`-v` values for a job that tests this project; `scratch` is an empty folder of the run."""
    return _MOUNTS[stack](project, scratch)


def _go(project: Path, scratch: Path) -> tuple[str, ...]:
    _run(["go", "mod", "download"], project)
    modules = _told(["go", "env", "GOMODCACHE"], project)
    (scratch / "env").write_text("GOPROXY=off\nGOFLAGS=-p=2\n")
    return (f"{modules}:/root/go/pkg/mod", f"{scratch}/env:/root/.config/go/env:ro")


def _python(project: Path, scratch: Path) -> tuple[str, ...]:
    settings = (project / "pyproject.toml").read_text()

    def download(folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "--quiet"]
        of = ["--only-binary=:all:", "--python-version", _PYTHON]
        wanted = [*_ASKED_LATER, *_requirements(settings)]
        _run([*pip, "download", *of, "--dest", str(folder / "wheels"), *wanted], folder)
        _run([*pip, "install", "--target", str(folder / "pip"), "pip"], folder)

    fetched = cached("new-python", [_PYTHON, *_ASKED_LATER, settings], download)
    _environment(fetched / "pip", scratch / "python")
    (scratch / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /opt/wheels\n")
    return (
        f"{scratch}/python:{SET_UP}",
        f"{fetched}/wheels:/opt/wheels:ro",
        f"{scratch}/pip.conf:/etc/pip.conf:ro",
    )


def _requirements(settings: str) -> list[str]:
    import tomllib

    project = tomllib.loads(settings)["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def _environment(pip: Path, folder: Path) -> None:
    """A virtual environment of the image's own Python, as setup-python gives a Python that may be changed."""
    packages = folder / "lib" / f"python{_PYTHON}" / "site-packages"
    shutil.copytree(pip, packages)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(f"/usr/bin/python{_PYTHON}")
    program = folder / "bin" / "pip"
    program.write_text(f'#!/bin/sh\nexec {SET_UP}/bin/python -m pip "$@"\n')
    program.chmod(0o755)


def _node(project: Path, scratch: Path) -> tuple[str, ...]:
    lock = (project / "package-lock.json").read_text()

    def fetch(folder: Path) -> None:
        copy = folder / "project"
        copy.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(project / name, copy)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--cache", str(folder / "cache")], copy)
        shutil.rmtree(copy)

    cache = cached("new-node", [lock], fetch) / "cache"
    registry = _told(["npm", "config", "get", "registry"], project)
    (scratch / "npmrc").write_text(f"registry={registry}\ncache=/opt/npm\noffline=true\naudit=false\n")
    return (f"{cache}:/opt/npm", f"{scratch}/npmrc:/root/.npmrc:ro")


_MOUNTS: dict[str, Callable[[Path, Path], tuple[str, ...]]] = {"go": _go, "python": _python, "node": _node}


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")


def _told(command: Sequence[str], folder: Path) -> str:
    return subprocess.run(
        command, cwd=folder, env=os.environ, capture_output=True, text=True, timeout=60, check=True
    ).stdout.strip()
