"""Every fault that a retried run can meet, against real servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from scripts.diagnosed import leaves_a_whole_bundle, only_coreutils
from scripts.proxies import Fault, answering, closing, full_queue, proxy, silent
from scripts.retry.runs import Run, fails_first, retry, shell
from support.ports import free_port
from support.servers import ALL, Running, Server, running

_REDIS = Server.REDIS_8_0
_SLACK = 20.0
_BESIDE = "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 4, want 5"
Env = dict[str, str]


def _at(port: int, **more: str) -> Env:
    return {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(port), **more}


@contextmanager
def never_starts() -> Iterator[Env]:
    yield _at(free_port())


@contextmanager
def says_nothing() -> Iterator[Env]:
    with silent() as port:
        yield _at(port)


@contextmanager
def packets_dropped() -> Iterator[Env]:
    with full_queue() as port:
        yield _at(port)


@contextmanager
def hangs_up() -> Iterator[Env]:
    with closing() as port:
        yield _at(port)


@contextmanager
def http_server() -> Iterator[Env]:
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        yield _at(port)


@contextmanager
def tls_server() -> Iterator[Env]:
    with answering(b"\x15\x03\x01\x00\x02\x02\x46") as port:
        yield _at(port)


@contextmanager
def loading() -> Iterator[Env]:
    with running(_REDIS, "--loading-process-events-interval-bytes", "1024") as server:
        with server.client() as client:
            client.call("EVAL", "for i=1,3000 do redis.call('SET','k'..i,string.rep('x',100)) end", "0")
            client.call("SAVE")
        server.stop()
        server.command += ("--key-load-delay", "20000")
        server.start(wait=False)
        yield _at(server.port)
        server.kill()


@contextmanager
def busy_with_a_script() -> Iterator[Env]:
    with running(_REDIS, "--busy-reply-threshold", "10") as server, server.client(60) as client:
        client.send("EVAL", "while true do end", "0")
        yield _at(server.port)
        server.kill()


@contextmanager
def cluster_without_slots() -> Iterator[Env]:
    with running(_REDIS, "--cluster-enabled", "yes", "--cluster-port", str(free_port())) as server:
        yield _at(server.port)


@contextmanager
def wants_a_password() -> Iterator[Env]:
    with running(_REDIS, password="right one") as server:
        yield _at(server.port)


@contextmanager
def wrong_password() -> Iterator[Env]:
    with running(_REDIS, password="right one") as server:
        yield _at(server.port, REDIS_PASSWORD="the wrong one")


@contextmanager
def needless_password() -> Iterator[Env]:
    with running(_REDIS) as server:
        yield _at(server.port, REDIS_PASSWORD="nobody asked")


@contextmanager
def maxclients_reached() -> Iterator[Env]:
    with running(_REDIS, "--maxclients", "3") as server:
        held = [server.client() for _ in range(3)]
        yield _at(server.port)
        for client in held:
            client.close()


@contextmanager
def absent_name() -> Iterator[Env]:
    yield {"REDIS_URL": "redis://no-such-name.invalid:6379"}


@dataclass(frozen=True)
class Dead:
    """A Redis that does not get ready: the reason given, and whether waiting might have helped."""

    fault: Callable[[], AbstractContextManager[Env]]
    reason: str
    waited_for: bool = True
    who: str = "Redis does not answer at 127.0.0.1:"


# Seconds for everything: the whole of it is waited, or the 30 s of the gate are not.
_WAITED, _PATIENCE = 15, 60
_DEAD = (
    Dead(never_starts, "refused"),
    Dead(says_nothing, "timeout"),
    Dead(packets_dropped, "timeout"),
    Dead(hangs_up, "reset"),
    Dead(loading, "loading"),
    Dead(busy_with_a_script, "loading"),
    Dead(cluster_without_slots, "loading", who="the cluster at 127.0.0.1:"),
    Dead(maxclients_reached, "maxclients"),
    Dead(http_server, "notredis", False),
    Dead(tls_server, "notredis", False),
    Dead(wants_a_password, "noauth", False),
    Dead(wrong_password, "noauth", False),
    Dead(needless_password, "noauth", False),
)


@pytest.fixture(scope="module")
def dead_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """A run against each of them; all at once, because they spend their time waiting."""
    flags = ["--delays=0", "--min-attempt=0", "--reserve=500ms"]
    folders = tmp_path_factory.mktemp("dead")

    def meet(dead: Dead) -> Run:
        deadline = f"--deadline={_WAITED if dead.waited_for else _PATIENCE}"
        folder = folders / dead.fault.__name__
        folder.mkdir()
        with dead.fault() as env:
            run = retry(folder, *flags, deadline, command=fails_first("Connection refused"), env=env)
            leaves_a_whole_bundle(folder, env)
            return run

    with ThreadPoolExecutor(len(_DEAD)) as pool:
        runs = pool.map(meet, _DEAD)
        return {dead.fault.__name__: run for dead, run in zip(_DEAD, runs, strict=True)}


@pytest.mark.parametrize("dead", _DEAD, ids=lambda dead: dead.fault.__name__)
def test_a_redis_that_is_not_ready_ends_the_run_with_that_reason(
    dead_runs: dict[str, Run], dead: Dead
) -> None:
    run = dead_runs[dead.fault.__name__]
    assert (run.code, run.ledger["verdict"]) == (3, "failed")
    assert run.err.splitlines()[-1].endswith(f": {run.ledger['stopped_because']}")
    assert run.classes == ["refused"], "the tests are not run again"
    assert run.out == b"Connection refused\n"
    assert run.ledger["stopped_because"].startswith(dead.who)
    assert run.ledger["stopped_because"].endswith(dead.reason)
    # Waiting cannot help against some; the others get the whole time that there is.
    if dead.waited_for:
        assert _WAITED - 4 < run.ledger["spent"] < _WAITED + _SLACK
    else:
        assert run.ledger["spent"] < 2 + _SLACK


def test_a_name_that_does_not_resolve_is_given_up_after_five_seconds(tmp_path: Path) -> None:
    with absent_name() as env:
        run = retry(tmp_path, "--delays=0", command=fails_first("Connection reset by peer"), env=env)
        leaves_a_whole_bundle(tmp_path, env)
    assert (run.code, run.ledger["verdict"], run.classes) == (3, "failed", ["reset"])
    assert run.out == b"Connection reset by peer\n"
    assert run.ledger["stopped_because"].endswith("no-such-name.invalid:6379: unresolved")
    assert 5 <= run.ledger["spent"] < 5 + 2 + 2 * _SLACK


def _flaky(folder: Path, env: Env, *flags: str) -> Run:
    run = retry(folder, "--delays=0", *flags, command=fails_first("Connection reset by peer"), env=env)
    assert (run.code, run.classes) == (0, ["reset", "passed"]), run.err
    assert run.out == b"Connection reset by peer\nfine\n"
    assert run.ledger["verdict"] == "flaky"
    assert "first failure: reset" in run.err
    # The slowest of the faults takes five seconds.
    assert run.ledger["spent"] < 5 + _SLACK
    leaves_a_whole_bundle(folder, env)
    return run


@pytest.mark.parametrize("server", ALL, ids=lambda server: server.name)
def test_every_server_passes_the_gate_and_refuses_a_wrong_password(tmp_path: Path, server: Server) -> None:
    for name in ("right", "wrong"):
        (tmp_path / name).mkdir()
    with running(server, password="p@ss w%rd") as redis:
        url = f"redis://:p%40ss%20w%25rd@127.0.0.1:{redis.port}/1"
        _flaky(tmp_path / "right", {"REDIS_URL": url}, "--reset=flushdb")
        env = _at(redis.port, REDIS_PASSWORD="wrong")
        run = retry(
            tmp_path / "wrong", "--delays=0", command=fails_first("Connection reset by peer"), env=env
        )
        assert run.ledger["stopped_because"].endswith("noauth")


def test_a_user_of_the_access_list_passes_the_gate_without_the_right_to_info(tmp_path: Path) -> None:
    with running(_REDIS) as server:
        server.cli("ACL", "SETUSER", "reader", "on", ">words", "~*", "+@read", "+ping")
        _flaky(tmp_path, _at(server.port, REDIS_USERNAME="reader", REDIS_PASSWORD="words"))


@pytest.mark.parametrize("tool", ["openssl", "redis-cli"])
@pytest.mark.parametrize("checked", [False, True], ids=["unchecked", "checked"])
def test_a_server_that_speaks_tls_passes_the_gate(tmp_path: Path, tool: str, checked: bool) -> None:
    key, certificate, port = tmp_path / "key", tmp_path / "certificate", free_port()
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-days",
        "2",
    ]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
    files = {"REDIS_TLS_CACERT": certificate, "REDIS_TLS_CERT": certificate, "REDIS_TLS_KEY": key}
    flags = ["--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    flags += ["--tls-ca-cert-file", str(certificate), "--tls-auth-clients", "yes" if checked else "no"]
    env = {"REDIS_URL": f"rediss://:p%20w@127.0.0.1:{port}"}
    if checked:
        env |= {name: str(file) for name, file in files.items()}
    if tool == "redis-cli":
        env["PATH"] = only_coreutils(tmp_path / "bin")
        (tmp_path / "bin" / "redis-cli").symlink_to(_REDIS.cli)
        (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    with running(_REDIS, *flags, password="p w") as server:
        with server.client() as client:
            client.call("SET", "key", "x")
        run = _flaky(tmp_path, env, "--reset=flushdb")
        assert server.cli("DBSIZE") == "0"
        # Its end is waited for no longer than its answers take.
        assert run.ledger["spent"] < 10
        (tmp_path / "wrong").mkdir()
        wrong = env | {"REDIS_URL": f"rediss://:wrong@127.0.0.1:{port}"}
        run = retry(
            tmp_path / "wrong", "--delays=0", command=fails_first("Connection reset by peer"), env=wrong
        )
        assert run.ledger["stopped_because"] == f"Redis does not answer at 127.0.0.1:{port}: noauth"


def test_a_slow_start_is_waited_for(tmp_path: Path) -> None:
    with running(_REDIS, start=False) as server:
        timer = threading.Timer(1.5, server.start)
        timer.start()
        _flaky(tmp_path, _at(server.port))
        timer.join()


def test_a_frozen_server_is_waited_for(tmp_path: Path) -> None:
    with running(_REDIS) as server:
        server.kill(signal.SIGSTOP)
        timer = threading.Timer(5, server.kill, (signal.SIGCONT,))
        timer.start()
        began = time.monotonic()
        _flaky(tmp_path, _at(server.port))
        assert time.monotonic() - began > 4.5
        timer.join()


def test_killed_between_attempts(tmp_path: Path) -> None:
    with running(_REDIS) as server:
        command = shell(f"echo Connection reset by peer; kill -9 {server.pid}; exit 3")
        flags = ["--delays=0", "--min-attempt=0", "--deadline=10s", "--reserve=500ms"]
        run = retry(tmp_path, *flags, command=command, env=_at(server.port))
        leaves_a_whole_bundle(tmp_path, _at(server.port))
    assert (run.code, run.ledger["verdict"], run.classes) == (3, "failed", ["reset"])
    assert run.out == b"Connection reset by peer\n"
    assert run.ledger["stopped_because"] == f"Redis does not answer at 127.0.0.1:{server.port}: refused"
    assert run.ledger["spent"] < 10 + _SLACK


@pytest.mark.parametrize(
    "fault",
    [
        Fault(refuse_every=2),
        Fault(refuse_every=10),
        Fault(cut_every=1),
        Fault(latency=0.5),
        Fault(swallow=b"message"),
    ],
)
def test_a_bad_line_does_not_close_the_gate(tmp_path: Path, fault: Fault) -> None:
    with running(_REDIS) as server, proxy(server.port, fault) as port:
        _flaky(tmp_path, _at(port))


def test_a_name_whose_first_address_does_not_answer_is_reached_at_the_other(tmp_path: Path) -> None:
    with running(_REDIS, "--bind", "127.0.0.1") as server:
        _flaky(tmp_path, {"REDIS_URL": f"redis://localhost:{server.port}"})


def _restart_during(folder: Path, server: Running, *, restart: bool) -> Run:
    """A run whose only attempt shows reset words beside an assertion, and maybe a server that is new."""
    command = shell(
        f"touch {folder}/on; while [ ! -e {folder}/off ]; do sleep 0.05; done; "
        f"echo 'connection reset by peer'; printf '%s\\n' '{_BESIDE}'; exit 1"
    )
    done: list[Run] = []
    thread = threading.Thread(
        target=lambda: done.append(retry(folder, "--attempts=1", command=command, env=_at(server.port)))
    )
    thread.start()
    deadline = time.monotonic() + 30
    while not (folder / "on").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    while "cmdstat_quit" not in server.cli("INFO", "commandstats") and time.monotonic() < deadline:
        time.sleep(0.02)
    if restart:
        server.kill()
        server.start()
    (folder / "off").touch()
    thread.join(60)
    return done[0]


@pytest.mark.parametrize(("restart", "cause"), [(True, "reset"), (False, "assertion")])
def test_a_server_that_was_restarted_confirms_the_words_beside_an_assertion(
    tmp_path: Path, restart: bool, cause: str
) -> None:
    with running(_REDIS) as server:
        assert _restart_during(tmp_path, server, restart=restart).classes == [cause]


def test_a_server_that_is_dead_confirms_the_words_beside_an_assertion(tmp_path: Path) -> None:
    command = shell(f"echo connection refused; printf '%s\\n' '{_BESIDE}'; exit 1")
    run = retry(tmp_path, "--attempts=1", command=command, env=_at(free_port()))
    assert run.classes == ["refused"]


def _after_first_look(server: Running) -> str:
    """Waits until the runner has asked the server for its numbers, as it does while an attempt begins."""
    ask = (
        f"REDISCLI_AUTH='{server.password or ''}' {server.server.cli} -p {server.port} INFO commandstats 2>&1"
    )
    return f"until {ask} | grep -q cmdstat_quit; do sleep 0.05; done"


@contextmanager
def memory_full() -> Iterator[Running]:
    with running(_REDIS, "--maxmemory", "1") as server:
        yield server


@contextmanager
def read_only_replica() -> Iterator[Running]:
    flags = ("--replica-serve-stale-data", "yes")
    with running(_REDIS, "--replicaof", "127.0.0.1", str(free_port()), *flags) as server:
        yield server


@contextmanager
def locked() -> Iterator[Running]:
    with running(_REDIS, password="right one") as server:
        yield server


@pytest.mark.parametrize(
    ("fault", "cause", "password"),
    [(memory_full, "oom", ""), (read_only_replica, "readonly", ""), (locked, "noauth", "right one")],
    ids=["oom", "readonly", "noauth"],
)
def test_a_refused_command_is_its_class_and_the_server_s_counters_confirm_it(
    tmp_path: Path, fault: Callable[[], AbstractContextManager[Running]], cause: str, password: str
) -> None:
    with fault() as server:
        for name in ("alone", "beside"):
            (tmp_path / name).mkdir()
        ask = f"{_after_first_look(server)}; {server.server.cli} -p {server.port} -e SET k v 2>&1; code=$?; "
        env = _at(server.port, **({"REDIS_PASSWORD": password} if password else {}))
        alone = retry(tmp_path / "alone", command=shell(f"{ask} exit $code"), env=env)
        assert (alone.code, alone.ledger["verdict"], alone.classes) == (1, "failed", [cause])
        assert alone.ledger["stopped_because"] == f"{cause} is not retried"
        assert alone.out.decode().strip().startswith(alone.last["evidence"]), "nothing of it is lost"
        assert alone.ledger["spent"] < _SLACK
        leaves_a_whole_bundle(tmp_path / "alone", env)
        server.cli("CONFIG", "RESETSTAT")
        beside = shell(f"{ask} printf '%s\\n' '{_BESIDE}'; exit $code")
        assert retry(tmp_path / "beside", command=beside, env=env).classes == [cause]


def test_too_many_clients_are_retried_and_the_server_s_counter_confirms_it(tmp_path: Path) -> None:
    with running(_REDIS, "--maxclients", "3") as server:
        hold = (
            f"import os,socket,sys,time; os.system({_after_first_look(server)!r}); "
            f"c=[socket.create_connection(('127.0.0.1',{server.port})) for _ in range(4)]; time.sleep(0.2); "
            "[s.settimeout(1) or s.sendall(b'PING\\r\\n') for s in c[:3]]; print(c[3].recv(99).decode()); "
        )
        fail = f"print({_BESIDE!r}); sys.exit(1)"
        run = retry(
            tmp_path, "--attempts=2", "--delays=0", command=[*_python(), hold + fail], env=_at(server.port)
        )
        leaves_a_whole_bundle(tmp_path, _at(server.port))
    assert (run.code, run.ledger["verdict"], run.classes) == (1, "failed", ["maxclients", "maxclients"])
    assert run.ledger["stopped_because"] == "all attempts used, the last one: maxclients"
    assert run.out.decode().count("max number of clients") == 2
    assert run.ledger["spent"] < _SLACK


def _python() -> list[str]:
    return [sys.executable, "-c"]


def test_a_redis_container_that_ran_out_of_memory_is_said(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\necho true\n")
    docker.chmod(0o755)
    env = {"REDIS_CONTAINER": "abc", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    run = retry(tmp_path, "--attempts=1", command=shell("echo Connection reset by peer; exit 1"), env=env)
    assert run.classes == ["reset"]
    assert run.last["evidence"].endswith("; the Redis container was killed for lack of memory")
    assert "OOMKilled" in run.err


def test_words_that_a_test_prints_on_purpose_are_no_reason_for_a_retry(tmp_path: Path) -> None:
    with running(_REDIS) as server:
        command = shell(f"echo connection refused; printf '%s\\n' '{_BESIDE}'; exit 1")
        assert retry(tmp_path, command=command, env=_at(server.port)).classes == ["assertion"]
