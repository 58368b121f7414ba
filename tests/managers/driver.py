"""A manager's driver process, spoken to in JSON lines (see README.md beside this file)."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 40.0

Answer = dict[str, Any]  # JSON of the driver: its shape depends on the request


class Driver:
    """Requests may overlap: each is answered under its own number."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._waiting: dict[int, queue.Queue[Answer]] = {}
        self._arrived = threading.Condition()
        self.events: list[Answer] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            record = json.loads(line)
            if "id" in record:
                self._waiting[record["id"]].put(record)
                continue
            with self._arrived:
                self.events.append(record)
                self._arrived.notify_all()

    def begin(self, do: str, **fields: Any) -> queue.Queue[Answer]:
        """Send a request; its answer comes into the queue."""
        assert self._process.stdin is not None
        number = next(self._numbers)
        self._waiting[number] = queue.Queue()
        self._process.stdin.write(json.dumps({"id": number, "do": do, **fields}) + "\n")
        self._process.stdin.flush()
        return self._waiting[number]

    def ask(self, do: str, patience: float = PATIENCE, **fields: Any) -> Answer:
        """Send a request and wait for its answer."""
        return self.begin(do, **fields).get(timeout=patience)

    def connected(self, url: str, **options: Any) -> Answer:
        """Connect, and be sure of it."""
        answer = self.ask("connect", url=url, options=options)
        assert answer["ok"], answer
        return answer

    def wait_for(self, event: str, patience: float = PATIENCE, **fields: Any) -> Answer:
        """The first event of that kind with those fields, past or coming."""
        end = time.monotonic() + patience
        with self._arrived:
            while True:
                for record in self.events:
                    if record["event"] == event and all(
                        record.get(key) == value for key, value in fields.items()
                    ):
                        return record
                left = end - time.monotonic()
                assert left > 0, (event, fields, self.events[-20:])
                self._arrived.wait(left)

    def log_lines(self) -> list[Answer]:
        """The manager's structured log, read."""
        return [json.loads(record["line"]) for record in self.events if record["event"] == "log"]

    def states(self) -> list[str]:
        return [record["state"] for record in self.events if record["event"] == "status"]


@contextmanager
def started(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[Driver]:
    """A driver process that has said it is up; ended with the block."""
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        driver = Driver(process)
        driver.wait_for("up")
        yield driver
    finally:
        process.kill()
        process.wait(30)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
