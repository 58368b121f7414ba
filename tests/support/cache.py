"""A folder of things that are slow to fetch or build: made once, and anew when their inputs change."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TextIO

_PATIENCE = 600.0
CHECKOUT = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """`HOLDFAST_CACHE`, else `.cache` of the checkout."""
    folder = Path(os.environ.get("HOLDFAST_CACHE") or CHECKOUT / ".cache")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def locked(name: str) -> AbstractContextManager[None]:
    """One process at a time inside, over all processes that share the cache."""
    return locked_file(cache_folder() / f"{name}.lock")


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """One process at a time inside, over all that name this file."""
    with path.open("w") as lock:
        deadline = time.monotonic() + _PATIENCE
        while not _taken(lock):
            if time.monotonic() > deadline:
                raise TimeoutError(f"another process holds {lock.name} for over {_PATIENCE:.0f} s")
            time.sleep(0.05)
        yield


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def cached(name: str, inputs: Iterable[str], build: Callable[[Path], None]) -> Path:
    """The folder that `build` filled for these inputs; a failed build leaves nothing behind."""
    ready = cache_folder() / name / digest(inputs)
    if ready.is_dir():
        return ready
    with locked(name):
        if not ready.is_dir():
            _build_into(ready, build)
    return ready


def digest(inputs: Iterable[str]) -> str:
    """Twelve hexadecimal digits that change with any input or its place."""
    return hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:12]


def _build_into(ready: Path, build: Callable[[Path], None]) -> None:
    ready.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=ready.parent))
    unfinished.chmod(0o755)
    try:
        build(unfinished)
        unfinished.rename(ready)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
