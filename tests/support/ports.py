"""Free TCP ports that no other test process on this machine takes at the same time."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

# Below the kernel's ephemeral range, so that no client's own port can be in the way.
FIRST, LAST = 20000, 31999
_LOCKS = Path(tempfile.gettempdir()) / f"holdfast-ports-{os.getuid()}"
_held: list[int] = []


def free_port() -> int:
    """A port that nothing listens on, kept from other test processes until this one ends."""
    _LOCKS.mkdir(mode=0o777, exist_ok=True)
    start = random.Random(os.urandom(8)).randrange(FIRST, LAST)
    for step in range(LAST - FIRST):
        port = FIRST + (start - FIRST + step) % (LAST - FIRST)
        if _claim(port):
            return port
    raise RuntimeError("no free port in the tests' range")


def _claim(port: int) -> bool:
    descriptor = os.open(_LOCKS / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    if not _bindable(port):
        os.close(descriptor)
        return False
    _held.append(descriptor)
    return True


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True
