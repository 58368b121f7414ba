"""What users install: the wheel of the checkout, unpacked, built anew when a source of it changes."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from support.cache import CHECKOUT, cached


def site() -> Path:
    """A folder that holds the wheel's packages: put it into PYTHONPATH."""
    return cached("wheel", _sources(), _build) / "site"


def _sources() -> list[str]:
    folders = (CHECKOUT / "src", CHECKOUT / "templates")
    files = [CHECKOUT / "pyproject.toml", *(file for folder in folders for file in sorted(folder.rglob("*")))]
    return [
        f"{file.relative_to(CHECKOUT)}\n{file.read_text(errors='replace')}"
        for file in files
        if file.is_file() and not {"node_modules", "__pycache__"} & set(file.parts)
    ]


def _build(folder: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"the wheel was not built:\n{done.stdout}{done.stderr}")
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "site")
