"""One run of the retry runner, with all that it leaves behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships without types
from scripts.retry.tables import SCRIPT
from support.servers import Running

CHECKOUT = SCRIPT.parents[2]
SCHEMA = json.loads((CHECKOUT / "docs" / "retry-ledger.schema.json").read_text())

# The JSON of the ledger, as loaded: its shape is the schema's business.
Ledger = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """How a run ended, what it printed and wrote; seconds of a monotonic clock."""

    code: int
    out: bytes
    err: str
    seconds: float
    folder: Path

    @property
    def ledger(self) -> Ledger:
        """The ledger, checked against its schema."""
        ledger: Ledger = json.loads((self.folder / "retry-ledger.json").read_text())
        jsonschema.validate(ledger, SCHEMA)
        return ledger

    @property
    def classes(self) -> list[str]:
        return [attempt["class"] for attempt in self.ledger["attempts"]]

    @property
    def last(self) -> Ledger:
        attempt: Ledger = self.ledger["attempts"][-1]
        return attempt


def environment(**more: str) -> dict[str, str]:
    """What a run sees: no variable of the tests' own surroundings that the runner would read."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **more}


def arguments(flags: Sequence[str], command: Sequence[str], script: Path = SCRIPT) -> list[str]:
    return ["bash", str(script), *flags, *(["--", *command] if command else [])]


def retry(
    folder: Path,
    *flags: str,
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
    stdin: bytes = b"",
    together: bool = False,
) -> Run:
    """Run to the end; `together` gives the runner one pipe for both of its outputs."""
    began = time.monotonic()
    done = subprocess.run(
        arguments(flags, command),
        cwd=folder,
        env=environment(**(env or {})),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if together else subprocess.PIPE,
        timeout=timeout,
        check=False,
    )
    err = "" if together else done.stderr.decode(errors="replace")
    return Run(done.returncode, done.stdout, err, time.monotonic() - began, folder)


def python(code: str) -> list[str]:
    """A command that runs this Python."""
    return [sys.executable, "-c", code]


def shell(code: str) -> list[str]:
    return ["bash", "-c", code]


REFUSED = 'echo "dial tcp 127.0.0.1:6379: connect: connection refused"; exit 1'
"""Fails as a client does that finds no Redis."""


def fails_first(words: str, then: str = "echo fine") -> list[str]:
    """Fails once with these words, and does something else from then on; keeps count in the file `runs`."""
    return shell(f'echo run >>runs; if [ "$(wc -l <runs)" = 1 ]; then echo "{words}"; exit 3; fi; {then}')


def own_address() -> str:
    """An address of this machine that is not a loopback one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def fill(server: Running) -> None:
    """One key in database 0, one in database 3."""
    with server.client() as client:
        client.call("SET", "in0", "x")
        client.call("SELECT", "3")
        client.call("SET", "in3", "x")


def kept(server: Running) -> tuple[int, int]:
    """How many keys there are in databases 0 and 3."""
    with server.client() as client:
        zero = int(str(client.call("DBSIZE")))
        client.call("SELECT", "3")
        return zero, int(str(client.call("DBSIZE")))
