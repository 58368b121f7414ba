"""The files that git knows of, read from its index without running git.

Source: https://git-scm.com/docs/index-format (2026-11).
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

_MOST = 20_000  # files; beyond it the index is not read
_HEADER = 12
_FIXED = 62  # bytes of an entry before its name, with object names of 20 bytes
_EXTENDED = 0x4000
# Extensions that say that files are listed elsewhere, or folders in place of their files.
_ELSEWHERE = (b"link", b"sdir")


def tracked(root: str) -> str | None:
    """The paths below a checkout, one a line; None where that cannot be said."""
    index = f"{root}/.git/index"
    try:
        stat = os.stat(index)  # noqa: PTH116  (pathlib costs more than the call)
    except OSError:
        return None
    return _read(index, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read(index: str, changed: int, size: int) -> str | None:
    """As `tracked`; `changed` and `size` tell one state of the file from the next."""
    try:
        paths = parsed(Path(index).read_bytes())
    except (OSError, ValueError, IndexError):
        return None
    return None if paths is None else "\n".join(paths)


def parsed(data: bytes) -> tuple[str, ...] | None:
    """The paths of an index; None for a form that is not read (version 4, split, sparse, SHA-256, too many)."""
    version = int.from_bytes(data[4:8], "big")
    count = int.from_bytes(data[8:12], "big")
    if data[:4] != b"DIRC" or version not in (2, 3) or count > _MOST:
        return None
    paths = []
    at = _HEADER
    for _ in range(count):
        flags = int.from_bytes(data[at + 60 : at + _FIXED], "big")
        start = at + _FIXED + (2 if flags & _EXTENDED else 0)
        end = data.index(b"\0", start)
        if min(flags & 0xFFF, 0xFFF) != min(end - start, 0xFFF):
            return None  # object names of another length
        paths.append(data[start:end].decode("utf-8"))
        at += (end - at) // 8 * 8 + 8
    rest = data[at:]
    return None if any(sign in rest for sign in _ELSEWHERE) else tuple(paths)
