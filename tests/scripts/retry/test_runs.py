"""How runs end: exit codes, signals, limits, delays, output, process groups."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from scripts.diagnosed import leaves_a_whole_bundle
from scripts.retry.runs import REFUSED, Run, arguments, environment, fails_first, python, retry, shell
from scripts.retry.tables import SCRIPT

PATIENCE = 30.0


def test_a_command_that_passes_runs_once_and_says_so_in_one_line(tmp_path: Path) -> None:
    run = retry(tmp_path, command=["printf", "%s", "fine"])
    assert (run.code, run.out) == (0, b"fine")
    assert re.fullmatch(r"retry: passed after 1 of 5 attempts in \d+\.\d s\n", run.err)
    assert run.ledger["verdict"] == "passed"
    assert run.classes == ["passed"]


@pytest.mark.parametrize(
    ("code", "status", "name", "cause"),
    [
        ("exit 1", 1, None, "unknown"),
        ("exit 200", 200, None, "unknown"),
        ("kill -KILL $$", 137, "SIGKILL", "signal"),
        ("kill -SEGV $$", 139, "SIGSEGV", "signal"),
        ("kill -TERM $$", 143, "SIGTERM", "signal"),
        ("kill -ABRT $$", 134, "SIGABRT", "signal"),
        ("exit 137", 137, "SIGKILL", "signal"),
        ("exit 3", 3, None, "unknown"),
    ],
)
def test_a_failure_keeps_its_own_code(
    tmp_path: Path, code: str, status: int, name: str | None, cause: str
) -> None:
    run = retry(tmp_path, command=shell(f"ulimit -c 0; {code}"))
    assert run.code == status
    assert (run.last["exit"], run.last["signal"], run.last["class"]) == (status, name, cause)
    assert run.ledger["verdict"] == "failed"
    assert run.ledger["stopped_because"] == f"{cause} is not retried"


def test_a_command_that_is_missing_or_cannot_run_is_wrong_usage_of_its_own(tmp_path: Path) -> None:
    assert [retry(tmp_path, command=[word]).code for word in ("no-such-command", "/etc/passwd")] == [127, 126]
    assert retry(tmp_path, command=["no-such-command"]).classes == ["usage"]


@pytest.mark.parametrize(
    ("flags", "waits"),
    [
        (["--delays", "linear:200ms"], [0.2, 0.4]),
        (["--delays", "exponential:100ms"], [0.1, 0.2]),
        (["--delays", "300ms,100ms"], [0.3, 0.1]),
        (["--delays", "linear:200ms", "--cap", "250ms"], [0.2, 0.25]),
        (["--delays=0"], [0, 0]),
    ],
)
def test_the_waits_are_those_of_the_policy_and_none_follows_the_last(
    tmp_path: Path, flags: list[str], waits: list[float]
) -> None:
    command = python("import time,sys; print(time.monotonic(), flush=True); print('ECONNRESET'); sys.exit(1)")
    run = retry(tmp_path, "--attempts", "3", *flags, command=command)
    assert run.code == 1
    assert re.findall(r"next in (\d+\.\d) s", run.err) == [f"{int(wait * 10) / 10}" for wait in waits]
    starts = [float(line) for line in run.out.split() if line != b"ECONNRESET"]
    for begin, after, wait in zip(starts, starts[1:], waits, strict=False):
        assert wait <= after - begin < wait + 20
    assert len(starts) == 3
    assert run.ledger["stopped_because"] == "all attempts used, the last one: reset"


def test_full_jitter_stays_below_the_schedule(tmp_path: Path) -> None:
    run = retry(
        tmp_path, "--attempts=4", "--delays=500ms", "--jitter=full", "--retry-on=unknown", command=["false"]
    )
    waits = [float(wait) for wait in re.findall(r"next in (\d+\.\d) s", run.err)]
    assert len(waits) == 3
    assert all(wait <= 0.5 for wait in waits)


@pytest.mark.parametrize(
    ("flaky", "code", "level"), [("pass", 0, "notice"), ("warn", 0, "warning"), ("fail", 3, "error")]
)
def test_a_flaky_pass_is_what_the_policy_says_and_has_one_annotation(
    tmp_path: Path, flaky: str, code: int, level: str
) -> None:
    summary = tmp_path / "summary.md"
    run = retry(
        tmp_path,
        "--delays=0",
        f"--flaky={flaky}",
        command=fails_first("Connection reset by peer"),
        env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert run.code == code
    assert run.ledger["verdict"] == "flaky"
    assert run.classes == ["reset", "passed"]
    annotations = [line for line in run.err.splitlines() if line.startswith("::")]
    assert len(annotations) == 1
    assert annotations[0].startswith(f"::{level} title=")
    assert "first failure: reset" in annotations[0]
    assert "| 1 | reset | 3 |" in summary.read_text()
    assert "| 2 | passed | 0 |" in summary.read_text()


def test_only_a_failure_or_a_retry_is_annotated_and_only_on_the_runner(tmp_path: Path) -> None:
    on_github = {"GITHUB_ACTIONS": "true"}
    assert "::" not in retry(tmp_path, command=["true"], env=on_github).err
    assert "::" not in retry(tmp_path, command=["false"]).err
    assert retry(tmp_path, command=["false"], env=on_github).err.count("::error ") == 1


def test_an_annotation_begins_its_own_line_after_output_without_a_line_end(tmp_path: Path) -> None:
    run = retry(tmp_path, command=shell("printf half; exit 1"), env={"GITHUB_ACTIONS": "true"}, together=True)
    assert b"half\n::error " in run.out


@pytest.mark.parametrize("cause", ["assertion", "build", "usage"])
def test_what_the_command_did_itself_is_not_tried_again(tmp_path: Path, cause: str) -> None:
    words = {
        "assertion": "--- FAIL: TestSum (0.00s)",
        "build": "FAIL shop [build failed]",
        "usage": "flag provided but not defined: -x",
    }
    run = retry(tmp_path, command=fails_first(words[cause]))
    assert run.code == 3
    assert run.classes == [cause]
    assert run.last["evidence"] == words[cause]


def test_an_attempt_that_ignores_sigterm_is_killed_after_five_seconds(
    tmp_path: Path, healthy: dict[str, str]
) -> None:
    command = python(
        "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    )
    run = retry(tmp_path, "--attempts=1", "--attempt-timeout=1s", command=command)
    assert run.code == 124
    assert 6 <= run.last["seconds"] < 30
    assert (run.last["class"], run.last["exit"], run.last["signal"]) == ("timeout", 124, None)
    leaves_a_whole_bundle(tmp_path, healthy)


def test_an_attempt_that_exits_with_0_on_its_time_limit_is_no_pass(tmp_path: Path) -> None:
    run = retry(
        tmp_path,
        "--attempts=1",
        "--attempt-timeout=500ms",
        command=shell("trap 'exit 0' TERM; sleep 30 & wait"),
    )
    assert (run.code, run.ledger["verdict"]) == (124, "failed")


def test_a_time_limit_is_retried_and_a_pass_after_it_is_flaky(tmp_path: Path) -> None:
    command = shell("echo run >>runs; [ $(wc -l <runs) = 2 ] || sleep 30")
    run = retry(tmp_path, "--attempt-timeout=1s", "--delays=0", command=command)
    assert (run.code, run.ledger["verdict"], run.classes) == (0, "flaky", ["timeout", "passed"])


def test_a_stopped_command_is_ended_at_its_limit(tmp_path: Path) -> None:
    run = retry(tmp_path, "--attempts=1", "--attempt-timeout=500ms", command=shell("kill -STOP $$"))
    assert run.code == 124


def test_an_exit_status_that_looks_like_a_stop_is_the_command_s_own(tmp_path: Path) -> None:
    assert [retry(tmp_path, command=shell(f"exit {code}")).code for code in (147, 150)] == [147, 150]


def test_a_runner_that_was_killed_leaves_the_attempts_and_the_one_that_began(tmp_path: Path) -> None:
    command = shell(
        'echo run >>runs; if [ "$(wc -l <runs)" = 1 ]; then echo Connection reset by peer; exit 3; fi; '
        "echo on; exec sleep 120"
    )
    process = _started(tmp_path, ["--delays=0", "--min-attempt=0"], command)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"Connection reset by peer\n"
        assert process.stdout.readline() == b"on\n"
        process.kill()
        process.wait(PATIENCE)
    finally:
        # The command and the guard of its limit outlive a runner that is killed alone.
        _end_session(process.pid)
        process.communicate(timeout=PATIENCE)
    run = Run(process.returncode, b"", "", 0, tmp_path)
    assert run.classes == ["reset", "signal"]
    said = "attempt 2 began and did not end: it still runs, or the runner was killed"
    assert (run.ledger["verdict"], run.ledger["stopped_because"]) == ("failed", said)
    assert (run.last["n"], run.last["exit"], run.last["signal"], run.last["evidence"]) == (
        *(2, 137, "SIGKILL"),
        said,
    )
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    # What is left is a ledger like any other: the shards' are joined, and the bundle tells of it.
    (tmp_path / "shards" / "1").mkdir(parents=True)
    (tmp_path / "retry-ledger.json").rename(tmp_path / "shards" / "1" / "retry-ledger.json")
    joined = retry(tmp_path, "--merge=shards", command=[])
    assert (joined.code, joined.classes) == (1, ["reset", "signal"])


def test_a_ledger_of_an_earlier_run_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Each time that somebody looks while runs follow one another there is one, and it is whole."""
    retry(tmp_path, command=["true"])
    ledger = tmp_path / "retry-ledger.json"
    look = python(
        "import json,sys,time\n"
        "seen, end = set(), time.monotonic() + 30\n"
        "while {'passed', 'failed'} - seen and time.monotonic() < end:\n"
        f"  seen.add(json.load(open({str(ledger)!r}))['verdict'])\n"
        "print(sorted(seen))"
    )
    with subprocess.Popen(look, stdout=subprocess.PIPE, text=True) as looking:
        while looking.poll() is None:
            retry(tmp_path, command=["true"])
        assert looking.stdout is not None
        assert looking.stdout.read() == "['failed', 'passed']\n"


