"""What the script needs of a machine: bash 5.0 and coreutils, or bash and busybox, and nothing else."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from scripts.alpine import alpine_like, inside
from scripts.diagnosed import SCRIPT, diagnose, environment, only_coreutils, sourced, until
from scripts.proxies import Fault, proxy
from support.cache import CHECKOUT
from support.servers import Server, running

_REDIS = Server.REDIS_8_0
# What is newer than bash 5.0, as it would be written.
_NEWER = {
    "wait -p (5.1)": r"\bwait\s+-\w*p",
    "SRANDOM (5.1)": r"\bSRANDOM\b",
    "${x@U} and its kin (5.1)": r"\$\{\w+(\[[^]]*\])?@[UuLKk]\}",
    "BASH_ARGV0 assignment aside, EPOCHSECONDS is 5.0; BASH_MONOSECONDS (5.3)": r"\bBASH_MONOSECONDS\b",
    "${ command; } (5.3)": r"\$\{[ |]",
    "GLOBSORT (5.3)": r"\bGLOBSORT\b",
    "read -E (5.3)": r"\bread\s+-\w*E",
    "patsub_replacement (5.2)": r"\bpatsub_replacement\b",
    "varredir_close (5.2)": r"\bvarredir_close\b",
    "BASH_REMATCH as a local (5.1)": r"local\s+BASH_REMATCH",
    "declare -p of attributes (5.2)": r"\$\{\w+@k\}",
    "test -v on array elements with @ (5.2)": r"-v\s+\w+\[@\]",
    "mapfile into associative arrays (5.3)": r"\bmapfile\s+-\w*A",
}
# What changed its meaning later: an unquoted & in the replacement of ${x/y/z} (5.2).
_AMPERSAND = r"\$\{\w+//?[^}/]+/[^}\"']*&[^}]*\}"


@pytest.mark.parametrize("pattern", [*_NEWER.values(), _AMPERSAND], ids=[*_NEWER, "& in a replacement (5.2)"])
def test_nothing_newer_than_bash_5_0_is_used(pattern: str) -> None:
    code = re.sub(r"(?m)^\s*#.*$", "", SCRIPT.read_text())
    assert re.findall(pattern, code) == []


def test_shellcheck_is_clean_without_a_single_disable() -> None:
    assert "shellcheck disable" not in SCRIPT.read_text()
    done = subprocess.run(
        [str(CHECKOUT / ".venv/bin/shellcheck"), str(SCRIPT)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("version", ["4.4.20(1)-release", "3.2.57(1)-release", ""])
def test_an_older_bash_is_refused_by_name(version: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f'BASH_VERSION="{version}"; source "{SCRIPT}"; echo not reached'],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert (version or "not bash") in done.stderr
    assert "needs bash 5.0" in done.stderr


def test_another_shell_is_refused() -> None:
    dash = shutil.which("dash")
    assert dash, "dash comes with Debian and Ubuntu"
    done = subprocess.run([dash, str(SCRIPT)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "needs bash 5.0" in done.stderr


def test_bash_and_coreutils_are_enough(tmp_path: Path) -> None:
    path = only_coreutils(tmp_path / "bin")
    with running(_REDIS) as redis:
        env = {"REDIS_PORT": str(redis.port), "REDIS_HOST": "localhost", "PATH": path, "REDIS_CONTAINER": "x"}
        assert diagnose(tmp_path, "wait", env=env).code == 0
        checked = diagnose(tmp_path, "check", env=env)
        assert checked.code == 0, checked.out
        assert checked.check("container")["message"] == "docker is not installed here"
        assert diagnose(tmp_path, "report", "bundle", env=env).code == 0
        tls = diagnose(tmp_path, "wait", env=env | {"REDIS_TLS": "1"})
        assert tls.code == 1
        assert "TLS needs openssl" in tls.out


@pytest.mark.alone
def test_bash_and_busybox_are_enough(tmp_path: Path) -> None:
    """As on Alpine: in a root that holds bash with its libraries and Debian's static busybox, nothing more."""
    root = alpine_like(tmp_path / "root", SCRIPT)
    with running(_REDIS) as redis:
        done = inside(
            root,
            "for command in wait check 'report /tmp/bundle'; do /bin/bash /script.sh $command || exit; done",
            {"REDIS_PORT": str(redis.port)},
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "ready: 127.0.0.1" in done.stdout
    assert re.search(r"^(healthy|degraded): ", done.stdout, re.MULTILINE), done.stdout
    assert (root / "tmp" / "bundle" / "info.txt").exists()


def test_a_step_can_call_it_from_anywhere(tmp_path: Path) -> None:
    """As generated steps do: from another directory, without the executable bit."""
    workspace = tmp_path / "a work space"
    (workspace / "scripts").mkdir(parents=True)
    shutil.copyfile(SCRIPT, workspace / "scripts" / "redis-diagnostics.sh")
    with running(_REDIS) as redis:
        done = subprocess.run(
            ["bash", "-e", "-c", 'exec bash "$GITHUB_WORKSPACE/scripts/redis-diagnostics.sh" wait'],
            env=environment(GITHUB_WORKSPACE=str(workspace), REDIS_PORT=str(redis.port)),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr


def test_keys_are_gone_after_a_run_that_was_stopped(tmp_path: Path) -> None:
    with running(_REDIS) as redis, proxy(redis.port, Fault(latency=0.05)) as port:
        process = subprocess.Popen(
            ["bash", str(SCRIPT), "check", "--operations", "100000"],
            env=environment(REDIS_PORT=str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
        until(lambda: redis.cli("DBSIZE") != "0")
        for key in redis.cli("KEYS", "*").split():
            assert key.startswith("holdfast:{")
            assert 0 < int(redis.cli("TTL", key)) <= 60
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 143
        assert time.monotonic() - begun < 6
        until(lambda: redis.cli("DBSIZE") == "0")


def test_keys_of_a_run_that_was_killed_expire(tmp_path: Path) -> None:
    with running(_REDIS) as redis, proxy(redis.port, Fault(latency=0.05)) as port:
        process = subprocess.Popen(
            ["bash", str(SCRIPT), "check"],
            env=environment(REDIS_PORT=str(port)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=tmp_path,
        )
        until(lambda: redis.cli("DBSIZE") != "0")
        process.kill()
        process.wait(30)
        for key in redis.cli("KEYS", "*").split():
            assert 0 < int(redis.cli("TTL", key)) <= 60


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        env = {"REDIS_PORT": str(redis.port), "MARK": f"mark-{redis.port}-{threading.get_ident()}"}
        diagnose(tmp_path, "check", env=env)
        until(lambda: not _with_environment(env["MARK"]))


def _with_environment(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found


def test_the_functions_can_be_sourced() -> None:
    told = sourced("declare -F main run_wait class_of_reply")
    assert told.stdout.split() == ["main", "run_wait", "class_of_reply"]
    assert told.stderr == ""
