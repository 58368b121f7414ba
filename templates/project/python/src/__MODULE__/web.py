"""The HTTP side: `/healthz` says how Redis is, `/square/N` uses the cache."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from redis.exceptions import RedisError

from .service import Service


def answer(service: Service, path: str) -> tuple[int, dict[str, Any]]:
    """The status and body for a path."""
    if path == "/healthz":
        healthy = service.healthy()
        return (200 if healthy else 503), {"redis": "ready" if healthy else "not ready"}
    head, _, last = path.rpartition("/")
    if head == "/square" and last.isdecimal():
        return _square(service, int(last))
    return 404, {"error": "not found"}


def _square(service: Service, number: int) -> tuple[int, dict[str, Any]]:
    try:
        return 200, {"square": service.square(number)}
    except RedisError:
        return 503, {"error": "Redis does not answer"}


def server(service: Service, port: int) -> ThreadingHTTPServer:
    """An HTTP server on the loopback address; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(service, self.path)
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the service has its own log."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
