"""A small client for the Redis protocol, enough for tests."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

Reply = str | int | None | list["Reply"]


class ReplyError(Exception):
    """The server answered with an error; its text is the message."""


class Client:
    """One connection; commands one at a time, replies as `str`, `int`, `None` or lists of them."""

    def __init__(self, host: str, port: int, timeout: float = 10) -> None:
        self._socket = socket.create_connection((host, port), timeout)
        self._stream = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._stream.close()
        self._socket.close()

    def call(self, *words: str | int | bytes) -> Reply:
        """Send one command and read its reply; an error reply is raised."""
        self.send(*words)
        return self.read()

    def send(self, *words: str | int | bytes) -> None:
        """Send one command and read nothing."""
        encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        parts = [b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded]
        self._socket.sendall(b"*%d\r\n%s" % (len(parts), b"".join(parts)))

    def read(self) -> Reply:
        """The next reply (or pushed message) of the server."""
        line = self._line()
        kind, rest = line[:1], line[1:]
        match kind:
            case b"+":
                return rest.decode()
            case b"-":
                raise ReplyError(rest.decode())
            case b":":
                return int(rest)
            case b"$":
                return self._bulk(int(rest))
            case b"*":
                return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        raise ConnectionError(f"not the Redis protocol: {line!r}")

    def _line(self) -> bytes:
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection")
        return line[:-2]

    def _bulk(self, length: int) -> str | None:
        if length < 0:
            return None
        text = self._stream.read(length + 2)
        if len(text) < length + 2:
            raise ConnectionError("the server closed the connection")
        return text[:-2].decode(errors="surrogateescape")


def printed(reply: Reply) -> str:
    """A reply as `redis-cli --raw` prints it: nil is empty, a list is one line an item."""
    if isinstance(reply, list):
        return "\n".join(printed(item) for item in reply)
    return "" if reply is None else str(reply)
