"""What the retry runner costs: time added to a command that passes at once, and output per second.

    python bench/scripts_retry.py [--runs 21]

Medians over all runs, taken by turns in one go; exit status 1 when a bound is missed: under 30 ms added,
at least 200 MB/s.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

RUNNER = Path(__file__).resolve().parents[1] / "templates" / "scripts" / "run-with-retry.sh"
ADDED_MS = 30.0
STREAMED_MB_PER_S = 200.0
_STREAMED = 500_000_000


def seconds(command: Sequence[str], folder: str, into: int) -> float:
    """Wall time of one run; `wait4` because waiting with a limit polls in steps of up to 50 ms."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=into, stderr=subprocess.DEVNULL
    )
    _, status, _ = os.wait4(process.pid, 0)
    spent = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return spent


def by_turns(cases: Mapping[str, Sequence[str]], runs: int, folder: str, into: int) -> dict[str, list[float]]:
    """The times of each case, all cases once in each round."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(runs):
        for name, command in cases.items():
            times[name].append(seconds(command, folder, into))
    return times


def main() -> int:
    """Measure, print, and compare with the bounds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=21)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        added = _added(runs, folder)
        streamed = _streamed(runs, folder)
    return 0 if added < ADDED_MS and streamed >= STREAMED_MB_PER_S else 1


def _added(runs: int, folder: str) -> float:
    cases = {
        "true": ["true"],
        "bash -c true": ["bash", "-c", "true"],
        "run-with-retry.sh -- true": ["bash", str(RUNNER), "--", "true"],
    }
    times = by_turns(cases, runs, folder, subprocess.DEVNULL)
    bare, _, with_runner = (median(values) * 1000 for values in times.values())
    for name, values in times.items():
        print(f"{name:28} {median(values) * 1000:7.1f} ms   slowest {max(values) * 1000:7.1f} ms")
    print(
        f"added: {with_runner - bare:.1f} ms (bound {ADDED_MS:.0f} ms), {with_runner / bare:.1f} times bare\n"
    )
    return with_runner - bare


def _streamed(runs: int, folder: str) -> float:
    produce = ["head", "-c", str(_STREAMED), "/dev/zero"]
    reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert reader.stdin is not None
    cases = {"bare": produce, "runner": ["bash", str(RUNNER), "--", *produce]}
    times = by_turns(cases, runs, folder, reader.stdin.fileno())
    reader.stdin.close()
    reader.wait()
    rates = {name: _STREAMED / 1e6 / median(values) for name, values in times.items()}
    for name, rate in rates.items():
        print(f"{name:28} {rate:7.0f} MB/s into a pipe")
    print(f"streamed: {rates['runner']:.0f} MB/s (bound {STREAMED_MB_PER_S:.0f}), "
          f"{rates['runner'] / rates['bare']:.2f} of the bare command")  # fmt: skip
    return rates["runner"]


if __name__ == "__main__":
    sys.exit(main())
