"""Drives the synchronous Python manager for the fault suite: requests on standard input, answers on output.

Usage: driver_sync.py PACKAGE   (the package of the project that holds redis_manager.py)
"""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import random
import sys
import threading
import time
from typing import Any

PACKAGE = sys.argv[1]
manager_module = importlib.import_module(f"{PACKAGE}.redis_manager")
policy_module = importlib.import_module(f"{PACKAGE}.redis_policy")
NAMES = {
    "attempts": "attempts",
    "attemptTimeout": "attempt_timeout",
    "base": "base",
    "cap": "cap",
    "jitter": "jitter",
    "reconnectCap": "reconnect_cap",
    "deadline": "deadline",
    "healthInterval": "health_interval",
    "poolSize": "pool_size",
    "poolTimeout": "pool_timeout",
    "commandWait": "command_wait",
}
_out = threading.Lock()


def say(**record: Any) -> None:
    with _out:
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()


class LogLines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(event="log", at=time.monotonic(), line=record.getMessage())


def policy(options: dict[str, Any]) -> Any:
    return policy_module.Policy(**{NAMES[name]: value for name, value in options.items()})


def failed(error: BaseException) -> dict[str, Any]:
    failure = getattr(error, "failure", None) or policy_module.classify(error)
    if isinstance(error, policy_module.NotReadyError):
        failure = "notready"
    return {
        "ok": False,
        "class": str(failure),
        "attempts": getattr(error, "attempts", 0),
        "error": str(error),
    }