def test_no_attempt_starts_that_cannot_have_its_minimum(tmp_path: Path) -> None:
    run = retry(
        tmp_path,
        "--deadline=10s",
        "--reserve=1s",
        "--min-attempt=8s",
        "--delays=60s",
        command=shell(REFUSED),
    )
    assert run.code == 124
    assert len(run.ledger["attempts"]) == 1
    assert run.ledger["stopped_because"].startswith("no further attempt fits: it needs 8.0 s")
    # Nothing is waited for in vain.
    assert run.ledger["spent"] < 30


def test_an_attempt_ends_early_enough_for_the_reserve(tmp_path: Path) -> None:
    run = retry(tmp_path, "--deadline=10s", "--reserve=8s", "--attempts=1", command=["sleep", "60"])
    assert run.code == 124
    assert 1 <= run.last["seconds"] < 8


def test_the_first_attempt_always_starts(tmp_path: Path) -> None:
    run = retry(tmp_path, "--deadline=5s", "--min-attempt=1h", command=["true"])
    assert run.code == 0


def test_a_command_passes_through_word_for_word(tmp_path: Path, healthy: dict[str, str]) -> None:
    words = ["a b", 'c"d', "e'f", "", "größe", "$HOME", "*", "--attempts", "日本\n語", "\\"]
    run = retry(tmp_path, command=python("import sys,json; print(json.dumps(sys.argv[1:]))") + words)
    assert run.code == 0
    assert json.loads(run.out) == words
    leaves_a_whole_bundle(tmp_path, healthy)


