"""What counts as evidence, which reason goes first, and how the verdict is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.triage.classes import SYMPTOMS, Failure
from holdfast.triage.logs import Line, _marked, lines
from holdfast.triage.read import Verdict, triage
from holdfast.triage.roots import ROOTS

FAILED = "##[error]Process completed with exit code 1.\n"
RUN = "##[group]Run make test\nmake test\nenv:\n  REDIS_URL: redis://127.0.0.1:6379\n##[endgroup]\n"
REFUSED = "redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:6379. Connection refused.\n"


def _read(text: str) -> Verdict:
    return triage(Line("log", number, "", line) for number, line in enumerate(text.split("\n"), 1))


CASES = {
        "a passed test's TAP line": (
            "ok 1 - connection refused on 127.0.0.1:6379 is told\nnot ok 2 - adds\n  ---\n"
            "  code: 'ERR_ASSERTION'\n  ...\n" + FAILED,
            "assertion",
        ),
        "a failed test's name": ("not ok 1 - connection refused by redis is told\n" + FAILED, "assertion"),
        "redis-cli was cut off": (
            "Could not connect to Redis at 127.0.0.1:6379: Connection reset by peer\n" + FAILED,
            "reset",
        ),
        "redis-cli waited in vain": (
            "Could not connect to Redis at 10.0.0.9:6379: Connection timed out\n" + FAILED,
            "timeout",
        ),
        "an earlier step": (
            "Could not connect to Redis at 127.0.0.1:6379: Connection refused\nPONG\n" + RUN + "sum is 3\n" + FAILED,
            "unknown",
        ),
        "a step that cleans up": (
            "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 3, want 4\n" + FAILED
            + "##[group]Run docker logs redis\n##[endgroup]\nNOAUTH Authentication required.\n",
            "assertion",
        ),
        "what the service printed at the end": (
            "sum is 3\n" + FAILED + "Print service container logs: 3f_redis\n"
            " 1:M 1 Nov 2026 10:00:00.000 # -LOADING Redis is loading the dataset in memory\n",
            "unknown",
        ),
        "an attempt that was made good": (
            REFUSED + "retry: attempt 1 failed: refused (Error 111); next in 1.0 s\n5 passed\n"
            "retry: flaky after 2 of 5 attempts in 3.0 s: passed (first failure: refused)\ncoverage is 70 %\n" + FAILED,
            "unknown",
        ),
        "a further attempt failed by itself": (
            REFUSED + "retry: attempt 1 failed: refused (Error 111); next in 1.0 s\n"
            "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 3, want 4\n"
            "retry: failed after 2 of 5 attempts in 3.0 s: assertion is not retried\n" + FAILED,
            "assertion",
        ),
        "the gate found the reason": (
            "retry: attempt 1 failed: reset (EOF); next in 1.0 s\n"
            "retry: failed after 1 of 5 attempts in 9.0 s: Redis does not answer at 127.0.0.1:6379: noauth\n" + FAILED,
            "noauth",
        ),
        "another service beside Redis": (
            RUN + '--- FAIL: TestOrders (0.00s)\n    o.go:3: dial tcp 127.0.0.1:5432: connect: connection refused\n'
            + FAILED,
            "unknown",
        ),
        "a name that is not Redis's": (
            RUN + "--- FAIL: TestRates (0.00s)\n    r.go:3: dial tcp: lookup rates.example.com: no such host\n"
            + FAILED,
            "unknown",
        ),
        "a port that the job published": (
            "##[group]x\n6379/tcp -> 0.0.0.0:49153\n##[endgroup]\n--- FAIL: TestSet (0.00s)\n"
            "    s_test.go:3: dial tcp 127.0.0.1:49153: connect: connection refused\n" + FAILED,
            "refused",
        ),
        "an excerpt without GitHub's marks": (REFUSED, "refused"),
        "a package of Redis's name that was not fetched": (
            "npm error code ECONNRESET\nnpm error network request to https://registry.npmjs.org/redis failed\n"
            + FAILED,
            "unknown",
        ),
        "source code in a traceback": (
            "=== FAILURES ===\n____ test_a ____\n\n    def test_a():\n>       raise ValueError(x)\n"
            '    e = TimeoutError("Timeout connecting to server")  # redis\nE       ValueError: x\n' + FAILED,
            "assertion",
        ),
        "moved files": ("files were moved to /srv\n--- FAIL: TestA (0.00s)\n" + FAILED, "assertion"),
        "cancelled by somebody": (RUN + "working\n##[error]The operation was canceled.\n", "unknown"),
        "cancelled at the job's limit": (
            RUN + "working\n##[error]The job has exceeded the maximum execution time of 6h0m0s\n"
            "##[error]The operation was canceled.\n",
            "timeout",
        ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_only_what_failed_and_speaks_of_redis_is_evidence(case: str) -> None:
    text, failure = CASES[case]
    verdict = _read(text)
    assert verdict.failure.value == failure, verdict


@pytest.mark.parametrize(
    ("root", "failure"),
    [
        ('        "OOMKilled": true,', "signal"),
        ("[123.4] Out of memory: Killed process 4711 (redis-server) total-vm:1kB", "signal"),
        ("Error response from daemon: Bind for 0.0.0.0:6379 failed: port is already allocated", "refused"),
        (" *** FATAL CONFIG FILE ERROR (Redis 8.0.2) ***", "refused"),
        ("Redis 7.0.15 crashed by signal: 11, si_code: 0", "refused"),
    ],
)
def test_the_reason_goes_before_what_clients_felt(root: str, failure: str) -> None:
    verdict = _read(f"{RUN}{REFUSED}{FAILED}Print service container logs: 3f_redis\n{root}\n")
    told = next(entry for entry in ROOTS if entry.pattern.search(root))
    assert (verdict.failure.value, verdict.cause) == (failure, told.cause)
    assert [line.text for line in verdict.evidence] == [root, REFUSED.strip()]


def test_a_reason_that_explains_nothing_is_not_told() -> None:
    verdict = _read(
        f"{RUN}E       assert 3 == 4\n{FAILED}##[group]Run docker inspect redis\n##[endgroup]\n  OOMKilled: true\n"
    )
    assert verdict.failure is Failure.ASSERTION


def test_another_service_that_was_away_is_named() -> None:
    verdict = _read(f"{RUN}could not connect to 127.0.0.1:5432: Connection refused\n{FAILED}")
    assert (verdict.failure, verdict.cause) == (Failure.UNKNOWN, "not Redis: PostgreSQL could not be reached")
    assert verdict.evidence


def test_a_log_in_which_nothing_failed_is_said_to_be_one() -> None:
    verdict = _read(f"{RUN}5 passed\n")
    assert (verdict.failure, verdict.cause) == (Failure.UNKNOWN, "no job in this log failed")


def test_every_rule_that_is_named_is_there() -> None:
    named = {entry.rule for entry in (*SYMPTOMS, *ROOTS) if entry.rule}
    pages = Path(__file__).parents[2] / "docs" / "rules"
    assert named <= {page.stem for page in pages.iterdir()}


def _jobs(folder: Path) -> Path:
    (folder / "0_lint.txt").write_text(f"{RUN}x.py:1:1: F401 unused\n{FAILED}")
    (folder / "1_test (3.11).txt").write_text(f"{RUN}{REFUSED}{FAILED}")
    (folder / "2_test (3.12).txt").write_text(f"{RUN}ReplyError: NOAUTH Authentication required.\n{FAILED}")
    (folder / "3_docs.txt").write_text(f"{RUN}written\n")
    return folder


def test_each_job_that_failed_is_told(tmp_path: Path) -> None:
    verdict = triage(lines(str(_jobs(tmp_path))))
    told = [(each.job, each.failure.value) for each in (verdict, *verdict.others)]
    assert told == [("test (3.11)", "refused"), ("lint", "unknown"), ("test (3.12)", "noauth")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_several_jobs_are_printed(form: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "holdfast", "triage", str(_jobs(tmp_path)), "--output-format", form]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 0
    if form == "json":
        said = json.loads(done.stdout)
        assert said["class"] == "refused"
        assert [entry["job"] for entry in said["jobs"]] == ["test (3.11)", "lint", "test (3.12)"]
    else:
        assert done.stdout.startswith("refused (job test (3.11)): ")
        assert "\n\nnoauth (job test (3.12)): " in done.stdout


def test_a_job_that_is_there_whole_is_not_read_again_by_steps(tmp_path: Path) -> None:
    (tmp_path / "0_test.txt").write_text(f"{RUN}{REFUSED}{FAILED}")
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "10_Run tests.txt").write_text(f"{RUN}{REFUSED}{FAILED}")
    verdict = triage(lines(str(tmp_path)))
    assert [line.file for line in verdict.evidence] == [str(tmp_path / "0_test.txt")]


def test_steps_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    for number in (2, 10):
        (tmp_path / "test" / f"{number}_Run {number}.txt").write_text("first\n")
    assert [line.step for line in lines(str(tmp_path)) if line.text] == ["Run 2", "Run 10"]


def test_signs_at_the_ends_of_lines_are_found_once() -> None:
    piece = b"a\n\n\nran 3 tests\nz \nb z \n\n"
    signs = (b"\n\n", b"\nran ", b"z \n")
    found = list(_marked(piece, signs, 1))
    assert found == [(2, b""), (3, b""), (4, b"ran 3 tests"), (5, b"z "), (6, b"b z "), (7, b"")]
