"""Small TCP servers that stand between a script and Redis, or in its place, and misbehave in one way each."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from support.ports import free_port

_PATIENCE = 30.0


@dataclass(frozen=True)
class Fault:
    """What a proxy does to the bytes and connections that pass; by default nothing."""

    latency: float = 0
    """Seconds by which every answer of the server is late."""
    cut_every: float = 0
    """Seconds after which all connections are closed, again and again; 0 for never."""
    refuse_every: int = 0
    """Every so many connections one is closed at once; 0 for none."""
    swallow: bytes = b""
    """Answers that hold these bytes never arrive."""


@contextmanager
def proxy(target: int, fault: Fault) -> Iterator[int]:
    """A proxy in front of a port of this machine; yields its own port."""
    through = _Through(target, fault)
    with _listening(through.serve) as port:
        yield port
    through.cut()


@contextmanager
def silent() -> Iterator[int]:
    """Accepts connections and never says a word."""

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while connection.recv(4096):
                pass

    with _listening(serve) as port:
        yield port


@contextmanager
def answering(text: bytes) -> Iterator[int]:
    """Answers the first bytes of every connection with the same text, and hangs up: an HTTP server, say."""

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(4096)
            connection.sendall(text)

    with _listening(serve) as port:
        yield port


@contextmanager
def closing() -> Iterator[int]:
    """Accepts connections and closes them at once, as a published port does before its container listens."""
    with _listening(lambda connection: connection.close()) as port:
        yield port


@contextmanager
def full_queue() -> Iterator[int]:
    """A port whose listen queue is full: the kernel drops further packets."""
    with _bound() as (listener, port):
        listener.listen(0)
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", port))
        try:
            yield port
        finally:
            for filler in fillers:
                filler.close()


class _Through:
    """The connections that pass through one proxy."""

    def __init__(self, target: int, fault: Fault) -> None:
        self._target, self._fault = target, fault
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._count = 0
        self._last_cut = time.monotonic()

    def serve(self, client: socket.socket) -> None:
        with self._lock:
            self._count += 1
            refused = self._fault.refuse_every and self._count % self._fault.refuse_every == 0
        if refused:
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._target), 10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        with self._lock:
            self._open |= {client, server}
        if self._fault.cut_every:
            threading.Timer(self._until_cut(), self.cut).start()
        threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
        self._pump(server, client, True)

    def cut(self) -> None:
        """Close everything that is open now."""
        with self._lock:
            doomed, self._open = self._open, set()
        for connection in doomed:
            _shut(connection)

    def _until_cut(self) -> float:
        passed = time.monotonic() - self._last_cut
        return max(0.01, self._fault.cut_every - passed % self._fault.cut_every)

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        late: queue.SimpleQueue[tuple[float, bytes]] | None = None
        if answers and self._fault.latency:
            late = queue.SimpleQueue()
            threading.Thread(target=_deliver, args=(late, source, sink), daemon=True).start()
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if answers and self._fault.swallow and self._fault.swallow in piece:
                    continue
                if late is None:
                    sink.sendall(piece)
                else:
                    late.put((time.monotonic() + self._fault.latency, piece))
        if late is not None:
            late.put((0, b""))
            return
        _shut(source)
        _shut(sink)


def _deliver(
    late: queue.SimpleQueue[tuple[float, bytes]], source: socket.socket, sink: socket.socket
) -> None:
    """Pass pieces on when they are due, until the empty one; each is late by the same time, none delays the next."""
    with contextlib.suppress(OSError):
        while (item := late.get())[1]:
            time.sleep(max(0.0, item[0] - time.monotonic()))
            sink.sendall(item[1])
    _shut(source)
    _shut(sink)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def _bound() -> Iterator[tuple[socket.socket, int]]:
    for _ in range(20):
        port = free_port()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.close()
            continue
        with listener:
            yield listener, port
        return
    raise RuntimeError("no port for a proxy")


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    with _bound() as (listener, port):
        listener.listen(128)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if ended.is_set():
                    connection.close()
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            ended.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
            thread.join(_PATIENCE)