def test_a_program_whose_path_has_spaces_runs(tmp_path: Path) -> None:
    program = tmp_path / "my täst.sh"
    program.write_text("#!/bin/sh\necho ran\n")
    program.chmod(0o755)
    assert retry(tmp_path, command=[str(program)]).out == b"ran\n"


def test_the_caller_s_standard_input_reaches_the_command(tmp_path: Path) -> None:
    assert retry(tmp_path, command=["cat"], stdin=b"a\0b\n").out == b"a\0b\n"


def test_nothing_of_100_mb_is_lost_and_the_end_is_read(tmp_path: Path, healthy: dict[str, str]) -> None:
    block = bytes(range(256)) * 256
    command = python(
        "import sys; b = bytes(range(256)) * 256\n"
        "for _ in range(1600): sys.stdout.buffer.write(b)\n"
        "sys.stdout.flush(); print('\\nConnection reset by peer'); sys.exit(1)"
    )
    run = retry(tmp_path, "--attempts=1", command=command)
    assert run.out == block * 1600 + b"\nConnection reset by peer\n"
    assert run.classes == ["reset"]
    leaves_a_whole_bundle(tmp_path, healthy)


def test_one_file_for_both_outputs_keeps_their_order(tmp_path: Path) -> None:
    command = shell("for i in {1..300}; do echo out $i; echo err $i >&2; done")
    run = retry(tmp_path, command=command, together=True)
    expected = "".join(f"out {i}\nerr {i}\n" for i in range(1, 301))
    assert run.out.decode().startswith(expected)


