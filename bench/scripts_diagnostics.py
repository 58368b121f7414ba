"""How fast `redis-diagnostics.sh` is: medians and the slowest of many runs, ratios from one and the same go.

python bench/scripts_diagnostics.py [RUNS]     (default 20; the late starts always run 50 in all)
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.servers import Running, Server, running

_SCRIPT = Path(__file__).resolve().parents[1] / "templates" / "scripts" / "redis-diagnostics.sh"
_REDIS = Server.REDIS_8_0
# How late Redis starts, in seconds, and how many runs of each: 50 together.
_LATE = {0.3: 30, 1.0: 14, 5.0: 6}


def main() -> None:
    """Print one table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        _late_starts(report)
        with running(_REDIS) as redis:
            _warm_up(redis, report, runs)
            _check(redis, report, runs)
            _against_redis_cli(redis, report, runs)


def _run(redis_port: int, report: Path, *words: str) -> tuple[float, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("REDIS_", "GITHUB_"))}
    begun = time.monotonic()
    done = subprocess.run(
        ["bash", str(_SCRIPT), *words, "--json", str(report)],
        env=env | {"REDIS_PORT": str(redis_port)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return time.monotonic() - begun, done.stdout


def _late_starts(report: Path) -> None:
    """From the first true PONG, as a prober of our own sees it without pause, to the line `ready`."""
    delays: list[float] = []
    for late, runs in _LATE.items():
        taken = [_late_start(late, report) for _ in range(runs)]
        _row(f"wait --warmup 0, Redis {late} s late: after the first PONG", taken, "ms", 1000)
        delays += taken
    _row("wait --warmup 0, all 50 late starts (bound: slowest 50 ms)", delays, "ms", 1000)


def _late_start(late: float, report: Path) -> float:
    with running(_REDIS, start=False) as redis:
        first_pong: list[float] = []
        prober = threading.Thread(target=_probe, args=(redis.port, first_pong))
        starter = threading.Timer(late, redis.start, [False])
        begun = time.monotonic()
        starter.start()
        prober.start()
        _run(redis.port, report, "wait", "--warmup", "0")
        ended = time.monotonic()
        prober.join()
        starter.join()
        assert first_pong, f"no PONG in {ended - begun} s"
        return ended - first_pong[0]


def _probe(port: int, first_pong: list[float]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(7) == b"+PONG\r\n":
                    first_pong.append(time.monotonic())
                    return
        except OSError:
            time.sleep(0.002)


def _warm_up(redis: Running, report: Path, runs: int) -> None:
    with_it = [_run(redis.port, report, "wait")[0] for _ in range(runs)]
    without = [_run(redis.port, report, "wait", "--warmup", "0")[0] for _ in range(runs)]
    _row("wait on a running Redis, whole process", with_it, "ms", 1000)
    _row("the same with --warmup 0", without, "ms", 1000)
    added = statistics.median(with_it) - statistics.median(without)
    print(f"{'the default warm-up adds (bound: 50 ms)':<68} {added * 1000:9.1f} ms")


def _check(redis: Running, report: Path, runs: int) -> None:
    taken = [_run(redis.port, report, "check")[0] for _ in range(runs)]
    _row("check with all sections, whole process (bound: 1 s)", taken, "s", 1)


def _against_redis_cli(redis: Running, report: Path, runs: int) -> None:
    """The Redis sections of one check, and the same commands with one redis-cli process each."""
    ours, theirs = [], []
    for _ in range(runs):
        _run(redis.port, report, "check")
        seconds = json.loads(report.read_text())["seconds"]
        ours.append(float(seconds))
        theirs.append(_timed(lambda: _with_redis_cli(redis)))
    _row("check, its own clock", ours, "s", 1)
    _row("its Redis commands with one redis-cli process each", theirs, "s", 1)
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"{'ratio (bound: 20)':<68} {ratio:9.1f} x")


def _timed(action: Callable[[], None]) -> float:
    begun = time.monotonic()
    action()
    return time.monotonic() - begun


def _with_redis_cli(redis: Running) -> None:
    """1000 operations, 250 pipelined writes, 10 connections and some 25 single commands: what a check does."""
    cli = shutil.which("redis-cli") or str(_REDIS.cli)
    commands = [f"{cli} -p {redis.port} SET bench value EX 60", f"{cli} -p {redis.port} GET bench"]
    script = f"""
        for i in $(seq 500); do {commands[0]}; {commands[1]}; done
        for i in $(seq 250); do {commands[0]}; done
        for i in $(seq 35); do {cli} -p {redis.port} PING; done
        {cli} -p {redis.port} DEL bench
    """
    subprocess.run(["bash", "-c", script], stdout=subprocess.DEVNULL, check=True, timeout=300)


def _row(name: str, seconds: list[float], unit: str, scale: float) -> None:
    middle, slowest = statistics.median(seconds) * scale, max(seconds) * scale
    print(
        f"{name:<68} {middle:9.3f} {unit} median, {slowest:9.3f} {unit} slowest of {len(seconds)}", flush=True
    )


if __name__ == "__main__":
    main()
