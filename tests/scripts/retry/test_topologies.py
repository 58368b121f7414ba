"""Retried runs whose address is a Sentinel's or a Cluster's, against real ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from scripts.proxies import answering
from scripts.retry.runs import Run, fails_first, fill, kept, own_address, retry, shell
from scripts.topologies import cluster, sentinel
from support.ports import free_port
from support.servers import ALL, Running, Server, running

_REDIS = Server.REDIS_8_0
_PATIENCE = 30.0
_FIRST = "Connection reset by peer"
_QUICK = ("--delays=0", "--min-attempt=0")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.02)


def _flaky(folder: Path, url: str, *flags: str, command: Sequence[str] = ()) -> Run:
    """A run that passes in its second attempt."""
    command = command or fails_first(_FIRST)
    run = retry(folder, *_QUICK, *flags, command=command, env={"REDIS_URL": url})
    assert (run.code, run.classes) == (0, ["reset", "passed"]), run.err
    assert run.out.startswith(f"{_FIRST}\n".encode())
    assert run.out.endswith(b"fine\n")
    return run


# ------------------------------------------------------------------ Sentinel


@pytest.mark.parametrize("server", ALL, ids=lambda server: server.name)
def test_behind_a_sentinel_the_primary_is_probed_and_reset(tmp_path: Path, server: Server) -> None:
    with running(server) as primary, sentinel(primary.port, server=server) as watching:
        dead, at = free_port(), f"127.0.0.1:{watching.port}"
        for number, (url, left) in enumerate(
            (
                (f"redis+sentinel://127.0.0.1:{dead},{at}/main/0", (0, 1)),
                (f"redis+sentinel://{at}/main/3", (1, 0)),
                # the address of a Sentinel as it is: the first primary that it knows
                (f"redis://{at}", (0, 1)),
            )
        ):
            fill(primary)
            folder = tmp_path / str(number)
            folder.mkdir()
            run = _flaky(folder, url, "--reset=flushdb")
            assert kept(primary) == left, url
            database = 3 if url.endswith("/3") else 0
            assert f"reset: flushdb on 127.0.0.1:{primary.port} database {database}\n" in run.err
            # A Sentinel does not close after QUIT; it is not waited for.
            assert run.ledger["spent"] < 10


@pytest.mark.parametrize(
    ("of_primary", "of_sentinel", "given"),
    [("p w", None, "p%20w"), ("p w", "p w", "p%20w"), (None, None, ""), (None, "p w", "")],
    ids=["primary only", "both", "none", "sentinel only"],
)
def test_passwords_of_sentinel_and_primary_are_told_apart(
    tmp_path: Path, of_primary: str | None, of_sentinel: str | None, given: str
) -> None:
    with ExitStack() as stack:
        primary = stack.enter_context(running(_REDIS, password=of_primary))
        config = f'sentinel auth-pass main "{of_primary}"' if of_primary else ""
        watching = stack.enter_context(sentinel(primary.port, config=config, password=of_sentinel))
        login = f":{given}@" if given else ""
        url = f"redis+sentinel://{login}127.0.0.1:{watching.port}/main"
        if of_sentinel and not given:
            run = retry(tmp_path, *_QUICK, command=fails_first(_FIRST), env={"REDIS_URL": url})
            refused = f"the Sentinel at 127.0.0.1:{watching.port} does not answer: noauth"
            assert (run.code, run.ledger["stopped_because"]) == (3, refused)
        else:
            fill(primary)
            _flaky(tmp_path, url, "--reset=flushall")
            assert kept(primary) == (0, 0)


def test_the_sentinel_is_asked_anew_after_a_fail_over(tmp_path: Path) -> None:
    with (
        running(_REDIS, "--repl-diskless-sync-delay", "0") as old,
        running(_REDIS, "--replicaof", "127.0.0.1", str(old.port)) as new,
        sentinel(old.port) as watching,
    ):
        _until(lambda: "master_link_status:up" in new.cli("INFO", "replication"))
        _until(lambda: f"port={new.port}" in _replicas_known_to(watching))
        ask = f"{_REDIS.cli} -p {watching.port} SENTINEL"
        told = f"{ask} GET-MASTER-ADDR-BY-NAME main | grep -qx {new.port}"
        moved = (
            f"until {ask} FAILOVER main | grep -q OK; do sleep 0.1; done; until {told}; do sleep 0.1; done"
        )
        command = shell(
            f'echo run >>runs; if [ "$(wc -l <runs)" = 1 ]; then echo "{_FIRST}"; {moved} >&2; '
            # What is there before the second attempt is for the reset.
            f"{_REDIS.cli} -p {new.port} SET key x >&2; exit 3; fi; "
            f"{_REDIS.cli} -p {new.port} DBSIZE | grep -qx 0 && echo fine"
        )
        url = f"redis+sentinel://127.0.0.1:{watching.port}/main"
        run = _flaky(tmp_path, url, "--reset=flushall", command=command)
        assert f"reset: flushall on 127.0.0.1:{new.port}\n" in run.err


def _replicas_known_to(watching: Running) -> str:
    """`port=N` for each; the Sentinel finds them by itself."""
    answer = watching.cli("SENTINEL", "REPLICAS", "main").split()
    return " ".join(f"port={word}" for word in answer)


@contextmanager
def unknown_primary() -> Iterator[tuple[str, str]]:
    with running(_REDIS) as primary, sentinel(primary.port) as watching:
        at = f"127.0.0.1:{watching.port}"
        yield f"redis+sentinel://{at}/other", f"the Sentinel at {at} does not know the primary other: loading"


@contextmanager
def no_sentinel() -> Iterator[tuple[str, str]]:
    at = f"127.0.0.1:{free_port()}"
    yield (
        f"redis+sentinel://127.0.0.1:{free_port()},{at}/main",
        f"the Sentinel at {at} does not answer: refused",
    )


@contextmanager
def dead_primary() -> Iterator[tuple[str, str]]:
    with running(_REDIS) as primary, sentinel(primary.port) as watching:
        primary.kill()
        said = (
            f"Redis does not answer at 127.0.0.1:{primary.port}, the primary main of the Sentinels: refused"
        )
        yield f"redis+sentinel://127.0.0.1:{watching.port}/main", said


@contextmanager
def late_sentinel() -> Iterator[tuple[str, str]]:
    """It still names a server that has become a replica."""
    with running(_REDIS, "--replicaof", "127.0.0.1", str(free_port())) as replica:
        named = f"+PONG\r\n*2\r\n$9\r\n127.0.0.1\r\n${len(str(replica.port))}\r\n{replica.port}\r\n+OK\r\n"
        with answering(named.encode()) as port:
            said = (
                f"the primary main of the Sentinels, at 127.0.0.1:{replica.port}, is still a replica: loading"
            )
            yield f"redis+sentinel://127.0.0.1:{port}/main", said


@contextmanager
def wrong_password() -> Iterator[tuple[str, str]]:
    with running(_REDIS, password="right") as primary, sentinel(primary.port) as watching:
        said = f"Redis does not answer at 127.0.0.1:{primary.port}, the primary main of the Sentinels: noauth"
        yield f"redis+sentinel://:wrong@127.0.0.1:{watching.port}/main", said


@contextmanager
def dead_node_of_a_cluster() -> Iterator[tuple[str, str]]:
    """The others do not know of it yet."""
    with _whole_cluster("--cluster-node-timeout", "120000") as nodes:
        nodes[2].kill()
        said = f"the cluster's node at 127.0.0.1:{nodes[2].port} does not answer: refused"
        yield nodes[0].url, said


@dataclass(frozen=True)
class Dead:
    """Servers that are not ready; each yields an address and the reason that is given."""

    fault: Callable[[], AbstractContextManager[tuple[str, str]]]
    waited_for: bool = True


_DEAD = (
    Dead(unknown_primary),
    Dead(no_sentinel),
    Dead(dead_primary),
    Dead(late_sentinel),
    Dead(wrong_password, False),
    Dead(dead_node_of_a_cluster),
)
_WAITED = 5


def test_each_reason_against_another_attempt_is_told(tmp_path: Path) -> None:
    """All at once, because they spend their time waiting."""

    def meet(dead: Dead) -> tuple[Dead, str, Run]:
        folder = tmp_path / dead.fault.__name__
        folder.mkdir()
        # The gate of one that cannot get ready must end long before this.
        deadline = f"--deadline={_WAITED if dead.waited_for else 60}"
        with dead.fault() as (url, said):
            flags = (*_QUICK, "--reserve=500ms", deadline, "--reset=flushall")
            return dead, said, retry(folder, *flags, command=fails_first(_FIRST), env={"REDIS_URL": url})

    with ThreadPoolExecutor(len(_DEAD)) as pool:
        for dead, said, run in pool.map(meet, _DEAD):
            assert (run.code, run.classes) == (3, ["reset"]), run.err
            assert run.ledger["stopped_because"] == said
            assert "retry: failed after 1 of 5 attempts in " in run.err
            assert run.err.rstrip().endswith(said)
            assert run.ledger["spent"] < (_WAITED if dead.waited_for else 10) + 20


@contextmanager
def _open_server() -> Iterator[Running]:
    """A server that this machine's other address reaches too."""
    with running(_REDIS, "--bind", "0.0.0.0", "--protected-mode", "no") as server:
        yield server


