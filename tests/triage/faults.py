"""The faults that logs are captured from: each puts a real server, or what stands in its place, into one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

from scripts.proxies import Fault, answering, closing, full_queue, proxy, silent
from support.ports import free_port
from support.resp import Client
from support.servers import Running, Server, running


@dataclass(frozen=True)
class Scene:
    """Where the tests find Redis; `server` has the log that a service container would print."""

    url: str
    port: int
    server: Running | None = None


Stage = Callable[[Server], Iterator[Scene]]
FAULTS: dict[str, tuple[str, Stage]] = {}


def fault(failure: str) -> Callable[[Stage], Stage]:
    """Enters a fault under the class that its logs must be given."""

    def enter(stage: Stage) -> Stage:
        FAULTS[stage.__name__] = (failure, stage)
        return stage

    return enter


def _at(server: Running, login: str = "", scheme: str = "redis") -> Scene:
    return Scene(f"{scheme}://{login}127.0.0.1:{server.port}/0", server.port, server)


@fault("refused")
def absent(kind: Server) -> Iterator[Scene]:
    port = free_port()
    yield Scene(f"redis://127.0.0.1:{port}/0", port)


@fault("refused")
def localhost_absent(kind: Server) -> Iterator[Scene]:
    port = free_port()
    yield Scene(f"redis://localhost:{port}/0", port)


@fault("refused")
def service_name(kind: Server) -> Iterator[Scene]:
    yield Scene("redis://redis:6379/0", 6379)


@fault("refused")
def other_family(kind: Server) -> Iterator[Scene]:
    with running(kind, config="bind 127.0.0.1") as server:
        yield Scene(f"redis://[::1]:{server.port}/0", server.port, server)


@fault("refused")
def ended_before(kind: Server) -> Iterator[Scene]:
    with running(kind) as server:
        server.stop()
        yield _at(server)


@fault("noauth")
def no_password(kind: Server) -> Iterator[Scene]:
    with running(kind, password="words") as server:
        yield _at(server)


@fault("noauth")
def wrong_password(kind: Server) -> Iterator[Scene]:
    with running(kind, password="words") as server:
        yield _at(server, ":other-words@")


@fault("noauth")
def needless_password(kind: Server) -> Iterator[Scene]:
    with running(kind) as server:
        yield _at(server, ":words@")


@fault("noauth")
def no_permission(kind: Server) -> Iterator[Scene]:
    with running(kind) as server:
        server.cli("ACL", "SETUSER", "shop", "on", ">words", "~*", "+@connection", "+@read", "+hello")
        yield _at(server, "shop:words@")


@fault("loading")
def loading(kind: Server) -> Iterator[Scene]:
    kind = Server.REDIS_7_0 if kind is Server.REDIS_6_2 else kind  # 6.2 serves nobody while it waits
    with running(kind) as server:
        for piece in range(30):
            server.cli("EVAL", "for i=1,1000 do redis.call('SET','old:'..ARGV[1]..':'..i,i) end", 0, piece)
        server.cli("SAVE")
        server.stop()
        server.command += ("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")
        server.start(wait=False)
        _until(lambda: "LOADING" in _said(server.port))
        yield _at(server)


@fault("loading")
def masterdown(kind: Server) -> Iterator[Scene]:
    config = f"replicaof 127.0.0.1 {free_port()}\nreplica-serve-stale-data no\nreplica-read-only no"
    with running(kind, config=config) as server:
        yield _at(server)


@fault("loading")
def clusterdown(kind: Server) -> Iterator[Scene]:
    with running(kind, config="cluster-enabled yes") as server:
        yield _at(server)


@fault("loading")
def moved(kind: Server) -> Iterator[Scene]:
    with _cluster(kind) as server:
        yield _at(server)


@fault("loading")
def busy(kind: Server) -> Iterator[Scene]:
    setting = "lua-time-limit" if kind is Server.REDIS_6_2 else "busy-reply-threshold"
    with running(kind, f"--{setting}", "10") as server, server.client(60) as client:
        looping = threading.Thread(target=_call, args=(client, "EVAL", "while true do end", 0), daemon=True)
        looping.start()
        _until(lambda: "BUSY" in _said(server.port))
        yield _at(server)
        with suppress(OSError, RuntimeError):
            server.cli("SCRIPT", "KILL")
        looping.join(10)


@fault("readonly")
def replica(kind: Server) -> Iterator[Scene]:
    with running(kind) as primary, running(kind, config=f"replicaof 127.0.0.1 {primary.port}") as server:
        yield _at(server)


@fault("readonly")
def cannot_save(kind: Server) -> Iterator[Scene]:
    with running(kind, config="save 3600 1") as server:
        server.cli("SET", "a", "b")
        server.cli("CONFIG", "SET", "dbfilename", "dump.rdb")
        folder = server.folder / "gone"
        folder.mkdir()
        server.cli("CONFIG", "SET", "dir", str(folder))
        folder.rmdir()
        server.cli("BGSAVE")
        _until(lambda: "rdb_last_bgsave_status:err" in server.cli("INFO", "persistence"))
        yield _at(server)


@fault("readonly")
def no_replicas(kind: Server) -> Iterator[Scene]:
    with running(kind, config="min-replicas-to-write 1") as server:
        yield _at(server)


@fault("oom")
def memory_full(kind: Server) -> Iterator[Scene]:
    with running(kind, config="maxmemory-policy noeviction") as server:
        used = next(
            line for line in server.cli("INFO", "memory").splitlines() if line.startswith("used_memory:")
        )
        server.cli("CONFIG", "SET", "maxmemory", int(used.partition(":")[2]) + 1_500_000)
        yield _at(server)


@fault("oom")
def memory_overfull(kind: Server) -> Iterator[Scene]:
    with running(kind, config="maxmemory-policy noeviction\nmaxmemory 1mb") as server:
        server.cli("CONFIG", "SET", "maxmemory", "100kb")
        yield _at(server)


@fault("maxclients")
def too_many(kind: Server) -> Iterator[Scene]:
    with ExitStack() as held, running(kind, config="maxclients 8") as server:
        for _ in range(8):
            held.enter_context(server.client()).call("PING")
        yield _at(server)


@fault("reset")
def killed_while_waiting(kind: Server) -> Iterator[Scene]:
    with running(kind) as server, _watching(lambda: _blocked(server), server.kill):
        yield _at(server)


@fault("reset")
def ends_while_waiting(kind: Server) -> Iterator[Scene]:
    with running(kind) as server, _watching(lambda: _blocked(server), server.stop):
        yield _at(server)


@fault("reset")
def restarted_while_waiting(kind: Server) -> Iterator[Scene]:
    def again() -> None:
        server.kill()
        server.start()

    with running(kind) as server, _watching(lambda: _blocked(server), again):
        yield _at(server)


@fault("reset")
def hangs_up(kind: Server) -> Iterator[Scene]:
    with closing() as port:
        yield Scene(f"redis://127.0.0.1:{port}/0", port)


@fault("reset")
def cut_again_and_again(kind: Server) -> Iterator[Scene]:
    with running(kind) as server, proxy(server.port, Fault(cut_every=0.15, latency=0.05)) as port:
        yield Scene(f"redis://127.0.0.1:{port}/0", port, server)


@fault("timeout")
def frozen(kind: Server) -> Iterator[Scene]:
    with running(kind) as server:
        server.kill(19)
        yield _at(server)


@fault("timeout")
def frozen_while_waiting(kind: Server) -> Iterator[Scene]:
    with running(kind) as server, _watching(lambda: _blocked(server), lambda: server.kill(19)):
        yield _at(server)


@fault("timeout")
def says_nothing(kind: Server) -> Iterator[Scene]:
    with silent() as port:
        yield Scene(f"redis://127.0.0.1:{port}/0", port)


@fault("timeout")
def packets_dropped(kind: Server) -> Iterator[Scene]:
    with full_queue() as port:
        yield Scene(f"redis://127.0.0.1:{port}/0", port)


@fault("usage")
def not_redis(kind: Server) -> Iterator[Scene]:
    page = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with answering(page) as port:
        yield Scene(f"redis://127.0.0.1:{port}/0", port)


@fault("usage")
def tls_to_plain(kind: Server) -> Iterator[Scene]:
    with running(kind) as server:
        yield _at(server, scheme="rediss")


@fault("usage")
def empty_port(kind: Server) -> Iterator[Scene]:
    yield Scene("redis://127.0.0.1:notaport/0", 6379)


@contextmanager
def _cluster(kind: Server) -> Iterator[Running]:
    """Two nodes that share the slots; the client is told of one and follows no redirection."""
    config = "cluster-enabled yes"
    with running(kind, config=config) as first, running(kind, config=config) as second:
        for server, low, high in ((first, 0, 99), (second, 100, 16383)):
            for start in range(low, high + 1, 2000):
                server.cli("CLUSTER", "ADDSLOTS", *range(start, min(start + 2000, high + 1)))
        first.cli("CLUSTER", "MEET", "127.0.0.1", second.port)
        _until(lambda: "cluster_state:ok" in first.cli("CLUSTER", "INFO"))
        yield first


@contextmanager
def _watching(condition: Callable[[], bool], act: Callable[[], None]) -> Iterator[None]:
    """Acts once, as soon as the condition holds."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            with suppress(OSError, RuntimeError):
                if condition():
                    act()
                    return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


def _blocked(server: Running) -> bool:
    return "blocked_clients:0" not in server.cli("INFO", "clients")


def _said(port: int) -> str:
    try:
        with Client("127.0.0.1", port, 5) as client:
            return str(client.call("PING"))
    except Exception as error:
        return str(error)


def _call(client: Client, *words: str | int) -> None:
    with suppress(Exception):
        client.call(*words)


def _until(condition: Callable[[], bool], patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the fault never came about")
        time.sleep(0.02)


def staged(name: str, kind: Server) -> AbstractContextManager[Scene]:
    """The fault as a context."""
    return contextmanager(FAULTS[name][1])(kind)
