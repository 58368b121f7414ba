"""What runs leave behind: ledgers, summaries, JUnit files, joined shards; and what they never show."""

from __future__ import annotations

import re
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships without types
import pytest
from scripts.diagnosed import leaves_a_whole_bundle
from scripts.retry.runs import SCHEMA, arguments, environment, fails_first, retry, shell
from scripts.retry.tables import SCRIPT
from scripts.topologies import sentinel
from support.servers import Server, running

_SECRET = "hidden-in-plain-sight"
_FORMS = (_SECRET, _SECRET.replace("-", "%2D"))


def test_a_ledger_in_a_folder_that_is_missing_changes_nothing_but_a_message(
    tmp_path: Path, healthy: dict[str, str]
) -> None:
    for command, code in ((["true"], 0), (shell("exit 7"), 7)):
        run = retry(tmp_path, "--ledger=nowhere/ledger.json", command=command)
        assert run.code == code
        assert "the ledger could not be written to nowhere/ledger.json" in run.err
    leaves_a_whole_bundle(tmp_path, healthy)


def test_a_full_disk_changes_nothing_but_a_message(tmp_path: Path, healthy: dict[str, str]) -> None:
    run = retry(
        tmp_path,
        "--ledger=/dev/full",
        "--delays=0",
        command=fails_first("Connection reset by peer"),
        env={"GITHUB_STEP_SUMMARY": "/dev/full"},
    )
    assert run.code == 0
    assert "the ledger could not be written to /dev/full" in run.err
    assert "the job summary could not be written" in run.err
    assert Path("/dev/full").is_char_device()
    leaves_a_whole_bundle(tmp_path, healthy)