@pytest.mark.parametrize("anywhere", [False, True], ids=["refused", "anywhere"])
def test_a_primary_that_is_not_local_is_reset_only_when_told_so(tmp_path: Path, anywhere: bool) -> None:
    with _open_server() as primary, sentinel(primary.port, host=own_address()) as watching:
        fill(primary)
        url = f"redis+sentinel://127.0.0.1:{watching.port}/main"
        flags = (*_QUICK, "--reset=flushall", *(["--reset-anywhere"] if anywhere else []))
        run = retry(tmp_path, *flags, command=fails_first(_FIRST), env={"REDIS_URL": url})
        at = f"{own_address()}:{primary.port}"
        if anywhere:
            assert (run.code, kept(primary)) == (0, (0, 0)), run.err
        else:
            assert (run.code, kept(primary)) == (3, (1, 1)), run.err
            assert run.ledger["stopped_because"].startswith(
                f"flushall on {at} is refused: {at} is neither a loopback address nor a service of this job"
            )


def test_the_words_of_a_client_that_name_sentinel_or_primary_are_evidence(tmp_path: Path) -> None:
    with running(_REDIS) as primary, sentinel(primary.port) as watching:
        for port, cause in (
            (primary.port, "refused"),
            (watching.port, "refused"),
            (free_port(), "unknown"),
        ):
            folder = tmp_path / str(port)
            folder.mkdir()
            url = f"redis+sentinel://127.0.0.1:{watching.port}/main"
            command = shell(f"echo dial tcp 127.0.0.1:{port}: connect: connection refused; exit 1")
            run = retry(folder, "--attempts=1", command=command, env={"REDIS_URL": url})
            assert run.classes == [cause], run.err