class Driver:
    def __init__(self) -> None:
        self.manager: Any = None
        self.cancelled = threading.Event()
        self.received: list[tuple[int, float]] = []
        self.gaps: list[tuple[float, float]] = []
        self.delay = 0.0
        self.metrics = 0

    def connect(self, url: str, options: dict[str, Any]) -> dict[str, Any]:
        self.cancelled = threading.Event()
        begin = time.monotonic()
        try:
            self.manager = manager_module.connect_redis(
                url,
                policy(options),
                cancel=self.cancelled,
                on_status=self.on_status,
                on_command=self.on_command,
            )
        except policy_module.ConnectError as error:
            return failed(error) | {"seconds": time.monotonic() - begin}
        return {"seconds": time.monotonic() - begin}

    def on_status(self, status: Any) -> None:
        say(event="status", at=time.monotonic(), state=str(status.state))

    def on_command(self, command: str, seconds: float, failure: Any) -> None:
        self.metrics += 1

    def cancel(self) -> dict[str, Any]:
        self.cancelled.set()
        return {}

    def status(self) -> dict[str, Any]:
        now = self.manager.status
        counters = {name: getattr(self.manager.counters, name) for name in self.manager.counters.__slots__}
        return {
            "state": str(now.state),
            "since": now.since,
            "lastError": now.last_error,
            "counters": counters,
            "metrics": self.metrics,
        }

    def call(self, command: list[str]) -> dict[str, Any]:
        return {"value": self.manager.client.execute_command(*command)}

    def pooled(self, command: list[str]) -> dict[str, Any]:
        """The same: every command takes a connection of the pool."""
        return self.call(command)

    def block(self, count: int, seconds: float) -> dict[str, Any]:
        for number in range(count):
            threading.Thread(target=self._blpop, args=(number, seconds), daemon=True).start()
        return {}

    def _blpop(self, number: int, seconds: float) -> None:
        try:
            self.manager.client.blpop([f"nothing-{number}"], timeout=seconds)
        except Exception as error:
            say(event="blocked", at=time.monotonic(), error=str(error))

    def subscribe(self, channel: str) -> dict[str, Any]:
        self.manager.subscribe(channel, self.on_message, self.on_gap)
        return {}

    def on_message(self, text: str) -> None:
        self.received.append((int(text), time.monotonic()))
        if self.delay:
            time.sleep(self.delay)

    def on_gap(self, gap: Any) -> None:
        self.gaps.append((gap.start, gap.end))
        say(event="gap", at=time.monotonic(), start=gap.start, end=gap.end)

    def slow(self, milliseconds: float) -> dict[str, Any]:
        self.delay = milliseconds / 1000
        return {}

    def publish(self, channel: str, rate: float, seconds: float) -> dict[str, Any]:
        """Numbers at a rate, each sent once; what could not be sent is listed."""
        begin = time.monotonic()
        lost: list[int] = []
        sent: list[tuple[int, float]] = []
        for number in itertools.count(1):
            due = begin + number / rate
            if due - begin > seconds:
                return {"sent": sent, "failed": lost}
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                self.manager.client.publish(channel, number)
                sent.append((number, time.monotonic()))
            except Exception:
                lost.append(number)
        raise AssertionError

    def results(self) -> dict[str, Any]:
        return {"received": self.received, "gaps": self.gaps}

    def cycle(self, url: str, times: int, options: dict[str, Any]) -> dict[str, Any]:
        self._once(url, options)
        before = usage()
        for _ in range(times):
            self._once(url, options)
        return {"before": before, "after": settled(before)}

    def _once(self, url: str, options: dict[str, Any]) -> None:
        manager = manager_module.connect_redis(url, policy(options))
        manager.client.set("cycle", 1)
        manager.close()

    def starts(self, url: str, times: int, delay: float, options: dict[str, Any]) -> dict[str, Any]:
        """Connect again and again at random moments; the first call after must not fail."""
        failures = []
        for _ in range(times):
            time.sleep(random.uniform(0, delay))
            try:
                manager = manager_module.connect_redis(url, policy(options))
            except policy_module.ConnectError as error:
                failures.append(f"connect: {error}")
                continue
            try:
                manager.client.set("start", 1)
            except Exception as error:
                failures.append(f"call: {error}")
            manager.close()
        return {"failures": failures}

    def pairs(self, url: str, count: int, times: int) -> dict[str, Any]:
        """Seconds of `times` operations: through the manager and two bare clients, `count` rounds, in turn."""
        import redis

        bare = [redis.Redis.from_url(url, decode_responses=True) for _ in range(2)]
        clients = {"manager": self.manager.client, "bare": bare[0], "control": bare[1]}
        rounds = []
        for _ in range(count):
            took = {}
            for name in random.sample(list(clients), 3):
                client, begin = clients[name], time.perf_counter()
                for _ in range(times):
                    client.set("rate", "x")
                took[name] = time.perf_counter() - begin
            rounds.append(took)
        for client in bare:
            client.close()
        return {"rounds": rounds}

    def close(self) -> dict[str, Any]:
        begin = time.monotonic()
        self.manager.close()
        return {"seconds": time.monotonic() - begin}


def usage() -> dict[str, int]:
    """Open sockets and running threads of this process."""
    from pathlib import Path

    sockets = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            sockets += entry.readlink().name.startswith("socket:")
        except OSError:
            continue
    return {"sockets": sockets, "tasks": threading.active_count()}


def settled(before: dict[str, int]) -> dict[str, int]:
    """What is in use once it is no more than before, or after 20 s."""
    end = time.monotonic() + 20
    while True:
        now = usage()
        if all(now[name] <= before[name] for name in now) or time.monotonic() > end:
            return now
        time.sleep(0.05)


def answer(driver: Driver, request: dict[str, Any]) -> None:
    number, do = request.pop("id"), request.pop("do")
    try:
        result = {"ok": True} | getattr(driver, do)(**request)
    except Exception as error:
        result = failed(error)
    say(id=number, **result)


def main() -> None:
    logger = logging.getLogger("redis.manager")
    logger.addHandler(LogLines())
    logger.setLevel(logging.INFO)
    driver = Driver()
    say(event="up", worst=policy_module.Policy().worst_connect_seconds())
    for line in sys.stdin:
        # a thread a request: a publisher runs while others are asked
        threading.Thread(target=answer, args=(driver, json.loads(line)), daemon=True).start()


if __name__ == "__main__":
    main()
