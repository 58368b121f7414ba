"""Measure `holdfast lint` beside zizmor and actionlint, in one run; by hand, not in CI.

    python bench/lint.py [--zizmor PATH] [--actionlint PATH] [--rounds 9] [FILE...]

Without files, 1000 workflows of about 4 KB are written that differ from each other and have the mixture of real
ones (see `workflows.py`). Whole processes, output discarded; the peers that are not found are left out.

The programs take turns in every round, so that a machine that is busy for a while is so for all of them. Shown
are the median of the rounds, the smallest, the processor seconds of the median round with all processes, and the
most memory that a program and its children held together; then each bound as a ratio of medians, of smallest
times and of processor seconds. On a busy machine only the last says much.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from workflows import workflow

# (measured, ours, peer, at most so many times the peer's time)
BOUNDS = (
    ("one file", "cold", "zizmor", 2.0),
    ("all files", "cold", "zizmor", 0.5),
    ("all files", "cold", "actionlint", 4.0),
    ("all files", "second run", "actionlint", 1.0),
)


class Taken(NamedTuple):
    """What one process and its children took, in seconds."""

    wall: float
    processor: float


def once(command: Sequence[str]) -> Taken:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    # no time limit: waiting with one polls in steps of up to 50 ms
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measured(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Taken]]:
    """Every command once to warm up, then all of them in turn, round after round."""
    for command in commands.values():
        once(command)
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(once(command))
    return taken


def peak(command: Sequence[str]) -> float:
    """The most MiB that a command and its children were seen to hold together, pages shared counted twice."""
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, held(process.pid))
            time.sleep(0.002)
    return most / 1024


def held(pid: int) -> int:
    """The resident KiB of a process and those below it; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
    return own + sum(held(int(child)) for child in children)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("files", nargs="*")
    words.add_argument("--zizmor", default=shutil.which("zizmor"))
    words.add_argument("--actionlint", default=shutil.which("actionlint"))
    words.add_argument("--rounds", type=int, default=9)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(given, Path(folder))


def report(given: argparse.Namespace, folder: Path) -> None:
    files = given.files or written(folder)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    print(f"{len(files)} files, {sum(Path(file).stat().st_size for file in files) / 1e6:.1f} MB")
    found: dict[tuple[str, str], list[Taken]] = {}
    for title, names, rounds in (
        ("one file", files[:1], given.rounds * 3),
        ("all files", files, given.rounds),
    ):
        commands = {name: [*command, *names] for name, command in programs(given).items()}
        for name, taken in measured(commands, rounds).items():
            found[title, name] = taken
            middle = sorted(taken)[len(taken) // 2]
            print(
                f"{title:<10} {name:<11} median {middle.wall:6.3f} s  smallest {min(taken).wall:6.3f} s"
                f"  processor {middle.processor:6.3f} s  {peak(commands[name]):4.0f} MiB"
            )
    for title, ours, peer, most in BOUNDS:
        if (title, peer) in found:
            print(f"{title}, {ours}, at most {most} {peer}: {ratios(found[title, ours], found[title, peer])}")


def ratios(ours: list[Taken], theirs: list[Taken]) -> str:
    """Three ratios: of medians, of smallest times, of processor seconds."""
    medians = [statistics.median(one.wall for one in taken) for taken in (ours, theirs)]
    smallest = [min(one.wall for one in taken) for taken in (ours, theirs)]
    processor = [min(one.processor for one in taken) for taken in (ours, theirs)]
    return "  ".join(
        f"{name} {one / other:.2f}"
        for name, (one, other) in (("median", medians), ("smallest", smallest), ("processor", processor))
    )


def programs(given: argparse.Namespace) -> dict[str, list[str]]:
    """The commands by name, without their files."""
    holdfast = str(Path(sys.executable).parent / "holdfast")
    ours = [holdfast, "lint", "--shellcheck", "off", "--output-format", "json"]
    found = {"cold": [*ours, "--no-cache"], "second run": ours}
    if given.actionlint:
        found["actionlint"] = [given.actionlint, "-shellcheck=", "-pyflakes=", "-format", "{{json .}}"]
    if given.zizmor:
        found["zizmor"] = [given.zizmor, "--offline", "--format", "json"]
    return found


def written(folder: Path) -> list[str]:
    """A thousand workflows in a repository of their own."""
    workflows = folder / "repository" / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for number in range(1000):
        (workflows / f"w{number:04}.yml").write_text(workflow(number), "utf-8")
    return [str(file) for file in sorted(workflows.iterdir())]


if __name__ == "__main__":
    main()
