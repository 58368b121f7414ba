"""Measure `holdfast lint` beside zizmor and actionlint, in one run; by hand, not in CI.

    python bench/lint.py [--zizmor PATH] [--actionlint PATH] [--rounds 5] [FILE...]

Without files, 1000 workflows of about 4 KB are written that differ from each other. Medians of whole processes,
output discarded; the peers that are not found are left out.
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
from collections.abc import Callable, Sequence
from pathlib import Path

JOB = """
  test-{n}-{job}:
    name: Test ${{{{ matrix.os }}}} ({n})
    runs-on: ${{{{ matrix.os }}}}
    timeout-minutes: 2{job}
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-24.04, ubuntu-22.04]
        python: ["3.11", "3.12", "3.{job}"]
    services:
      redis:
        image: redis:7.{n}-alpine
        ports:
          - 6379:6379
        options: >-
          --health-cmd "redis-cli ping"
          --health-interval {job}0s
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: {job}
      # Set up the language
      - name: Set up Python
        id: python
        uses: actions/setup-python@v6
        with:
          python-version: ${{{{ matrix.python }}}}
          cache: pip
      - name: Install {n}
        run: |
          python -m pip install --upgrade pip
          pip install -r requirements-{n}.txt
          echo "done {job}" >> "$GITHUB_STEP_SUMMARY"
      - name: Test
        env:
          REDIS_URL: redis://localhost:6379/{job}
          TOKEN: ${{{{ secrets.TOKEN_{n} }}}}
        if: github.event_name == 'push' && steps.python.outcome == 'success'
        run: pytest -q --maxfail={job} tests/part_{n}
"""
HEAD = """name: CI {n}
on:
  push:
    branches: [main, "release/{n}.*"]
  pull_request:
permissions:
  contents: read
concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}-{n}
  cancel-in-progress: true
jobs:"""


def workflow(n: int) -> str:
    """A workflow of about 4 KB."""
    return HEAD.format(n=n) + "".join(JOB.format(n=n, job=job) for job in (1, 2, 3))


def measured(
    command: Sequence[str], rounds: int, before: Callable[[], None] | None = None
) -> tuple[float, float]:
    """The median seconds of a command, and the peak memory of its largest process in MiB."""
    times = []
    for _ in range(rounds):
        if before:
            before()
        start = time.perf_counter()
        subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=600
        )
        times.append(time.perf_counter() - start)
    return statistics.median(times), peak(command)


def peak(command: Sequence[str]) -> float:
    """The resident peak of a command, read in a child that starts nothing else."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, stderr=-3);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, check=True, timeout=600
    )
    return int(done.stdout) / 1024


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("files", nargs="*")
    words.add_argument("--zizmor", default=shutil.which("zizmor"))
    words.add_argument("--actionlint", default=shutil.which("actionlint"))
    words.add_argument("--rounds", type=int, default=5)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(given, Path(folder))


def report(given: argparse.Namespace, folder: Path) -> None:
    files = given.files or written(folder)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    ours = [
        str(Path(sys.executable).parent / "holdfast"),
        "lint",
        "--shellcheck",
        "off",
        "--output-format",
        "json",
    ]
    commands: dict[str, list[str]] = {"holdfast, cold": [*ours, "--no-cache"], "holdfast, second run": ours}
    if given.actionlint:
        commands["actionlint"] = [given.actionlint, "-shellcheck=", "-pyflakes=", "-format", "{{json .}}"]
    if given.zizmor:
        commands["zizmor"] = [given.zizmor, "--offline", "--format", "json"]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    print(
        f"{len(files)} files, {sum(Path(file).stat().st_size for file in files) / 1e6:.1f} MB, limit {soft}/{hard}"
    )
    for title, names, rounds in (
        ("one file", files[:1], given.rounds * 3),
        ("all files", files, given.rounds),
    ):
        for name, command in commands.items():
            subprocess.run(
                [*command, *names], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
            seconds, memory = measured([*command, *names], rounds)
            print(f"{title:<10} {name:<22} {seconds:7.3f} s  {memory:6.0f} MiB")


def written(folder: Path) -> list[str]:
    """A thousand workflows in a repository of their own."""
    workflows = folder / "repository" / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for n in range(1000):
        (workflows / f"w{n:04}.yml").write_text(workflow(n), "utf-8")
    return [str(file) for file in sorted(workflows.iterdir())]


if __name__ == "__main__":
    main()
