"""The service against a real Redis."""

from __future__ import annotations

import json
import threading
import time
import urllib.request

from __MODULE__.service import Service
from __MODULE__.web import server


def test_a_square_is_computed_once(service: Service) -> None:
    asked: list[int] = []

    def compute(number: int) -> int:
        asked.append(number)
        return number * number

    assert [service.square(7, compute), service.square(7, compute)] == [49, 49]
    assert asked == [7]


def test_news_reach_a_listener_at_once(service: Service) -> None:
    with service.listen():
        assert service.tell("hello") == 1
        end = time.monotonic() + 10
        while not service.news and time.monotonic() < end:
            time.sleep(0.01)
    assert list(service.news) == ["hello"]


def test_the_health_endpoint_says_ready(service: Service) -> None:
    web = server(service, 0)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{web.server_port}/healthz", timeout=10) as reply:
            assert (reply.status, json.load(reply)) == (200, {"redis": "ready"})
    finally:
        web.shutdown()
        thread.join()
        web.server_close()
