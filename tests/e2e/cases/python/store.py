"""A key-value store in Redis, over the standard library alone."""

import os
import socket
from urllib.parse import unquote, urlsplit


class Store:
    """One connection to the server that the environment names."""

    def __init__(self):
        url = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))
        host = os.environ.get("REDIS_HOST") or url.hostname
        port = os.environ.get("REDIS_PORT") or url.port or 6379
        password = os.environ.get("REDIS_PASSWORD") or unquote(url.password or "")
        self.socket = socket.create_connection((host, int(port)), timeout=5)
        self.stream = self.socket.makefile("rb")
        if password:
            self.call("AUTH", password)

    def close(self):
        self.stream.close()
        self.socket.close()

    def call(self, *words):
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        self.socket.sendall(f"*{len(parts)}\r\n{''.join(parts)}".encode())
        line = self.stream.readline().decode()
        if not line:
            raise ConnectionResetError("Connection reset by peer")
        if line.startswith("-"):
            raise RuntimeError(line[1:].strip())
        if line.startswith("$") and line.strip() != "$-1":
            return self.stream.read(int(line[1:]) + 2)[:-2].decode()
        return None if line.strip() == "$-1" else line[1:].strip()
