"""Every fault of the design, against a real Redis 8.0: verdict, class, message, exit code, time, bundle."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from scripts.diagnosed import (
    SCRIPT,
    Diagnosed,
    bundle_is_complete,
    diagnose,
    environment,
    has_child,
    leaves_a_whole_bundle,
    until,
)
from scripts.proxies import Fault, answering, closing, full_queue, proxy, silent
from support.ports import free_port
from support.resp import ReplyError
from support.servers import Running, Server, running

Env = dict[str, str]
_REDIS = Server.REDIS_8_0
_SLACK = 4.0
_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True)
class Place:
    """Where the script looks, and the healthy server behind it when there is one."""

    env: Env
    server: Running | None = None


def _at(port: int, **more: str) -> Env:
    return {"REDIS_PORT": str(port), **more}


@contextmanager
def never_starts() -> Iterator[Place]:
    yield Place(_at(free_port()))


@contextmanager
def accepts_but_says_nothing() -> Iterator[Place]:
    with silent() as port:
        yield Place(_at(port))


@contextmanager
def packets_dropped() -> Iterator[Place]:
    with full_queue() as port:
        yield Place(_at(port))


@contextmanager
def hangs_up() -> Iterator[Place]:
    with closing() as port:
        yield Place(_at(port))


@contextmanager
def loading() -> Iterator[Place]:
    with running(_REDIS, "--loading-process-events-interval-bytes", "1024") as server:
        with server.client() as client:
            client.call("EVAL", "for i=1,3000 do redis.call('SET','k'..i,string.rep('x',100)) end", "0")
            client.call("SAVE")
        server.stop()
        server.command += ("--key-load-delay", "20000")
        server.start(wait=False)
        until(lambda: _answer(server).startswith("LOADING"))
        yield Place(_at(server.port))
        server.kill()


def _answer(server: Running) -> str:
    """What the server says to a PING; an empty text while nothing listens."""
    try:
        return server.cli("PING")
    except ReplyError as error:
        return str(error)
    except OSError:
        return ""


@contextmanager
def wants_a_password() -> Iterator[Place]:
    with running(_REDIS, password="right one") as server:
        yield Place(_at(server.port))


@contextmanager
def wrong_password() -> Iterator[Place]:
    with running(_REDIS, password="right one") as server:
        yield Place(_at(server.port, REDIS_PASSWORD="the wrong one"))


@contextmanager
def password_that_nobody_asked_for() -> Iterator[Place]:
    with running(_REDIS) as server:
        yield Place(_at(server.port, REDIS_PASSWORD="needless"))


@contextmanager
def lacks_permission() -> Iterator[Place]:
    with running(_REDIS) as server:
        server.cli("ACL", "SETUSER", "reader", "on", ">words", "~*", "&*", "+@read", "+ping")
        yield Place(_at(server.port, REDIS_USERNAME="reader", REDIS_PASSWORD="words"), server)


@contextmanager
def http_server() -> Iterator[Place]:
    with answering(_HTTP) as port:
        yield Place(_at(port))


@contextmanager
def tls_record() -> Iterator[Place]:
    with answering(b"\x15\x03\x01\x00\x02\x02\x46") as port:
        yield Place(_at(port))


@contextmanager
def maxclients_reached() -> Iterator[Place]:
    with running(_REDIS, "--maxclients", "3") as server:
        held = [server.client() for _ in range(3)]
        yield Place(_at(server.port))
        for client in held:
            client.close()


@contextmanager
def room_for_four_clients() -> Iterator[Place]:
    with running(_REDIS, "--maxclients", "4") as server:
        yield Place(_at(server.port), server)


@contextmanager
def memory_full() -> Iterator[Place]:
    with running(_REDIS, "--maxmemory", "1") as server:
        yield Place(_at(server.port), server)


@contextmanager
def read_only_replica() -> Iterator[Place]:
    with (
        running(_REDIS, "--repl-diskless-sync-delay", "0") as master,
        running(_REDIS, "--replicaof", "127.0.0.1", str(master.port)) as server,
    ):
        until(lambda: "master_link_status:up" in server.cli("INFO", "replication"))
        yield Place(_at(server.port), server)


@contextmanager
def replica_without_its_master() -> Iterator[Place]:
    flags = ("--replicaof", "127.0.0.1", str(free_port()), "--replica-serve-stale-data", "no")
    with running(_REDIS, *flags) as server:
        yield Place(_at(server.port))


@contextmanager
def busy_with_a_script() -> Iterator[Place]:
    with running(_REDIS, "--busy-reply-threshold", "10") as server, server.client(60) as client:
        client.send("EVAL", "while true do end", "0")
        until(lambda: _answer(server).startswith("BUSY"))
        yield Place(_at(server.port))
        server.kill()


@contextmanager
def one_of_ten_connections_refused() -> Iterator[Place]:
    with running(_REDIS) as server, proxy(server.port, Fault(refuse_every=7)) as port:
        yield Place(_at(port), server)


@contextmanager
def pubsub_broken() -> Iterator[Place]:
    with running(_REDIS) as server, proxy(server.port, Fault(swallow=b"message")) as port:
        yield Place(_at(port), server)


@contextmanager
def cluster_without_slots() -> Iterator[Place]:
    with running(_REDIS, "--cluster-enabled", "yes", "--cluster-port", str(free_port())) as server:
        yield Place(_at(server.port))


@dataclass(frozen=True)
class Case:
    """A fault and what the script says of it: its exit code, verdict, class, and a part of the text."""

    fault: Callable[[], AbstractContextManager[Place]]
    code: int
    verdict: str
    kind: str
    text: str


_CASES = (
    Case(never_starts, 3, "unreachable", "refused", "nothing listens there"),
    Case(accepts_but_says_nothing, 3, "unreachable", "timeout", "no answer in time"),
    Case(packets_dropped, 3, "unreachable", "timeout", "timed out"),
    Case(hangs_up, 3, "unreachable", "reset", "accepts and hangs up"),
    Case(loading, 1, "failed", "loading", "LOADING Redis is loading"),
    Case(wants_a_password, 4, "refused", "noauth", "set REDIS_PASSWORD"),
    Case(wrong_password, 4, "refused", "wrongpass", "WRONGPASS"),
    Case(password_that_nobody_asked_for, 4, "refused", "nopassword", "ignores REDIS_PASSWORD"),
    Case(lacks_permission, 4, "refused", "noperm", "extend its ACL"),
    Case(http_server, 1, "failed", "protocol", "HTTP/1.1 400"),
    Case(tls_record, 1, "failed", "protocol", "TLS record"),
    Case(maxclients_reached, 1, "failed", "maxclients", "max number of clients"),
    Case(room_for_four_clients, 1, "failed", "maxclients", "of 10: ERR max number of clients"),
    Case(memory_full, 1, "failed", "oom", "maxmemory-policy allkeys-lru"),
    Case(read_only_replica, 1, "failed", "readonly", "REPLICAOF NO ONE"),
    Case(replica_without_its_master, 1, "failed", "masterdown", "no link to its master"),
    Case(busy_with_a_script, 1, "failed", "busy", "SCRIPT KILL"),
    Case(one_of_ten_connections_refused, 1, "failed", "reset", "of 10: the connection was closed"),
    Case(pubsub_broken, 1, "failed", "pubsub", "did not arrive"),
    Case(cluster_without_slots, 1, "failed", "clusterdown", "CLUSTER ADDSLOTS"),
)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.fault.__name__)
def test_a_fault_is_named_with_its_class_cure_and_exit_code(case: Case, tmp_path: Path) -> None:
    for command in ("wait", "check", "report"):
        (tmp_path / command).mkdir()
    # Side by side where that saves time, one after the other where they would take each other's connections.
    with case.fault() as place, ThreadPoolExecutor(1 if place.server else 3) as pool:
        before = _size(place)
        waited = pool.submit(diagnose, tmp_path / "wait", "wait", "--timeout", "1500ms", env=place.env)
        checked = pool.submit(diagnose, tmp_path / "check", "check", env=place.env)
        reported = pool.submit(diagnose, tmp_path / "report", "report", "bundle", env=place.env)
        _wait_names_it(case, waited.result())
        _check_names_it(case, checked.result())
        bundle_is_complete(tmp_path / "report" / "bundle", reported.result())
        assert _size(place) == before


def _wait_names_it(case: Case, waited: Diagnosed) -> None:
    assert (waited.code, waited.report["verdict"]) == (case.code, case.verdict), waited.out
    ready = waited.check("ready")
    assert (ready["status"], ready["value"]) == ("fail", case.kind), waited.out
    assert case.text in waited.out
    assert "next: " in waited.out
    assert waited.report["seconds"] < 1.5 + _SLACK


def _check_names_it(case: Case, checked: Diagnosed) -> None:
    assert (checked.code, checked.report["verdict"]) == (case.code, case.verdict), checked.out
    failures = [check["value"] for check in checked.report["checks"] if check["status"] == "fail"]
    assert case.kind in failures, checked.out
    assert checked.report["seconds"] < 15


def _size(place: Place) -> str:
    """How many keys there are, asked again while the script's connections still take the server's last ones."""
    if place.server is None:
        return ""
    sizes: list[str] = []
    until(lambda: bool(sizes) or _append_size(place.server, sizes))
    return sizes[0]


def _append_size(server: Running | None, sizes: list[str]) -> bool:
    assert server is not None
    try:
        sizes.append(server.cli("DBSIZE"))
    except (ReplyError, OSError):
        return False
    return True


def test_a_slow_start_is_waited_for(tmp_path: Path) -> None:
    with running(_REDIS, start=False) as server:
        threading.Timer(1, server.start, [False]).start()
        waited = diagnose(tmp_path, "wait", env=_at(server.port))
        assert waited.code == 0, waited.out
        assert waited.report["verdict"] == "healthy"
        assert server.cli("DBSIZE") == "0"
        leaves_a_whole_bundle(tmp_path, _at(server.port))


def test_a_server_killed_and_started_again_is_waited_for(tmp_path: Path) -> None:
    with running(_REDIS) as server:
        server.kill()
        threading.Timer(1, server.start, [False]).start()
        assert diagnose(tmp_path, "wait", env=_at(server.port)).code == 0
        leaves_a_whole_bundle(tmp_path, _at(server.port))


def test_a_server_that_freezes_for_five_seconds_is_waited_for_and_checked(tmp_path: Path) -> None:
    for command in ("wait", "check"):
        (tmp_path / command).mkdir()
    with running(_REDIS) as server, ThreadPoolExecutor() as pool:
        server.kill(signal.SIGSTOP)
        threading.Timer(5, server.kill, [signal.SIGCONT]).start()
        checking = pool.submit(diagnose, tmp_path / "check", "check", env=_at(server.port))
        waited = diagnose(tmp_path / "wait", "wait", env=_at(server.port))
        checked = checking.result()
        assert waited.code == 0, waited.out
        assert waited.check("first-pong")["value"] > 1000
        assert checked.code == 0, checked.out
        assert checked.report["seconds"] < 15
        leaves_a_whole_bundle(tmp_path, _at(server.port))


def test_connections_that_are_cut_every_second_are_opened_again(tmp_path: Path) -> None:
    with running(_REDIS) as server, proxy(server.port, Fault(cut_every=1)) as port:
        # Long enough for cuts in the middle of runs.
        begun = time.monotonic()
        while time.monotonic() < begun + 2.5:
            waited = diagnose(tmp_path, "wait", "--timeout", "30s", env=_at(port))
            assert waited.code == 0, waited.out
        # On a machine so busy that every second cuts a section three times, another check may be needed.
        verdicts: list[str] = []
        until(lambda: _checked_well(tmp_path, port, verdicts), seconds=60)
        assert verdicts[-1] in {"healthy", "degraded"}
        leaves_a_whole_bundle(tmp_path, _at(port))


def _checked_well(folder: Path, port: int, verdicts: list[str]) -> bool:
    checked = diagnose(folder, "check", "--operations", "10", env=_at(port))
    verdicts.append(checked.report["verdict"])
    return checked.code == 0


def test_half_a_second_of_latency_makes_nothing_fail(tmp_path: Path) -> None:
    for command in ("wait", "check"):
        (tmp_path / command).mkdir()
    with (
        running(_REDIS) as server,
        proxy(server.port, Fault(latency=0.5)) as port,
        ThreadPoolExecutor() as pool,
    ):
        words = ("wait", "--timeout", "60s", "--warmup", "180")
        waiting = pool.submit(diagnose, tmp_path / "wait", *words, env=_at(port))
        checked = diagnose(tmp_path / "check", "check", env=_at(port))
        waited = waiting.result()
        assert waited.code == 0, waited.out
        assert checked.code == 0, checked.out
        assert checked.report["verdict"] == "degraded"
        assert checked.check("operations-p50")["status"] == "warn"
        assert checked.report["seconds"] < 15
        assert server.cli("DBSIZE") == "0"
        leaves_a_whole_bundle(tmp_path, _at(port))


def test_a_name_that_does_not_resolve_is_given_up_after_five_seconds(tmp_path: Path) -> None:
    waited = diagnose(tmp_path, "wait", "--timeout", "60s", env={"REDIS_HOST": "no-such-name.invalid"})
    assert (waited.code, waited.report["verdict"]) == (3, "unreachable")
    assert waited.check("ready")["value"] == "unresolved"
    assert 4.9 < waited.report["seconds"] < 5 + 2 * _SLACK
    assert "127.0.0.1" in waited.out
    leaves_a_whole_bundle(tmp_path, {"REDIS_HOST": "no-such-name.invalid"})


def test_a_name_whose_first_address_does_not_answer_is_reached_at_the_other(tmp_path: Path) -> None:
    with running(_REDIS, "--bind", "127.0.0.1") as server:
        waited = diagnose(tmp_path, "wait", env=_at(server.port, REDIS_HOST="localhost"))
        assert waited.code == 0, waited.out
        leaves_a_whole_bundle(tmp_path, _at(server.port, REDIS_HOST="localhost"))


def _catches(pid: int, sent: signal.Signals) -> bool:
    """Whether a process has a handler for a signal by now (SigCgt of proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text()
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(mask, 16) >> (sent - 1) & 1)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_cancelled_wait_ends_promptly(sent: signal.Signals, code: int, tmp_path: Path) -> None:
    with silent() as port:
        process = subprocess.Popen(
            ["bash", "-c", f'exec bash "{SCRIPT}" wait --timeout 60s'],
            env=environment(**_at(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
        until(lambda: has_child(process.pid) and _catches(process.pid, sent))
        begun = time.monotonic()
        process.send_signal(sent)
        _, err = process.communicate(timeout=30)
        assert process.returncode == code
        assert time.monotonic() - begun < 1 + _SLACK
        assert f"SIG{sent.name[3:]}".encode() in err
        leaves_a_whole_bundle(tmp_path, _at(port))
