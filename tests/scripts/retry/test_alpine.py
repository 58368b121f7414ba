"""The runner where Alpine's tools are all there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripts.alpine import alpine_like, inside
from scripts.retry.tables import SCRIPT
from support.servers import Server, running


@pytest.mark.alone
def test_a_lost_connection_is_retried_and_an_assertion_is_not(tmp_path: Path) -> None:
    root = alpine_like(tmp_path / "root", SCRIPT)
    with running(Server.REDIS_8_0) as redis:
        words = f"dial tcp 127.0.0.1:{redis.port}: connection refused"
        lost = f"[ -e /tmp/again ] && echo fine || {{ : >/tmp/again; echo '{words}'; exit 3; }}"
        env = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(redis.port), "LOST": lost}
        run = "/bin/bash /script.sh --attempts 3 --delays 100ms --ledger /tmp/ledger.json -- /bin/sh -c"
        retried = inside(root, f'{run} "$LOST"', env)
        ledger = json.loads((root / "tmp" / "ledger.json").read_text())
        failed = inside(root, f"{run} 'echo AssertionError; exit 4'", env)
        killed = inside(root, f"{run} 'kill -9 $$'", env)
        signal = json.loads((root / "tmp" / "ledger.json").read_text())["attempts"][0]["signal"]
    assert (retried.returncode, retried.stdout.splitlines()[-1]) == (0, "fine"), retried.stderr
    assert ledger["attempts"][0]["class"] == "refused"
    assert ledger["verdict"] == "flaky"
    assert failed.returncode == 4, failed.stderr
    assert (killed.returncode, signal) == (137, "SIGKILL"), killed.stderr


@pytest.mark.alone
def test_a_child_that_ignores_its_end_is_ended_there_too(tmp_path: Path) -> None:
    root = alpine_like(tmp_path / "root", SCRIPT)
    run = "/bin/bash /script.sh --attempts 1 --attempt-timeout 1s --ledger /tmp/ledger.json -- /bin/sh -c"
    done = inside(root, f"{run} \"trap '' TERM; while :; do sleep 1; done\"", {})
    assert done.returncode == 124, done.stderr
