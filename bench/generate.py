"""Measure `holdfast generate` and the start of the program; by hand, not in CI.

    .venv/bin/python bench/generate.py [--rounds 21] [--specs 500]

Medians of whole processes, taken in turn so that a noisy machine hits all alike, and their ratio to this
interpreter's `-c pass`; then as many different specs in one process, from text to validated text.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# What each command may cost, in starts of a bare interpreter; None: shown for itself.
LIMITS: Mapping[str, float | None] = {
    "python -c pass": None,
    "--version": 10,
    "--help": 10,
    "generate --check, nothing changed": 12,
    "generate": 32,
}
MILLISECONDS_A_SPEC = 5.0
SPEC = """\
profile: {profile}
workflow: {{name: Tests {n}}}
redis: {{image: redis:7-alpine, maxmemory: {n}mb, maxmemory-policy: allkeys-lru, memory: 4gb, memory-swap: 4gb}}
jobs:
  test: {{stack: {stack}, run: make test-{n}}}
"""


def spec(n: int) -> str:
    """A spec that differs from its neighbours in profile, language, sizes and texts."""
    stack = ("go", "python", "node", "none")[n % 4]
    return SPEC.format(n=n + 100, profile=("lean", "full")[n % 2], stack=stack)


def medians(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """The median seconds of each command, all run once a round."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            # no time limit: waiting with one polls in steps of up to 50 ms
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    # the first round fills the caches of files and of byte code
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def one_process(count: int) -> tuple[float, float]:
    """The median and the mean milliseconds of a spec, text to validated text, after the first one."""
    from holdfast.flows import Generated, Wanted, generate
    from holdfast.text import Source

    with tempfile.TemporaryDirectory() as folder:
        taken = []
        for n in range(count + 1):
            wanted = Wanted(Path(folder), Source("holdfast.yml", spec(n)), {})
            start = time.perf_counter()
            made = generate(wanted)
            taken.append((time.perf_counter() - start) * 1000)
            if not isinstance(made, Generated):
                raise SystemExit(f"spec {n} is refused: {made[0].message}")
    return statistics.median(taken[1:]), statistics.mean(taken[1:])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=21)
    words.add_argument("--specs", type=int, default=500)
    given = words.parse_args()
    program = str(Path(sys.executable).parent / "holdfast")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "holdfast.yml"
        path.write_text(spec(0), "utf-8")
        subprocess.run([program, "generate", str(path)], check=True, stdout=subprocess.DEVNULL, timeout=120)
        bare, *names = LIMITS
        commands = {bare: [sys.executable, "-c", "pass"]} | {
            name: [program, *arguments]
            for name, arguments in zip(
                names,
                (["--version"], ["--help"], ["generate", "--check", str(path)], ["generate", str(path)]),
                strict=True,
            )
        }
        taken = medians(commands, given.rounds)
    for name, seconds in taken.items():
        limit = LIMITS[name]
        allowed = f"at most {limit:g}" if limit else ""
        print(f"{name:<36}{seconds * 1000:8.1f} ms {seconds / taken[bare]:6.1f}x  {allowed}")
    median, mean = one_process(given.specs)
    print(f"{given.specs} specs in one process: median {median:.2f} ms, mean {mean:.2f} ms a spec,", end=" ")
    print(f"at most {MILLISECONDS_A_SPEC:g}")


if __name__ == "__main__":
    main()
