"""Logs of finished runs and the class that each is given; written for this project after what programs print."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.triage.classes import Failure
from holdfast.triage.logs import lines
from holdfast.triage.read import triage

# What surrounds the trouble in every log: the words of a set-up that went well, and one expected error in a test
# that passed.
NOISE = """##[group]Run actions/checkout@v7
with:
  persist-credentials: false
##[endgroup]
Syncing repository: someone/something
##[group]Run for i in 1 2 3; do echo "connection refused, trying again"; done; go test ./...
for i in 1 2 3; do echo "connection refused, trying again"; done
NOAUTH Authentication required is printed by the script
shell: /usr/bin/bash -e {0}
env:
  REDIS_URL: redis://127.0.0.1:6379
##[endgroup]
downloading things, 12 of 40
--- PASS: TestReconnectsAfterRefusal (0.02s)
    client_test.go:41: dial tcp 127.0.0.1:1: connect: connection refused (as it should)
"""
END = "##[error]Process completed with exit code 1.\n"

LOGS: dict[str, tuple[str, str]] = {
    "go_refused": (
        "refused",
        "--- FAIL: TestCache (0.00s)\n    cache_test.go:20: dial tcp 127.0.0.1:6379: connect: connection refused\nFAIL\n",
    ),
    "py_refused": (
        "refused",
        "FAILED tests/test_cache.py::test_set - redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.\n",
    ),
    "node_refused": ("refused", "✖ caches (3.2ms)\n  Error: connect ECONNREFUSED 127.0.0.1:6379\n"),
    "ioredis_gave_up": (
        "refused",
        "● cache › sets\n\n    MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).\n",
    ),
    "no_such_name": ("refused", "not ok 3 - caches\n  error: 'getaddrinfo ENOTFOUND redis'\n"),
    "seed_not_connected": (
        "refused",
        "--- FAIL: TestSubscribe (0.01s)\n    sub_test.go:9: Redis subscription error: redis not connected\n",
    ),
    "service_never_healthy": (
        "refused",
        "redis service is starting, waiting 32 seconds before checking again.\n##[error]Failed to initialize container redis:7-alpine\n##[error]One or more containers failed to start.\n",
    ),
    "go_reset": (
        "reset",
        "--- FAIL: TestCache (0.00s)\n    cache_test.go:20: read tcp 127.0.0.1:41000->127.0.0.1:6379: read: connection reset by peer\n",
    ),
    "node_reset": (
        "reset",
        "✖ caches (3.2ms)\n  SocketClosedUnexpectedlyError: Socket closed unexpectedly\n",
    ),
    "py_reset": (
        "reset",
        "FAILED tests/test_cache.py::test_set - redis.exceptions.ConnectionError: Connection closed by server.\n",
    ),
    "cli_reset": ("reset", "Could not connect to Redis at 127.0.0.1:6379: Connection reset by peer\n"),
    "go_timeout": (
        "timeout",
        "--- FAIL: TestCache (5.00s)\n    cache_test.go:20: dial tcp 10.0.0.9:6379: i/o timeout\n",
    ),
    "go_pool": (
        "timeout",
        "--- FAIL: TestCache (5.00s)\n    cache_test.go:20: redis: connection pool timeout\n",
    ),
    "py_timeout": (
        "timeout",
        "FAILED tests/test_cache.py::test_set - redis.exceptions.TimeoutError: Timeout reading from socket\n",
    ),
    "go_own_limit": ("timeout", "panic: test timed out after 10m0s\nrunning tests:\n\tTestHang (9m59s)\n"),
    "job_limit": ("timeout", "##[error]The action 'Run tests' has timed out after 20 minutes.\n"),
    "loading": (
        "loading",
        "FAILED tests/test_cache.py::test_set - redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory\n",
    ),
    "go_loading": (
        "loading",
        "--- FAIL: TestCache (0.00s)\n    cache_test.go:20: LOADING Redis is loading the dataset in memory\n",
    ),
    "masterdown": (
        "loading",
        "✖ caches (3.2ms)\n  MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\n",
    ),
    "clusterdown": (
        "loading",
        "--- FAIL: TestCache (0.00s)\n    cache_test.go:20: CLUSTERDOWN Hash slot not served\n",
    ),
    "oom": (
        "oom",
        "--- FAIL: TestFill (2.00s)\n    fill_test.go:9: OOM command not allowed when used memory > 'maxmemory'.\n",
    ),
    "py_oom": (
        "oom",
        "FAILED tests/test_fill.py::test_fill - redis.exceptions.OutOfMemoryError: command not allowed when used memory > 'maxmemory'.\n",
    ),
    "node_oom": (
        "oom",
        "✖ fills (3.2ms)\n  ReplyError: OOM command not allowed when used memory > 'maxmemory'.\n",
    ),
    "rspec_oom": (
        "oom",
        "rspec ./spec/fill_spec.rb:3 # fills\n     Redis::CommandError:\n       OOM command not allowed when used memory > 'maxmemory'.\n",
    ),
    "readonly": (
        "readonly",
        "--- FAIL: TestSet (0.00s)\n    set_test.go:9: READONLY You can't write against a read only replica.\n",
    ),
    "misconf": (
        "readonly",
        "FAILED tests/test_set.py::test_set - redis.exceptions.ResponseError: MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.\n",
    ),
    "node_readonly": (
        "readonly",
        "✖ sets (3.2ms)\n  ReplyError: READONLY You can't write against a read only replica.\n",
    ),
    "py_readonly": (
        "readonly",
        "FAILED tests/test_set.py::test_set - redis.exceptions.ReadOnlyError: You can't write against a read only replica.\n",
    ),
    "maxclients": (
        "maxclients",
        "--- FAIL: TestMany (0.00s)\n    many_test.go:9: ERR max number of clients reached\n",
    ),
    "py_maxclients": (
        "maxclients",
        "FAILED tests/test_many.py::test_many - redis.exceptions.ConnectionError: max number of clients reached\n",
    ),
    "node_maxclients": ("maxclients", "✖ many (3.2ms)\n  ErrorReply: ERR max number of clients reached\n"),
    "phpunit_maxclients": (
        "maxclients",
        "There was 1 error:\nRedisException: ERR max number of clients reached\nERRORS!\n",
    ),
    "noauth": ("noauth", "--- FAIL: TestSet (0.00s)\n    set_test.go:9: NOAUTH Authentication required.\n"),
    "wrongpass": (
        "noauth",
        "✖ sets (3.2ms)\n  ReplyError: WRONGPASS invalid username-password pair or user is disabled.\n",
    ),
    "no_password_there": (
        "noauth",
        "FAILED tests/test_set.py::test_set - redis.exceptions.AuthenticationError: AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\n",
    ),
    "noperm": (
        "noauth",
        "✖ sets (3.2ms)\n  ReplyError: NOPERM User ci has no permissions to run the 'flushall' command\n",
    ),
    "exit_137": ("signal", "##[error]Process completed with exit code 137.\n"),
    "go_killed": ("signal", "signal: killed\nFAIL\tdemo/cache\t12.3s\n"),
    "segfault": ("signal", "run.sh: line 3:  4711 Segmentation fault      (core dumped) ./tests\n"),
    "oom_killed": ("signal", '"State": {\n    "OOMKilled": true,\n'),
    "go_assertion": ("assertion", "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 3, want 4\nFAIL\n"),
    "py_assertion": (
        "assertion",
        "E       assert 3 == 4\nFAILED tests/test_sum.py::test_sum - assert 3 == 4\n",
    ),
    "jest_assertion": (
        "assertion",
        "● sum › adds\n\n    expect(received).toBe(expected)\n\n    Expected: 4\n    Received: 3\n",
    ),
    "rspec_assertion": (
        "assertion",
        "     Failure/Error: expect(sum).to eq(4)\nrspec ./spec/sum_spec.rb:3 # adds\n",
    ),
    "other_loop": (
        "assertion",
        "FAILED tests/test_async.py::test_get - RuntimeError: Event loop is closed\n",
    ),
    "go_build": (
        "build",
        "# demo/cache\ncache/cache.go:3:2: undefined: x\nFAIL\tdemo/cache [build failed]\n",
    ),
    "py_build": ("build", "E   ModuleNotFoundError: No module named 'redis'\nERROR tests/test_cache.py\n"),
    "ts_build": ("build", "src/cache.ts(3,1): error TS2304: Cannot find name 'x'.\n"),
    "cargo_build": (
        "build",
        "error[E0425]: cannot find value `x` in this scope\nerror: could not compile `demo`\n",
    ),
    "not_found": ("usage", "run.sh: line 1: redis-cli: command not found\n"),
    "no_tests": ("usage", "================ no tests ran in 0.01s ================\n"),
    "bad_options": ("usage", "invalid reference format: repository name must be lowercase\n"),
    "on_windows": ("usage", "##[error]Container operations are only supported on Linux runners\n"),
    "nothing_known": ("unknown", "it went wrong in a way of its own\n"),
    "lint_found_things": ("unknown", "src/a.ts: line too long\n"),
    "a_deploy_failed": ("unknown", "the target did not answer with 200\n"),
    "a_checksum": ("unknown", "checksum mismatch in artifact 3\n"),
}


def _time(text: str) -> str:
    return "".join(
        f"2026-11-01T10:00:{number % 60:02}.0000000Z {line}\n"
        for number, line in enumerate(text.splitlines())
    )


def _gh(text: str) -> str:
    return "".join(f"test\tRun tests\t{line}\n" for line in _time(text).splitlines())


FORMS: dict[str, Callable[[str], str]] = {
    "raw": _time,
    "gh": _gh,
    "coloured": lambda text: _time(text.replace("FAIL", "\x1b[31mFAIL\x1b[0m")),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_given_its_class(name: str, form: str, tmp_path: Path) -> None:
    expected, text = LOGS[name]
    log = tmp_path / "log.txt"
    log.write_text(FORMS[form](NOISE + text + END))
    verdict = triage(lines(str(log)))
    assert verdict.failure.value == expected, verdict
    for line in verdict.evidence:
        assert (
            line.text
            in log.read_text().replace("\x1b[31m", "").replace("\x1b[0m", "").splitlines()[line.number - 1]
        )


def test_every_class_has_four_logs() -> None:
    classes = [expected for expected, _ in LOGS.values()]
    assert {failure.value: classes.count(failure.value) >= 4 for failure in Failure} == {
        f.value: True for f in Failure
    }


def test_a_run_that_passed_says_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(_time(NOISE + "ok  \tdemo/cache\t0.3s\n"))
    assert triage(lines(str(log))).failure is Failure.UNKNOWN


def test_only_the_job_that_failed_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "logs.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("0_lint.txt", _time("connection refused, then it was there\n"))
        made.writestr("1_test.txt", _time(LOGS["oom"][1] + END))
        made.writestr("test/2_Run tests.txt", _time(LOGS["oom"][1] + END))
    assert triage(lines(str(archive))).failure is Failure.OOM


def test_a_folder_is_read_like_its_zip(tmp_path: Path) -> None:
    (tmp_path / "0_test.txt").write_text(_time(LOGS["loading"][1] + END))
    assert triage(lines(str(tmp_path))).failure is Failure.LOADING


def _run(*words: str, text: str = "", folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "holdfast", "triage", *words]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=folder, timeout=60, check=False
    )


def test_json_says_what_the_contract_says(tmp_path: Path) -> None:
    done = _run("-", "--output-format", "json", text=_time(LOGS["noauth"][1] + END), folder=tmp_path)
    said = json.loads(done.stdout)
    assert (done.returncode, said["version"], said["class"]) == (0, 1, "noauth")
    assert set(said) == {"version", "class", "cause", "cure", "rule", "evidence"}
    assert set(said["evidence"][0]) == {"file", "line", "text"}


def test_unknown_ends_with_one(tmp_path: Path) -> None:
    assert _run("-", text=_time("well\n" + END), folder=tmp_path).returncode == 1


def test_own_patterns_of_the_spec_are_known(tmp_path: Path) -> None:
    (tmp_path / "holdfast.yml").write_text("retry:\n  patterns:\n    refused: ['upstream \\d+ is away']\n")
    done = _run("-", text=_time("upstream 7 is away\n" + END), folder=tmp_path)
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "refused")


@pytest.mark.parametrize("words", [("absent.log",), ("-", "--spec", "absent.yml")])
def test_what_is_not_there_is_said(words: tuple[str, ...], tmp_path: Path) -> None:
    done = _run(*words, folder=tmp_path)
    assert done.returncode == 2
    assert "absent" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_long_log_takes_little_memory_and_time(tmp_path: Path) -> None:
    log = tmp_path / "long.txt"
    with log.open("w") as out:
        out.writelines(
            "2026-11-01T10:00:00.0000000Z downloading a piece of something large, 12 of 40\n"
            for _ in range(200_000)
        )
        out.write("x" * 30_000_000 + "\n")
        out.write(_time(LOGS["oom"][1] + END))
    program = (
        "import sys; from holdfast.triage.logs import lines; from holdfast.triage.read import SIGNS, triage\n"
    )
    program += "print(triage(lines(sys.argv[1], SIGNS)).failure.value, next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(log)], capture_output=True, text=True, timeout=120, check=True
    )
    named, kilobytes = done.stdout.split()
    assert named == "oom"
    assert int(kilobytes) < 100_000
