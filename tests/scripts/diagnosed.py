"""Runs of `redis-diagnostics.sh`, and what they left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.cache import CHECKOUT

SCRIPT = CHECKOUT / "templates" / "scripts" / "redis-diagnostics.sh"
BUNDLE = (
    "redis.log",
    "info.txt",
    "client-list.txt",
    "slowlog.txt",
    "config.txt",
    "inspect.json",
    "health.json",
    "docker-ps.txt",
    "memory.txt",
    "disk.txt",
    "load.txt",
    "sockets.txt",
    "kernel.txt",
    "oom-kills.txt",
    "retry-ledger.json",
)


@dataclass(frozen=True)
class Diagnosed:
    """One finished run of the script."""

    code: int
    out: str
    err: str
    seconds: float
    """How long the whole process took."""
    report: Any
    """The JSON report where one was written."""

    def check(self, name: str) -> dict[str, Any]:
        """The one check of this name."""
        (found,) = [check for check in self.report["checks"] if check["name"] == name]
        assert isinstance(found, dict)
        return found

    def statuses(self) -> dict[str, str]:
        """Every check's status by its name."""
        return {check["name"]: check["status"] for check in self.report["checks"]}


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without anything that the script reads, and with these variables."""
    read = ("REDIS_", "GITHUB_", "RUNNER_", "NO_COLOR", "HOLDFAST_LEDGER")
    return {name: value for name, value in os.environ.items() if not name.startswith(read)} | variables


def diagnose(
    folder: Path,
    *words: str,
    env: Mapping[str, str],
    timeout: float = 60,
    bash: str = shutil.which("bash") or "bash",
    script: Path = SCRIPT,
) -> Diagnosed:
    """Run the script in `folder`; `wait` and `check` leave a JSON report there."""
    report = folder / "report.json"
    silent = words[:1] == ("report",) or "--json" in words or "--help" in words
    asked = [] if silent else ["--json", str(report)]
    if asked:
        report.unlink(missing_ok=True)
    begun = time.monotonic()
    done = subprocess.run(
        [bash, str(script), *words, *asked],
        cwd=folder,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    written = json.loads(report.read_text()) if report.exists() else None
    return Diagnosed(done.returncode, done.stdout, done.stderr, time.monotonic() - begun, written)


def sourced(code: str, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run bash code after the script's functions were sourced and a run was begun."""
    program = f'source "{SCRIPT}"; begin; {code}'
    return subprocess.run(
        ["bash", "-c", program, "test", *words],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def manifest(bundle: Path) -> dict[str, str]:
    """The bundle's files: `written`, or the reason why each is missing."""
    lines = (line.split("\t") for line in (bundle / "manifest").read_text().splitlines())
    return {line[0]: line[-1] for line in lines}


_OF_THE_MACHINE = {"memory.txt", "disk.txt", "load.txt", "sockets.txt", "kernel.txt", "oom-kills.txt"}


def bundle_is_complete(bundle: Path, reported: Diagnosed) -> None:
    """Every file of the list is there, or the reason why it is not; what the machine itself tells always is."""
    assert reported.code == 0, reported.out + reported.err
    listed = manifest(bundle)
    assert tuple(listed) == BUNDLE
    for name, state in listed.items():
        assert (bundle / name).exists() == (state == "written"), (name, state)
        assert state
    assert {name for name, state in listed.items() if state == "written"} >= _OF_THE_MACHINE


def leaves_a_whole_bundle(folder: Path, env: Mapping[str, str]) -> None:
    """The bundle that a job collects where `folder` holds what a run left, its ledger too if there is one."""
    bundle = folder / "bundle"
    bundle_is_complete(bundle, diagnose(folder, "report", str(bundle), env=env))
    ledger = folder / "retry-ledger.json"
    assert (bundle / ledger.name).exists() == ledger.exists()


def only_coreutils(folder: Path) -> str:
    """A PATH with nothing but bash and what the package coreutils holds."""
    listed = subprocess.run(
        ["dpkg", "-L", "coreutils"], capture_output=True, text=True, timeout=60, check=True
    ).stdout.split()
    programs = [Path(name) for name in listed if re.match(r"(/usr)?/bin/", name)]
    folder.mkdir()
    for program in programs:
        (folder / program.name).symlink_to(program)
    (folder / "bash").symlink_to(shutil.which("bash") or "/bin/bash")
    return str(folder)


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.02)


def has_child(pid: int) -> bool:
    """Whether a process has started another one: the script does so once its traps are set."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1:2] == [str(pid)]:
            return True
    return False
