"""A key-value store in Redis, over the standard library alone."""

import os
import socket
from urllib.parse import unquote, urlsplit


def target():
    """Host, port and password that the environment names; a Sentinel is asked for its primary."""
    url = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))
    password = os.environ.get("REDIS_PASSWORD") or unquote(url.password or "")
    if url.scheme == "redis+sentinel":
        host, port = url.netloc.rpartition("@")[2].split(",")[0].split(":")
        sentinel = Store(host, int(port), "")
        try:
            host, port = sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", url.path.split("/")[1])
        finally:
            sentinel.close()
        return host, int(port), password
    host = os.environ.get("REDIS_HOST") or url.hostname
    return host, int(os.environ.get("REDIS_PORT") or url.port or 6379), password


class Store:
    """One connection to a server."""

    def __init__(self, host, port, password):
        self.socket = socket.create_connection((host, port), timeout=5)
        self.stream = self.socket.makefile("rb")
        if password:
            self.call("AUTH", password)

    def close(self):
        self.stream.close()
        self.socket.close()

    def call(self, *words):
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        self.socket.sendall(f"*{len(parts)}\r\n{''.join(parts)}".encode())
        return self.reply()

    def reply(self):
        line = self.stream.readline().decode()
        if not line:
            raise ConnectionResetError("Connection reset by peer")
        if line.startswith("-"):
            raise RuntimeError(line[1:].strip())
        if line.startswith("*"):
            return [self.reply() for _ in range(int(line[1:]))]
        if line.startswith("$") and line.strip() != "$-1":
            return self.stream.read(int(line[1:]) + 2)[:-2].decode()
        return None if line.strip() == "$-1" else line[1:].strip()