# ------------------------------------------------------------------ Cluster


@contextmanager
def _whole_cluster(*flags: str, server: Server = _REDIS) -> Iterator[list[Running]]:
    """Three primaries that serve all slots, each of which knows so."""
    with cluster(3, *flags, server=server) as nodes:
        for index, node in enumerate(nodes):
            node.cli("CLUSTER", "ADDSLOTSRANGE", 5500 * index, min(5500 * index + 5499, 16383))
        for node in nodes:
            _until(lambda node=node: _complete(node))  # type: ignore[misc]
        yield nodes


def _complete(node: Running) -> bool:
    told = node.cli("CLUSTER", "INFO")
    return "cluster_state:ok" in told and "cluster_size:3" in told


def _write(nodes: Sequence[Running]) -> None:
    """A key on each node: these names have their slots one in each third."""
    for node, key in zip(nodes, ("b", "c", "a"), strict=True):
        node.cli("SET", key, "x")


@pytest.mark.parametrize(
    ("server", "reset"), [(Server.REDIS_8_0, "flushdb"), (Server.VALKEY_8_1, "flushall")]
)
def test_all_primaries_of_a_cluster_are_reset(tmp_path: Path, server: Server, reset: str) -> None:
    with _whole_cluster(server=server) as nodes:
        _write(nodes)
        run = _flaky(tmp_path, nodes[1].url, f"--reset={reset}")
        assert [node.cli("DBSIZE") for node in nodes] == ["0", "0", "0"]
        told = next(line for line in run.err.splitlines() if line.startswith("retry: reset: "))
        assert sorted(word for word in told.split() if ":" in word and word[-1].isdigit()) == sorted(
            f"127.0.0.1:{node.port}" for node in nodes
        )
        # The words of a client that name another node of the cluster are evidence.
        command = shell(f"echo dial tcp 127.0.0.1:{nodes[2].port}: connect: connection refused; exit 1")
        run = retry(tmp_path, "--attempts=1", command=command, env={"REDIS_URL": nodes[0].url})
        assert run.classes == ["refused"]


def test_a_cluster_whose_nodes_are_elsewhere_is_not_reset_in_part(tmp_path: Path) -> None:
    flags = ("--bind", "0.0.0.0", "--protected-mode", "no")
    with _whole_cluster(*flags) as nodes:
        _write(nodes)
        nodes[2].cli("CONFIG", "SET", "cluster-announce-ip", own_address())
        _until(lambda: f"{own_address()}:{nodes[2].port}@" in nodes[0].cli("CLUSTER", "NODES"))
        run = retry(
            tmp_path,
            *_QUICK,
            "--reset=flushall",
            command=fails_first(_FIRST),
            env={"REDIS_URL": nodes[0].url},
        )
        assert [node.cli("DBSIZE") for node in nodes] == ["1", "1", "1"]
        assert run.code == 3
        at = f"{own_address()}:{nodes[2].port}"
        assert f"is refused: {at}, of the cluster's 3 primaries is neither" in run.ledger["stopped_because"]
