"""What a folder already is: its language, and where its service lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# The file that says which language a folder is written in.
MARKERS = {"go.mod": "go", "pyproject.toml": "python", "package.json": "node"}
STACKS = ("go", "python", "node")


@dataclass(frozen=True, slots=True)
class Existing:
    """A service in a repository: its stack, and its folder below the root ("" for the root itself)."""

    stack: str
    folder: str


def services(root: Path) -> tuple[Existing, ...]:
    """The services at the root and one folder below it; the root first, then by name."""
    folders = [root, *sorted(path for path in _folders(root) if not path.name.startswith("."))]
    found = [
        Existing(stack, "" if folder == root else folder.name)
        for folder in folders
        for marker, stack in MARKERS.items()
        if (folder / marker).is_file()
    ]
    return tuple(found)


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()]


def module_of(stack: str, folder: Path, name: str) -> str:
    """The module or package that new code belongs to: the existing one, else one named after the project."""
    if stack == "go":
        declared = re.search(r"^module\s+(\S+)", _text(folder / "go.mod"), re.MULTILINE)
        return declared.group(1) if declared else name
    if stack == "python":
        packages = sorted(path.parent.name for path in folder.glob("src/*/__init__.py"))
        return packages[0] if packages else package_name(name)
    return name


def package_name(name: str) -> str:
    """A Python package's name for a project's."""
    word = re.sub(r"\W+", "_", name).strip("_").lower() or "app"
    return f"_{word}" if word[0].isdigit() else word


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