def test_a_disk_that_fills_up_leaves_no_ledger_of_the_attempt_s_begin(
    tmp_path: Path, healthy: dict[str, str]
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    fill = shell(f"head -c 1000000 /dev/zero >{small}/filler; exit 7")
    run_it = " ".join(f"'{word}'" for word in arguments(["--ledger", f"{small}/l.json"], fill))
    mounted = f"mount -t tmpfs -o size=64k none {small} && "
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", f"{mounted} {run_it}; echo $? $(ls {small})"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == b"7 filler\n", done.stderr
    assert f"the ledger could not be written to {small}/l.json".encode() in done.stderr
    leaves_a_whole_bundle(tmp_path, healthy)


def test_a_read_only_file_system_changes_nothing_but_a_message(
    tmp_path: Path, healthy: dict[str, str]
) -> None:
    run = retry(tmp_path, "--ledger=/proc/ledger.json", command=shell("exit 7"))
    assert run.code == 7
    assert "the ledger could not be written to /proc/ledger.json" in run.err
    leaves_a_whole_bundle(tmp_path, healthy)


def test_a_full_temporary_folder_loses_no_output(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = f"mount -t tmpfs -o size=64k none {small} && "
    run_it = " ".join(f"'{word}'" for word in arguments([], ["head", "-c", "3000000", "/dev/zero"]))
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", f"{mounted}RUNNER_TEMP={small} {run_it}"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stdout)) == (0, 3000000), done.stderr


def test_without_any_temporary_folder_the_command_runs_all_the_same(tmp_path: Path) -> None:
    # the checkout itself may lie below /tmp: the script is opened before that is hidden
    hidden = f"exec 9<'{SCRIPT}' && mount --bind /proc/1 /tmp && mount --bind /proc/1 /dev/shm && "
    run_it = " ".join(f"'{word}'" for word in arguments([], ["echo", "fine"], Path("/dev/fd/9")))
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", f"{hidden}TMPDIR=/proc/1 {run_it}"],
        cwd=work,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"fine\n"), done.stderr
    assert b"no temporary folder can be written" in done.stderr


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    retry(tmp_path, command=["true"], env={"RUNNER_TEMP": str(temporary)})
    assert list(temporary.iterdir()) == []


def test_evidence_is_one_line_of_valid_text(tmp_path: Path) -> None:
    odd = r"printf 'a \"quoted\" \\\\ \t \377\303\251 Connection refused\033[0m %0400d\n' 1; exit 1"
    run = retry(tmp_path, "--attempts=1", command=shell(odd))
    evidence = run.last["evidence"]
    assert run.classes == ["refused"]
    assert 'a "quoted" \\' in evidence
    assert "?é Connection refused" in evidence
    assert len(evidence.encode()) <= 300


# ------------------------------------------------------------------ JUnit


def _junit(*cases: str) -> str:
    return (
        f'<?xml version="1.0"?>\n<testsuites><testsuite name="s">{"".join(cases)}</testsuite></testsuites>\n'
    )


_PASSES = '<testcase classname="shop.Cache" name="gets &lt;all&gt;" time="0.1"/>'
_FAILS = (
    '<testcase classname="shop.Cache" name="gets &lt;all&gt;" time="0.1"><failure message="refused &gt; &quot;x&quot;">'
    "<![CDATA[<testcase name='decoy'><failure/> at > b]]></failure></testcase>"
)
_ALWAYS = '<testcase name="adds > up"><error message="4"/></testcase>'


def _writes_junit(first: str, later: str, code: int = 0) -> list[str]:
    return shell(
        'echo run >>runs; if [ "$(wc -l <runs)" = 1 ]; then '
        f"cp {first} junit.xml; echo Connection refused; exit 1; fi; cp {later} junit.xml; exit {code}"
    )


def _with_reports(folder: Path) -> None:
    (folder / "first.report").write_text(_junit(_FAILS, _ALWAYS))
    (folder / "later.report").write_text(_junit(_PASSES, '<testcase name="adds > up"/>'))


def test_the_tests_own_report_names_the_flaky_ones(tmp_path: Path) -> None:
    _with_reports(tmp_path)
    summary = tmp_path / "summary.md"
    run = retry(
        tmp_path,
        "--junit=junit.xml",
        "--delays=0",
        command=_writes_junit("first.report", "later.report"),
        env={"GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert run.code == 0
    assert sorted(run.ledger["flaky_tests"]) == ["adds > up", "shop.Cache.gets <all>"]
    assert sorted(run.ledger["attempts"][0]["failed_tests"]) == ["adds > up", "shop.Cache.gets <all>"]
    assert run.last["failed_tests"] == []
    assert "- `shop.Cache.gets <all>`" in summary.read_text()
    assert (tmp_path / "junit.xml").read_text() == (tmp_path / "later.report").read_text()
    assert (tmp_path / "junit.xml.attempt-1").read_text() == (tmp_path / "first.report").read_text()


def test_a_report_of_an_earlier_run_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(_junit(_FAILS))
    run = retry(tmp_path, "--junit=junit.xml", command=["true"])
    assert run.last["failed_tests"] == []


@pytest.mark.parametrize("text", ["", "<", "<testcase", "no XML at all", '<testcase name="a', "<![CDATA[x"])
def test_a_report_that_was_cut_off_names_nobody(tmp_path: Path, text: str) -> None:
    run = retry(tmp_path, "--junit=junit.xml", command=shell(f"printf %s '{text}' >junit.xml"))
    assert (run.code, run.last["failed_tests"]) == (0, [])


# ------------------------------------------------------------------ shards


def _shard(folder: Path, command: list[str], *flags: str) -> None:
    folder.mkdir(parents=True)
    _with_reports(folder)
    retry(folder, "--junit=junit.xml", "--delays=0", *flags, command=command)
    for report in ("first.report", "later.report"):
        (folder / report).unlink()


def test_ledgers_and_reports_of_shards_are_joined(tmp_path: Path) -> None:
    shards = tmp_path / "shards"
    _shard(shards / "ledger-1", shell("cp later.report junit.xml"))
    _shard(shards / "ledger 2", _writes_junit("first.report", "later.report"))
    summary = tmp_path / "summary.md"
    on_github = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ACTIONS": "true"}
    run = retry(tmp_path, "--merge", "shards", "--junit=all.xml", command=[], env=on_github)
    assert run.code == 0, run.err
    ledger = run.ledger
    assert ledger["verdict"] == "flaky"
    assert [(row["shard"], row["n"], row["class"]) for row in ledger["attempts"]] == [
        ("ledger 2", 1, "refused"),
        ("ledger 2", 2, "passed"),
        ("ledger-1", 1, "passed"),
    ]
    assert sorted(ledger["flaky_tests"]) == ["adds > up", "shop.Cache.gets <all>"]
    assert ledger["deadline"] == 1200
    assert run.err.count("::warning ") == 1
    assert "| ledger 2 / 1 | refused | 1 |" in summary.read_text()
    joined = ElementTree.parse(tmp_path / "all.xml").getroot()
    assert len(joined.findall("testsuite")) == 2
    flaky = [case.get("name") for case in joined.iter("testcase") if case.find("flakyFailure") is not None]
    assert sorted(str(name) for name in flaky) == ["adds > up", "gets <all>"]
    messages = [element.get("message") for element in joined.iter("flakyFailure")]
    assert sorted(str(message) for message in messages) == ["4", 'refused > "x"']


def test_a_test_that_failed_in_every_attempt_stays_failed(tmp_path: Path) -> None:
    _shard(tmp_path / "s" / "1", _writes_junit("first.report", "first.report", 1), "--attempts=2")
    run = retry(tmp_path, "--merge=s", command=[])
    assert run.code == 1
    assert run.ledger["verdict"] == "failed"
    joined = ElementTree.parse(tmp_path / "junit.xml").getroot()
    for case in joined.iter("testcase"):
        assert case.find("rerunFailure") is not None
        assert case.find("failure") is not None or case.find("error") is not None


def test_a_flaky_shard_fails_the_join_where_the_policy_says_so(tmp_path: Path) -> None:
    _shard(tmp_path / "s" / "1", _writes_junit("first.report", "later.report"))
    assert retry(tmp_path, "--merge=s", "--flaky=fail", command=[]).code == 1
    assert retry(tmp_path, "--merge=s", "--flaky=pass", command=[]).code == 0


def test_what_was_joined_can_be_joined_again(tmp_path: Path) -> None:
    _shard(tmp_path / "1", shell("cp later.report junit.xml"))
    for _ in range(2):
        run = retry(tmp_path, "--merge=.", command=[])
        assert (run.code, len(run.ledger["attempts"])) == (0, 1)
    assert len(ElementTree.parse(tmp_path / "junit.xml").getroot()) == 1


def test_a_folder_without_ledgers_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    run = retry(tmp_path, "--merge=.", command=[])
    assert run.code == 2
    assert "no ledger below" in run.err


# ------------------------------------------------------------------ secrets


def _command_lines() -> Iterator[bytes]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                yield (process / "cmdline").read_bytes()
            except OSError:
                continue


def _seen_in_command_lines(until: threading.Event) -> list[bytes]:
    seen: list[bytes] = []
    while not until.is_set():
        seen += [line for line in _command_lines() if any(form.encode() in line for form in _FORMS)]
        time.sleep(0.003)
    return seen


@pytest.mark.parametrize(
    "form",
    [
        {"REDIS_URL": f"redis://:{_SECRET}@127.0.0.1:PORT/0"},
        {"REDIS_URL": f"redis://default:{_FORMS[1]}@127.0.0.1:PORT/0"},
        {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "PORT", "REDIS_PASSWORD": _SECRET},
        {
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": "PORT",
            "REDIS_PASSWORD": _SECRET,
            "REDIS_USERNAME": "default",
        },
        {"REDIS_URL": f"redis+sentinel://:{_FORMS[1]}@127.0.0.1:SENTINEL/main/0"},
    ],
    ids=["url", "encoded in the url", "variable", "variables with a user", "sentinel"],
)
def test_a_secret_is_nowhere_at_any_moment(tmp_path: Path, form: dict[str, str]) -> None:
    ended = threading.Event()
    seen: list[bytes] = []
    watch = threading.Thread(target=lambda: seen.extend(_seen_in_command_lines(ended)))
    auth = f"sentinel auth-pass main {_SECRET}"
    with (
        running(Server.REDIS_8_0, password=_SECRET) as server,
        sentinel(server.port, config=auth, password=_SECRET) as watching,
    ):
        ports = {"PORT": str(server.port), "SENTINEL": str(watching.port)}
        env = {
            name: re.sub("PORT|SENTINEL", lambda found: ports[found[0]], value)
            for name, value in form.items()
        }
        env |= {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "GITHUB_ACTIONS": "true"}
        (tmp_path / "first.report").write_text(_junit(_FAILS))
        # The client prints the whole address beside its error.
        command = shell(
            "echo run >>runs; [ $(wc -l <runs) = 3 ] && exit 0; cp first.report junit.xml; "
            'printf "%s\\n" "${REDIS_URL:-$REDIS_PASSWORD} Connection reset by peer" >&2; exit 1'
        )
        flags = ("--delays=200ms", "--reset=flushdb", "--junit=junit.xml")
        watch.start()
        try:
            run = retry(tmp_path, *flags, command=command, env=env)
            leaves_a_whole_bundle(tmp_path, env)
        finally:
            ended.set()
            watch.join(30)
    assert run.code == 0, run.err
    assert seen == []
    own = [line for line in run.err.splitlines() if line.startswith(("retry:", "::"))]
    assert len(own) > 3
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    names = {"summary.md", "retry-ledger.json", "junit.xml.attempt-1", "manifest"}
    assert {file.name for file in files} >= names
    text = "\n".join([*own, *(file.read_text(errors="replace") for file in files)])
    assert "***" in text
    assert [form for form in _FORMS if form in text] == []


def test_the_schema_refuses_what_is_no_ledger(tmp_path: Path) -> None:
    ledger = retry(tmp_path, command=["true"]).ledger
    for broken in ({**ledger, "verdict": "fine"}, {**ledger, "attempts": []}, {**ledger, "more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)
