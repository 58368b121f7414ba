"""What lies in the repository: the language of each job's folder, its versions, locks and test runner.

Reading is done by `look`, the only function here that touches the disk; the rest is told by what it found.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The files that say something, in the order in which a stack is decided.
MARKERS = {"go.mod": "go", "pyproject.toml": "python", "requirements.txt": "python", "package.json": "node"}
_READ = (
    "go.mod",
    "go.sum",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "uv.lock",
    "poetry.lock",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    ".nvmrc",
    ".node-version",
    ".python-version",
)
# Only their being there says something, and they are long.
_LOCKS = {
    name for name in _READ if name.endswith((".lock", ".sum", "-lock.json", "-lock.yaml", "shrinkwrap.json"))
}
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Folder:
    """The telling files of one folder: name to text (locks: empty text)."""

    files: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.files

    @property
    def stack(self) -> str:
        """go, python, node or none."""
        return next((stack for marker, stack in MARKERS.items() if marker in self.files), "none")

    @property
    def package(self) -> Mapping[str, Any]:
        """package.json; empty where it cannot be read."""
        return _table(lambda: json.loads(self.files.get("package.json", "")))

    @property
    def pyproject(self) -> Mapping[str, Any]:
        """pyproject.toml; empty where it cannot be read."""
        return _table(lambda: tomllib.loads(self.files.get("pyproject.toml", "")))

    @property
    def python_text(self) -> str:
        """Everything that names Python packages."""
        names = ("pyproject.toml", "requirements.txt", "requirements-dev.txt")
        return "\n".join(self.files.get(name, "") for name in names)


def look(root: Path, folder: str) -> Folder:
    """The telling files of a folder below the root; what cannot be read is left out."""
    place = root / folder
    return Folder({name: _text(place / name) for name in _READ if (place / name).is_file()})


def telling(files: Mapping[str, str]) -> dict[str, str]:
    """Of files that will be, those that say something, in the form that `look` has."""
    return {name: "" if name in _LOCKS else files[name][:_MOST] for name in _READ if name in files}


def _text(path: Path) -> str:
    if path.name in _LOCKS:
        return ""
    try:
        return path.read_bytes()[:_MOST].decode("utf-8", "replace")
    except OSError:
        return ""


def _table(read: Any) -> Mapping[str, Any]:
    try:
        found = read()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def section(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A table in a table; empty where there is none, or something else stands there."""
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def go_version(folder: Folder) -> str:
    """The version of go.mod's `go` line, or of its `toolchain` line; empty where there is none."""
    found = re.search(
        r"^(?:toolchain go|go )(\d+\.\d+(?:\.\d+)?)", folder.files.get("go.mod", ""), re.MULTILINE
    )
    return found[1] if found else ""
