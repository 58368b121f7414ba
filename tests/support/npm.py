"""The npm packages that tests compare with: GitHub's own workflow parser and its parts."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

from support.cache import cache_folder, locked

PACKAGES = (
    "@actions/workflow-parser@0.3.61",
    "@actions/languageservice@0.3.61",
    "@actions/expressions@0.3.61",
    "yaml@2.9.1",
    "vscode-languageserver-textdocument@1.0.16",
)
_TRIES = 3


def npm_folder() -> Path:
    """The folder whose `node_modules` holds the packages, installed when it does not yet."""
    folder = cache_folder() / "npm"
    with locked("npm"):
        if not _installed(folder):
            folder.mkdir(exist_ok=True)
            _install(folder)
            (folder / "holdfast-packages.json").write_text(json.dumps(PACKAGES))
    return folder


def _installed(folder: Path) -> bool:
    stamp = folder / "holdfast-packages.json"
    return stamp.exists() and json.loads(stamp.read_text()) == list(PACKAGES)


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is missing; `python3 dev.py test` as root installs it")
    words = ["install", "--no-audit", "--no-fund", "--no-progress", "--prefix", str(folder), *PACKAGES]
    for attempt in range(1, _TRIES + 1):
        done = subprocess.run([npm, *words], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode == 0:
            return
        time.sleep(2 * attempt)
    raise RuntimeError(f"npm {' '.join(words)}\nended with {done.returncode}\n{done.stderr}")