def test_two_files_stay_apart(tmp_path: Path) -> None:
    run = retry(tmp_path, command=shell("echo out; echo err >&2"))
    assert run.out == b"out\n"
    assert run.err.startswith("err\n")


def test_output_arrives_while_the_command_runs(tmp_path: Path) -> None:
    release = tmp_path / "release"
    command = shell(f"echo first; while [ ! -e {release} ]; do sleep 0.05; done")
    with subprocess.Popen(
        arguments([], command),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"first\n"
        release.touch()
        assert process.wait(PATIENCE) == 0


def test_the_output_is_read_from_both_pipes(tmp_path: Path) -> None:
    run = retry(
        tmp_path, "--attempts=1", command=shell("echo 'LOADING Redis is loading the dataset' >&2; exit 1")
    )
    assert run.classes == ["loading"]


@pytest.mark.parametrize("how", ["", "setsid "])
def test_a_grandchild_that_holds_the_output_holds_nothing_up(
    tmp_path: Path, healthy: dict[str, str], how: str
) -> None:
    run = retry(tmp_path, command=shell(f"{how}sleep 45 & echo $!; exit 0"), timeout=30)
    pid = int(run.out)
    assert run.code == 0
    assert run.last["seconds"] < 20
    if how:
        os.kill(pid, signal.SIGKILL)
    else:
        assert _gone(pid), "what an attempt leaves in its group is ended with it"
    leaves_a_whole_bundle(tmp_path, healthy)


def test_a_slow_reader_loses_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        arguments([], ["head", "-c", "300000", "/dev/zero"]),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        time.sleep(3.5)
        assert len(process.stdout.read()) == 300000
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("number", "code", "trap"),
    [
        (signal.SIGINT, 130, "trap 'echo got INT; exit 0' INT"),
        (signal.SIGTERM, 143, "trap 'echo got TERM; exit 0' TERM"),
        (signal.SIGINT, 130, "trap '' INT; trap 'echo got TERM; exit 0' TERM"),
        (signal.SIGTERM, 143, "trap '' INT TERM"),
    ],
)
def test_a_cancelled_run_ends_its_group_and_writes_everything(
    tmp_path: Path, healthy: dict[str, str], number: signal.Signals, code: int, trap: str
) -> None:
    summary = tmp_path / "summary.md"
    run, seconds = _cancelled(
        tmp_path, [number], shell(f"{trap}; sleep 60 & echo on; while :; do wait; sleep 0.1; done"), summary
    )
    assert run.code == code
    assert seconds < 7 + 8
    assert run.ledger["verdict"] == "failed"
    assert run.ledger["stopped_because"] == f"stopped by {number.name}"
    assert run.last["class"] == "signal"
    assert "| 1 | signal |" in summary.read_text()
    if "echo got" in trap:
        assert b"got" in run.out
    leaves_a_whole_bundle(tmp_path, healthy)


def test_the_hosted_runner_s_two_signals_are_survived(tmp_path: Path) -> None:
    run, seconds = _cancelled(
        tmp_path,
        [signal.SIGINT, signal.SIGTERM],
        shell("trap '' INT TERM; echo on; while :; do sleep 0.1; done"),
    )
    assert run.code == 130
    assert seconds < 7 + 8


def test_a_run_cancelled_between_attempts_ends_at_once(tmp_path: Path) -> None:
    process = _started(tmp_path, ["--delays=60s"], shell(REFUSED))
    assert process.stderr is not None
    while b"next in" not in process.stderr.readline():
        pass
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    run = Run(process.returncode, out, err.decode(), time.monotonic() - began, tmp_path)
    assert run.code == 143
    assert run.seconds < 30
    assert run.ledger["stopped_because"] == "stopped by SIGTERM"


def test_signals_that_the_caller_ignores_reach_the_runner_and_the_command(tmp_path: Path) -> None:
    show = "grep SigIgn /proc/$PPID/status; exec grep SigIgn /proc/self/status"
    ignoring = f"trap '' INT TERM PIPE; exec bash {SCRIPT} -- bash -c '{show}'"
    done = subprocess.run(
        ["bash", "-c", ignoring], cwd=tmp_path, env=environment(), capture_output=True, timeout=60, check=True
    )
    masks = [int(line.split()[1], 16) for line in done.stdout.decode().splitlines()]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        assert not any(mask & (1 << (number - 1)) for mask in masks)


