"""One `run:` step as a process: its output live in the log, its end forced as the hosted runner does."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support.hosted.model import Wire

# actions/runner, src/Runner.Sdk/ProcessInvoker.cs: INT, 7.5 s later TERM, 2.5 s later the tree is killed.
_AFTER_INT, _AFTER_TERM = 7.5, 2.5


@dataclass(frozen=True)
class Ended:
    """Exit code of a process, and why it was stopped if it was."""

    code: int
    timed_out: bool
    cancelled: bool
    log: str


def run_process(
    words: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float, wire: Wire
) -> Ended:
    """Run a program until it ends, `seconds` have passed, or the run is cancelled."""
    # a step that begins after a cancellation asked for it; one whose first words bring it about did not
    already = wire.cancel.is_set()
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    reader = threading.Thread(target=_read, args=(process.stdout, wire, said), daemon=True)
    reader.start()
    wire.sessions.append(process.pid)
    timed_out, cancelled = _await(process, seconds, wire, already)
    # The hosted runner waits a few seconds for output that a process left behind keeps open.
    reader.join(5)
    return Ended(process.returncode, timed_out, cancelled, "".join(said))


def end_left_behind(wire: Wire) -> None:
    """What the hosted runner does at the end of a job: processes that its steps left behind are ended."""
    for session in wire.sessions:
        _kill_session(session)


def _read(stream: IO[bytes], wire: Wire, said: list[str]) -> None:
    with stream:
        for line in stream:
            text = line.decode(errors="replace")
            command = text.strip()
            if command.startswith("::add-mask::"):
                wire.masks.add(command.removeprefix("::add-mask::"))
                continue
            said.append(wire.say(text))


def _await(process: subprocess.Popen[bytes], seconds: float, wire: Wire, already: bool) -> tuple[bool, bool]:
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        cancelled = wire.cancel.is_set() and not already
        timed_out = time.monotonic() > deadline
        if cancelled or timed_out:
            _stop(process)
            return timed_out and not cancelled, cancelled
        time.sleep(0.02)
    return False, False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Only the step's shell is signalled; the tree goes at the very end."""
    for number, patience in ((signal.SIGINT, _AFTER_INT), (signal.SIGTERM, _AFTER_TERM)):
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
    _kill_session(process.pid)
    process.wait(30)


def _kill_session(leader: int) -> None:
    """All processes of a step's session; its shell was started as the leader of one of its own."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _session(entry) == leader:
            try:
                os.kill(int(entry.name), signal.SIGKILL)
            except ProcessLookupError:
                continue


def _session(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[3])
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return None
