"""Captures what act itself prints: real jobs with a real service container, put into a fault by a step of their own.

By hand, as root, with the engine of the tests: `PYTHONPATH=tests python -m triage.acted BOX [NAME...]`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from support.act import _RUNNER_IMAGE, _stubs
from support.docker import Docker, Engine, engine
from support.ports import free_port
from triage import framing
from triage.capture import CAPTURED, HERE, SCRIPTS, shortened

# name: class, what is said to the server before the tests, what runs as the tests
CASES = {
    "act-shut-down": ("refused", "SHUTDOWN NOSAVE", "python3 -m unittest"),
    "act-shut-down-gate": (
        "refused",
        "SHUTDOWN NOSAVE",
        "bash scripts/redis-diagnostics.sh wait --timeout 4s",
    ),
    "act-password": ("noauth", "CONFIG SET requirepass words", "python3 -m unittest"),
    "act-password-check": (
        "noauth",
        "CONFIG SET requirepass words",
        "bash scripts/redis-diagnostics.sh check",
    ),
    "act-memory": ("oom", "CONFIG SET maxmemory 100kb", "python3 -m unittest"),
    "act-replica-runner": (
        "readonly",
        "REPLICAOF 127.0.0.1 1",
        "bash scripts/run-with-retry.sh --attempts 2 --delays 1s -- python3 -m unittest",
    ),
    "act-paused": ("timeout", "CLIENT PAUSE 60000 ALL", "python3 -m unittest"),
    "act-syntax": ("usage", "PING", "python3 -m unittest test_shop.BasketTest (and more)"),
    "act-healthy": ("unknown", "PING", "python3 -m unittest && exit 3"),
    "act-not-installed": ("usage", "PING", "run-the-tests"),
}
WORKFLOW = """\
name: CI
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    services:
      redis:
        image: redis:7-alpine
        ports: ["{port}:6379"]
        options: --health-cmd "redis-cli ping" --health-interval 1s
    env:
      REDIS_URL: redis://127.0.0.1:{port}/0
      PYTHONPATH: vendor
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
      - name: Prepare
        run: python3 prepare.py {words}
      - name: Run tests
        run: {run}
"""
PREPARE = """\
import os, sys, redis
print("telling Redis:", *sys.argv[1:])
try:
    print(redis.Redis.from_url(os.environ["REDIS_URL"]).execute_command(*sys.argv[1:]))
except redis.ConnectionError:
    print("it ended")
"""


def run(name: str, docker: Docker, box: Path) -> str:
    """What act printed."""
    _, words, command = CASES[name]
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "shop"
        folder.mkdir()
        site = next(box.glob("venv/lib/python*/site-packages"))
        for package in ("redis", "async_timeout"):
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(site / package, folder / "vendor" / package, ignore=unwanted)
        shutil.copytree(SCRIPTS, folder / "scripts")
        (folder / "test_shop.py").write_text((HERE / "suites/unittest/test_shop.py.txt").read_text())
        (folder / "prepare.py").write_text(PREPARE)
        text = WORKFLOW.format(port=port, words=words, run=command)
        (folder / ".github/workflows").mkdir(parents=True)
        (folder / ".github/workflows/ci.yml").write_text(text)
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
        for words_of_git in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
            subprocess.run([*git, *words_of_git], cwd=folder, check=True, timeout=60)
        for tag in ("redis:7-alpine", _RUNNER_IMAGE):
            docker.image(tag)
        program = shutil.which("act") or str(Path(sys.executable).with_name("act"))
        act = [program, "push", "--rm", "--pull=false", "--action-offline-mode", "--privileged", "-j", "test"]
        act += ["-P", f"ubuntu-24.04={_RUNNER_IMAGE}", "--container-daemon-socket", f"unix://{docker.socket}"]
        act += [word for stub in _stubs(text, Path(scratch)) for word in ("--local-repository", stub)]
        places = {"XDG_CACHE_HOME": f"{scratch}/cache", "HOME": scratch}
        environment = {**os.environ, **docker.env, **places}
        done = subprocess.run(
            act,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
            text=True,
        )
    replaced = [(str(folder), "/home/runner/work/shop/shop"), (scratch, "/home/runner"), (str(port), "6379")]
    return framing.without_places(done.stdout, [*replaced, (str(docker.socket), "/var/run/docker.sock")])


def main(arguments: list[str]) -> int:
    """Captures what is named, or everything."""
    docker = engine(Engine.NEW)
    for name, (failure, _, _) in CASES.items():
        if arguments[1:] and not any(re.search(word, name) for word in arguments[1:]):
            continue
        text = run(name, docker, Path(arguments[0]).resolve())
        sys.stderr.write(f"{failure:10} {name} {len(text)}\n")
        (CAPTURED / failure).mkdir(parents=True, exist_ok=True)
        (CAPTURED / failure / f"{name}.act.log").write_text(shortened(text, 14_000) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
