"""Measures what docs/before-after.md shows: the first workflow and its hardened form, run by the driver.

By hand, on a machine with a Docker engine of the tests' own: `PYTHONPATH=tests python tests/harden/measure.py`. It
takes some five minutes, writes `before/measured.json`, and `before_after.py` makes the page of it. The retry action
of the first workflow is a loop of the same numbers here, and `go test` a client that prints, asks, and fails.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from support.docker import Docker, Engine, engine
from support.hosted.job import run_job
from support.hosted.model import Conclusion, JobRun, Request, Wire
from support.ports import free_port

from holdfast import files
from holdfast.harden.flow import Asked, harden
from holdfast.harden.write import PARTS

FOLDER = Path(__file__).with_name("before")
BEFORE = FOLDER / "deploy-production.yml"
MEASURED = FOLDER / "measured.json"
WORKFLOW = ".github/workflows/deploy-production.yml"
FIRST = "=== RUN the first test"
# Stands in for `go`: a test that asks Redis for ten seconds, or fails by itself.
TESTS = f"""\
#!/usr/bin/env python3
import os, pathlib, socket, sys, time
address = ("127.0.0.1", int(os.environ["REDIS_URL"].split(":")[2].split("/")[0]))
print("{FIRST}", flush=True)
def ask(words):
    with socket.create_connection(address, 5) as peer:
        peer.sendall(words + b"\\r\\n")
        return peer.recv(1000).decode().split("\\r\\n")
try:
    for name in (b"maxmemory", b"maxmemory-policy"):
        print("in force:", name.decode(), ask(b"CONFIG GET " + name)[4], flush=True)
    if pathlib.Path("fails").exists():
        print("--- FAIL: TestSum\\n    sum_test.go:7: got 3, want 4\\nFAIL"); sys.exit(1)
    for _ in range(20 if pathlib.Path("lasts").exists() else 1):
        ask(b"PING"); time.sleep(0.5)
except OSError:
    print(f"--- FAIL: TestStore\\n    store_test.go:12: dial tcp 127.0.0.1:{{address[1]}}: connect: connection "
          "refused")
    print("FAIL"); sys.exit(1)
print("ok  \\tapp\\t0.1s")
"""
# What the retry action does with these numbers (its own README, version 3): all attempts, with pauses between.
LOOP = """\
        run: |
          for attempt in 1 2 3; do
            if timeout 600 bash -c 'cd backend && go test ./...'; then exit 0; fi
            [ "$attempt" -eq 3 ] || sleep 10
          done
          exit 1
"""


@dataclass
class Seen:
    """Seconds since the job's begin at which lines came; the run itself."""

    began: float = field(default_factory=time.monotonic)
    first: list[float] = field(default_factory=list)
    killed: float = 0.0
    failed: float = 0.0
    run: JobRun | None = None

    @property
    def log(self) -> str:
        return self.run.log if self.run is not None else ""


def texts(port: int, command: str = "") -> tuple[str, str]:
    """The file before and after, at another port, with another command of the server's where one is given."""
    before = (
        BEFORE.read_text("utf-8")
        .replace("6379:6379", f"{port}:6379")
        .replace("localhost:6379", f"127.0.0.1:{port}")
    )
    asked = Asked(Path("/nowhere"), WORKFLOW, before, None, None, None, None, PARTS)
    after = harden(asked).changes[0].new
    start, end = before.index("        uses: nick-fields"), before.index("        env:\n          REDIS_URL")
    before = before[:start] + LOOP + before[end:]
    if command:
        line = next(line for line in after.splitlines(True) if "        command: redis-server" in line)
        after = after.replace(line, f"        command: {command}\n")
        before = before.replace("        ports:\n", f"        command: {command}\n        ports:\n", 1)
    return before, after


def played(docker: Docker, number: int, mark: str = "", dies: bool = False, command: str = "") -> Seen:
    """One run of the job `test`; `mark` is a file that the stand-in for the tests looks for."""
    port = free_port()
    text = texts(port, command)[number]
    with tempfile.TemporaryDirectory() as place:
        repository, tools = Path(place) / "app", Path(place) / "tools"
        (repository / "backend").mkdir(parents=True)
        (repository / "backend" / (mark or "plain")).touch()
        tools.mkdir()
        (tools / "go").write_text(TESTS, "utf-8")
        (tools / "go").chmod(0o755)
        asked = Asked(repository, WORKFLOW, BEFORE.read_text("utf-8"), None, None, None, None, PARTS)
        files.write(repository, harden(asked).changes[1:])
        path = repository / WORKFLOW
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        seen = Seen()
        wire = Wire(watch=_watch(docker, seen, port if dies else 0))
        seen.run = run_job(
            docker, Request(repository, WORKFLOW, "test", path=str(tools)), Path(place) / "run", wire
        )
        seen.failed = seen.failed or time.monotonic() - seen.began
        return seen


def _watch(docker: Docker, seen: Seen, port: int) -> Callable[[str], None]:
    def watch(line: str) -> None:
        now = time.monotonic() - seen.began
        if FIRST in line:
            seen.first.append(now)
            if port and not seen.killed:
                found = docker.run("ps", "--quiet", "--filter", f"publish={port}")
                docker.run("kill", found)
                seen.killed = time.monotonic() - seen.began
        if "##[error]Process completed" in line or "##[error]Failed to initialize" in line:
            seen.failed = seen.failed or now

    return watch


def in_force(seen: Seen, name: str) -> str:
    return next(line.split()[-1] for line in seen.log.splitlines() if line.startswith(f"in force: {name} "))


def measured(docker: Docker, number: int) -> dict[str, object]:
    """All numbers of one of the two files: 0 before, 1 after."""
    fine = played(docker, number)
    assert fine.run is not None
    assert fine.run.conclusion is Conclusion.SUCCESS, fine.log
    lost = played(docker, number, "lasts", dies=True)
    fails = played(docker, number, "fails")
    exits = played(docker, number, command="redis-server --no-such-setting 1")
    silent = played(docker, number, command="sleep 600")
    return {
        "first_test": round(fine.first[0], 1),
        "maxmemory": in_force(fine, "maxmemory"),
        "policy": in_force(fine, "maxmemory-policy"),
        "lost": round(lost.failed - lost.killed, 1),
        "lost_attempts": len(lost.first),
        "failing_attempts": len(fails.first),
        "exits": round(exits.failed, 1),
        "silent": round(silent.failed, 1),
        "bundle": bool(lost.run and lost.run.artifacts),
    }


def main() -> None:
    docker = engine(Engine.NEW)
    processor = subprocess.run(
        ["nproc"], capture_output=True, text=True, timeout=10, check=True
    ).stdout.strip()
    version = docker.run("version", "--format", "{{.Server.Version}}")
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{processor} cores, {platform.system()} {os.uname().machine}, Docker engine {version}",
        "before": measured(docker, 0),
        "after": measured(docker, 1),
    }
    MEASURED.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
