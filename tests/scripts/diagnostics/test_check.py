"""The healthy path on every server, what was asked against what is in force, and the outputs of one run."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships without types
import pytest
from scripts.diagnosed import SCRIPT, diagnose, manifest
from support.cache import CHECKOUT
from support.ports import free_port
from support.servers import ALL, Server, running

_SCHEMA = json.loads((CHECKOUT / "docs" / "redis-diagnostics.schema.json").read_text())
_REDIS = Server.REDIS_8_0
_NEEDED = {"write-read", "pubsub", "operations", "connections"}
_SECTIONS = [
    *("reachability", "authentication", "role", "version"),
    *("write-read", "pubsub", "operations", "connections"),
    *("memory", "clients", "persistence", "configuration", "slowlog", "errors", "counters"),
    *("backlog", "files", "kernel", "container", "blocking", "pipelining", "multi", "lua"),
]


@pytest.mark.parametrize("server", ALL, ids=lambda server: server.name)
def test_a_healthy_server_is_ready_and_healthy(server: Server, tmp_path: Path) -> None:
    with running(server) as redis:
        redis.cli("SET", "kept", "value")
        env = {"REDIS_PORT": str(redis.port)}
        waited = diagnose(tmp_path, "wait", env=env)
        assert (waited.code, waited.report["verdict"]) == (0, "healthy"), waited.out
        assert list(waited.statuses()) == ["first-pong", "rounds", "connections", "warm-up"]
        jsonschema.validate(waited.report, _SCHEMA)
        assert "ready: 127.0.0.1" in waited.out.splitlines()[-1]
        checked = diagnose(tmp_path, env=env)
        assert checked.code == 0, checked.out
        jsonschema.validate(checked.report, _SCHEMA)
        assert set(checked.statuses().values()) <= {"pass", "skipped", "warn"}
        sections = list(dict.fromkeys(check["section"] for check in checked.report["checks"]))
        assert sections == _SECTIONS
        # On a machine that is busy with other tests a latency may be a warning, never more.
        assert all(checked.statuses()[name] in {"pass", "warn"} for name in _NEEDED)
        assert checked.report["target"]["server"].startswith(server.family)
        diagnose(tmp_path, "report", "bundle", env=env)
        present = {name for name, state in manifest(tmp_path / "bundle").items() if state == "written"}
        assert {"info.txt", "client-list.txt", "slowlog.txt", "config.txt"} <= present
        assert redis.cli("DBSIZE") == "1"


@pytest.mark.parametrize("server", ALL, ids=lambda server: server.name)
@pytest.mark.parametrize(
    ("password", "given", "kind"),
    [
        ("right", {}, "noauth"),
        ("right", {"REDIS_PASSWORD": "wrong"}, "wrongpass"),
        (None, {"REDIS_PASSWORD": "needless"}, "nopassword"),
        ("right", {"REDIS_USERNAME": "nobody", "REDIS_PASSWORD": "right"}, "wrongpass"),
    ],
    ids=["no password", "wrong password", "needless password", "unknown user"],
)
def test_a_refusal_stops_at_once(
    server: Server, password: str | None, given: dict[str, str], kind: str, tmp_path: Path
) -> None:
    with running(server, password=password) as redis:
        env = {"REDIS_PORT": str(redis.port), **given}
        waited = diagnose(tmp_path, "wait", "--timeout", "30s", env=env)
        assert (waited.code, waited.check("ready")["value"]) == (4, kind), waited.out
        assert waited.report["seconds"] < 5
        checked = diagnose(tmp_path, "check", env=env)
        assert (checked.code, checked.report["verdict"]) == (4, "refused")
        assert checked.check("authentication")["value"] == kind


def test_what_is_asked_is_compared_by_value(tmp_path: Path) -> None:
    with running(_REDIS, "--maxmemory", "1gb", "--maxmemory-policy", "allkeys-lru") as redis:
        env = {"REDIS_PORT": str(redis.port)}
        good = (
            "maxmemory=1gb",
            "maxmemory=1024mb",
            "maxmemory-policy=allkeys-lru",
            "save=",
            "backlog=511",
            "tcp-backlog=511",
        )
        asked = [word for pair in good for word in ("--expect", pair)]
        checked = diagnose(tmp_path, "check", *asked, env=env)
        assert checked.code == 0, checked.out
        asked_and_found = {
            check["name"]: (check["value"], check["limit"])
            for check in checked.report["checks"]
            if check["limit"] is not None
        }
        assert asked_and_found["maxmemory-policy"] == ("allkeys-lru", "allkeys-lru")
        assert asked_and_found["backlog"] == (511, 511)


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ("maxmemory=2gb", "maxmemory"),
        ("maxmemory-policy=allkeys-lru", "maxmemory-policy"),
        ("no-such-setting=1", "no-such-setting"),
        ("backlog=65535", "backlog"),
        ("nofile=7", "nofile"),
        ("net.core.somaxconn=7", "net.core.somaxconn"),
        ("vm.overcommit_memory=7", "vm.overcommit_memory"),
        ("thp=sometimes", "thp"),
        ("memory=1mb", "memory"),
    ],
)
def test_a_difference_fails_or_warns_as_asked(pair: str, name: str, tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        env = {"REDIS_PORT": str(redis.port)}
        failed = diagnose(tmp_path, "check", "--operations", "10", "--expect", pair, env=env)
        assert (failed.code, failed.report["verdict"]) == (1, "failed"), failed.out
        assert failed.statuses()[name] == "fail"
        asked = pair.partition("=")[2]
        assert f"asked: {asked}, " in failed.check(name)["message"]
        assert str(failed.check(name)["limit"]) == asked
        warned = diagnose(
            tmp_path, "check", "--operations", "10", "--mismatch", "warn", f"--expect={pair}", env=env
        )
        assert (warned.code, warned.report["verdict"]) == (0, "degraded"), warned.out
        assert warned.statuses()[name] == "warn"


def test_all_outputs_come_from_one_run(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        summary = tmp_path / "summary.md"
        summary.write_text("before\n")
        checked = diagnose(
            tmp_path,
            "check",
            "--junit=junit.xml",
            "--expect=maxmemory=1gb",
            "--expect=maxclients=1",
            "--expect=backlog=1",
            env={
                "REDIS_PORT": str(redis.port),
                "GITHUB_ACTIONS": "true",
                "GITHUB_STEP_SUMMARY": str(summary),
            },
        )
    assert checked.code == 1
    assert "\x1b" not in checked.out
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()[0]
    assert suite.get("failures") == "3"
    assert len(suite) == len(checked.report["checks"])
    assert summary.read_text().startswith("before\n### Redis at 127.0.0.1:")
    assert "| fail | maxmemory | 0 " in summary.read_text()
    errors = [line for line in checked.out.splitlines() if line.startswith("::error")]
    assert [line.partition("::maxmemory")[0] for line in errors[:1]] == ["::error title=Redis configuration"]
    assert len(errors) == 2  # one for the configuration, one for the backlog


def test_annotations_belong_to_github(tmp_path: Path) -> None:
    refused = diagnose(tmp_path, "wait", "--timeout", "0", env={"REDIS_PORT": str(free_port())})
    assert refused.code == 3
    assert "::error" not in refused.out


@pytest.mark.parametrize("flag", ["--json", "--junit"])
@pytest.mark.parametrize("file", ["/dev/full", "/no/such/folder/report"])
def test_a_report_that_cannot_be_written_is_said(flag: str, file: str, tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        env = {"REDIS_PORT": str(redis.port), "GITHUB_STEP_SUMMARY": "/dev/full"}
        checked = diagnose(tmp_path, "check", "--operations=10", flag, file, env=env)
    assert checked.code == 2
    assert f"cannot write {file}" in checked.err
    assert "cannot write the job summary" in checked.err
    assert checked.out.splitlines()[-1].startswith(("healthy: ", "degraded: "))


def test_the_difference_to_the_first_check_of_a_job_is_shown(tmp_path: Path) -> None:
    with running(_REDIS) as redis:
        env = {"REDIS_PORT": str(redis.port), "RUNNER_TEMP": str(tmp_path)}
        first = diagnose(tmp_path, "check", "--operations=10", env=env)
        assert "since-first-check" not in first.statuses()
        for _ in range(3):
            with pytest.raises(Exception, match="unknown command"):
                redis.cli("NOSUCHCOMMAND")
        second = diagnose(tmp_path, "check", "--operations=10", env=env)
        assert second.check("since-first-check")["message"].startswith("errors 3,")
        redis.kill()
        redis.start()
        third = diagnose(tmp_path, "check", "--operations=10", env=env)
        assert third.check("since-first-check")["value"] == "restarted"


@pytest.mark.parametrize(
    ("words", "env", "message"),
    [
        (("wait", "--json", "f", "--rounds"), {}, "--rounds needs a value"),
        (("wait", "--rounds", "many"), {}, "--rounds takes a whole number"),
        (("wait", "--timeout", "soon"), {}, "--timeout takes a duration"),
        (("check", "--warmup", "1"), {}, "check does not know --warmup"),
        (("check", "--expect", "maxmemory"), {}, "--expect takes NAME=VALUE"),
        (("check", "--expect", "requirepass=abc"), {}, "would hold a secret"),
        (("check", "--mismatch", "shrug"), {}, "fail or warn"),
        (("check", "--password", "abc"), {}, "never an argument"),
        (("check", "--url", "redis://:abc@localhost"), {}, "--url holds a password"),
        (("check", "--url=redis://me:abc@localhost"), {}, "--url holds a password"),
        (("check", "--url", "http://localhost"), {}, "--url cannot be read"),
        (("check", "--password-file", "/no/such/file"), {}, "--password-file cannot be read"),
        (("report",), {}, "report needs a directory"),
        (("report", "/proc/no"), {}, "cannot write into /proc/no"),
        (("dance",), {}, "check takes no such argument"),
        ((), {"REDIS_URL": "localhost:6379:abc"}, "REDIS_URL cannot be read"),
        ((), {"REDIS_PORT": "many"}, "not a number from 1 to 65535"),
        ((), {"REDIS_PORT": "65536"}, "not a number from 1 to 65535"),
    ],
)
def test_wrong_usage_ends_with_two(
    words: tuple[str, ...], env: dict[str, str], message: str, tmp_path: Path
) -> None:
    told = diagnose(tmp_path, *words, env=env)
    assert told.code == 2
    assert message in told.err
    assert "abc" not in told.out + told.err


def test_help_explains_everything(tmp_path: Path) -> None:
    told = diagnose(tmp_path, "--help", env={})
    assert told.code == 0
    for word in ("REDIS_URL", "--password-file", "--timeout", "--expect", "report DIR", "exit status"):
        assert word in told.out


def test_a_bundle_tells_why_the_tests_ended(tmp_path: Path) -> None:
    ledger, summary = tmp_path / "ledger.json", tmp_path / "summary.md"
    env = {"REDIS_PORT": "1", "HOLDFAST_LEDGER": str(ledger), "GITHUB_STEP_SUMMARY": str(summary)}
    assert "tests: " not in diagnose(tmp_path, "report", "bundle", env=env).out
    said = "attempt 1 began and did not end: it still runs, or the runner was killed"
    ledger.write_text(f'{{\n  "version": 1,\n  "stopped_because": "{said}",\n  "attempts": [\n  ]\n}}\n')
    assert f"tests: {said}\n" in diagnose(tmp_path, "report", "bundle", env=env).out
    assert summary.read_text().count(f"Tests: {said}") == 1


def test_a_bundle_is_written_where_the_summary_cannot_be(tmp_path: Path) -> None:
    env = {"REDIS_PORT": str(free_port()), "GITHUB_STEP_SUMMARY": "/dev/full"}
    reported = diagnose(tmp_path, "report", "bundle", env=env)
    assert reported.code == 0
    assert "cannot write the job summary" in reported.err


def test_what_a_flag_asks_takes_the_place_of_the_settings(tmp_path: Path) -> None:
    script = tmp_path / "script.sh"
    script.write_text(SCRIPT.read_text().replace("\nEXPECT=()\n", "\nEXPECT=('maxmemory=1gb' 'save=')\n"))
    with running(_REDIS) as redis:
        env = {"REDIS_HOST": "[::1]", "REDIS_PORT": str(redis.port)}
        bare = diagnose(tmp_path, "check", "--operations=10", env=env, script=script)
        assert (bare.code, bare.check("maxmemory")["limit"]) == (1, "1gb")
        other = diagnose(tmp_path, "check", "--operations=10", "--expect=maxmemory=0", env=env, script=script)
        assert (other.code, other.check("maxmemory")["limit"]) == (0, 0)
        assert other.check("save")["status"] == "pass"