def test_the_environment_of_the_command_is_the_caller_s(tmp_path: Path) -> None:
    mine = {
        "DEADLINE": "mine", "ATTEMPTS": "x", "LC_ALL": "C.UTF-8", "STATUS": "s", "REPLY": "r", "OUT": "o",
        "OWN_PATTERNS": "p", "HOLDFAST_SHARD": "2", "HOLDFAST_SHARDS": "4", "LEDGER": "l", "CHILD": "1",
    }  # fmt: skip
    show = python("import os,json; print(json.dumps(dict(os.environ)))")
    expected = subprocess.run(
        ["bash", "-c", 'exec "$@"', "x", *show],
        env=environment(**mine),
        capture_output=True,
        timeout=60,
        check=True,
    )
    run = retry(tmp_path, command=show, env=mine)

    got, wanted = json.loads(run.out), json.loads(expected.stdout)
    for varying in ("_", "PWD", "OLDPWD", "SHLVL"):
        got.pop(varying, None)
        wanted.pop(varying, None)
    assert got == wanted


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--attempts", "0"], "--attempts 0"),
        (["--attempts"], "--attempts needs a value"),
        (["--nope", "1"], "unknown flag --nope"),
        (["--nope"], "unknown flag --nope"),
        (["--delays", "often"], "--delays often"),
        (["--delays", "linear:1s,2s"], "--delays linear:1s,2s"),
        (["--deadline", "soon"], "--deadline soon"),
        (["--attempt-timeout", "0"], "--attempt-timeout 0"),
        (["--deadline", "10s", "--reserve", "10s"], "--reserve 10s"),
        (["--cap", "x"], "--cap x"),
        (["--min-attempt", "x"], "--min-attempt x"),
        (["--jitter", "some"], "--jitter some"),
        (["--reset", "all"], "--reset all"),
        (["--flaky", "ok"], "--flaky ok"),
        (["--retry-on", "refused,everything"], "--retry-on everything"),
        (["--pattern", "no class"], "no class"),
        (["--pattern", "moon: ("], "not a regular expression"),
        (["--ledger", ""], "--ledger is empty"),
        (["stray"], "unexpected argument stray"),
        (["--merge", "/nonexistent"], "--merge /nonexistent"),
    ],
)
def test_wrong_usage_is_2_with_a_reason_and_a_cure(tmp_path: Path, flags: list[str], said: str) -> None:
    run = retry(tmp_path, *flags, command=["touch", "ran"])
    assert run.code == 2
    assert said in run.err
    assert len(run.err.splitlines()) == 2
    assert not (tmp_path / "ran").exists()


def test_no_command_is_wrong_usage(tmp_path: Path) -> None:
    assert retry(tmp_path, "--attempts=2", command=[]).code == 2
    done = subprocess.run(
        arguments(["--"], []), env=environment(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2


def test_help_names_every_flag(tmp_path: Path) -> None:
    run = retry(tmp_path, "--help", command=[])
    assert run.code == 0
    known = set(re.findall(r"^    (--[a-z-]+)\)", SCRIPT.read_text(), re.MULTILINE))
    assert len(known) > 12
    assert {flag for flag in known if flag not in run.out.decode()} == set()


def test_an_own_pattern_names_its_class_and_may_be_retried(tmp_path: Path) -> None:
    flags = ["--pattern", "moon: is (full|new)", "--retry-on=moon", "--delays=0"]
    run = retry(tmp_path, *flags, command=fails_first("the moon is full"))
    assert run.classes == ["moon", "passed"]


def _gone(pid: int) -> bool:
    """Whether the process ends; a zombie that nobody collects is at an end too."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


def _end_session(identity: int) -> None:
    """End every process of a session (field 6 of /proc/PID/stat)."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == identity:
                os.kill(int(stat.parent.name), signal.SIGKILL)


def _started(
    folder: Path, flags: list[str], command: list[str], summary: Path | None = None
) -> subprocess.Popen[bytes]:
    more = {"GITHUB_STEP_SUMMARY": str(summary)} if summary else {}
    return subprocess.Popen(
        arguments(flags, command),
        cwd=folder,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _cancelled(
    folder: Path, numbers: list[signal.Signals], command: list[str], summary: Path | None = None
) -> tuple[Run, float]:
    """The run, and the seconds from the first signal to its end."""
    process = _started(folder, [], command, summary)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"on\n"
        began = time.monotonic()
        for number in numbers:
            process.send_signal(number)
            time.sleep(0.5)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return Run(process.returncode, out, err.decode(), 0, folder), time.monotonic() - began
