"""Drives the asyncio manager for the fault suite; the same requests as `driver_sync.py`."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import json
import logging
import random
import sys
import time
from typing import Any

from driver_sync import LogLines, failed, policy, policy_module, say

manager_module = importlib.import_module(f"{sys.argv[1]}.redis_manager_async")


class Driver:
    def __init__(self) -> None:
        self.manager: Any = None
        self.connecting: asyncio.Task[Any] | None = None
        self.received: list[tuple[int, float]] = []
        self.gaps: list[tuple[float, float]] = []
        self.delay = 0.0
        self.metrics = 0
        self.kept: set[asyncio.Task[Any]] = set()

    async def connect(self, url: str, options: dict[str, Any]) -> dict[str, Any]:
        begin = time.monotonic()
        self.connecting = asyncio.create_task(
            manager_module.connect_redis(
                url, policy(options), on_status=self.on_status, on_command=self.on_command
            )
        )
        try:
            self.manager = await self.connecting
        except policy_module.ConnectError as error:
            return failed(error) | {"seconds": time.monotonic() - begin}
        except asyncio.CancelledError:
            return {"ok": False, "class": "cancelled", "seconds": time.monotonic() - begin}
        return {"seconds": time.monotonic() - begin}

    def on_status(self, status: Any) -> None:
        say(event="status", at=time.monotonic(), state=str(status.state))

    def on_command(self, command: str, seconds: float, failure: Any) -> None:
        self.metrics += 1

    async def cancel(self) -> dict[str, Any]:
        assert self.connecting is not None
        self.connecting.cancel()
        return {}

    async def status(self) -> dict[str, Any]:
        now = self.manager.status
        counters = {name: getattr(self.manager.counters, name) for name in self.manager.counters.__slots__}
        return {
            "state": str(now.state),
            "since": now.since,
            "lastError": now.last_error,
            "counters": counters,
            "metrics": self.metrics,
        }

    async def call(self, command: list[str]) -> dict[str, Any]:
        return {"value": await self.manager.client.execute_command(*command)}

    async def pooled(self, command: list[str]) -> dict[str, Any]:
        """The same: every command takes a connection of the pool."""
        return await self.call(command)

    async def block(self, count: int, seconds: float) -> dict[str, Any]:
        for number in range(count):
            task = asyncio.create_task(self._blpop(number, seconds))
            self.kept.add(task)
        return {}

    async def _blpop(self, number: int, seconds: float) -> None:
        try:
            await self.manager.client.blpop([f"nothing-{number}"], timeout=seconds)
        except Exception as error:
            say(event="blocked", at=time.monotonic(), error=str(error))

    async def subscribe(self, channel: str) -> dict[str, Any]:
        await self.manager.subscribe(channel, self.on_message, self.on_gap)
        return {}

    def on_message(self, text: str) -> None:
        self.received.append((int(text), time.monotonic()))
        if self.delay:
            time.sleep(self.delay)

    def on_gap(self, gap: Any) -> None:
        self.gaps.append((gap.start, gap.end))
        say(event="gap", at=time.monotonic(), start=gap.start, end=gap.end)

    async def slow(self, milliseconds: float) -> dict[str, Any]:
        self.delay = milliseconds / 1000
        return {}

    async def publish(self, channel: str, rate: float, seconds: float) -> dict[str, Any]:
        """Numbers at a rate, each sent once; what could not be sent is listed."""
        begin = time.monotonic()
        lost: list[int] = []
        sent: list[tuple[int, float]] = []
        for number in itertools.count(1):
            due = begin + number / rate
            if due - begin > seconds:
                return {"sent": sent, "failed": lost}
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                await self.manager.client.publish(channel, number)
                sent.append((number, time.monotonic()))
            except Exception:
                lost.append(number)
        raise AssertionError

    async def results(self) -> dict[str, Any]:
        return {"received": self.received, "gaps": self.gaps}

    async def cycle(self, url: str, times: int, options: dict[str, Any]) -> dict[str, Any]:
        await self._once(url, options)
        before = usage()
        for _ in range(times):
            await self._once(url, options)
        return {"before": before, "after": await settled(before)}

    async def _once(self, url: str, options: dict[str, Any]) -> None:
        manager = await manager_module.connect_redis(url, policy(options))
        await manager.client.set("cycle", 1)
        await manager.close()

    async def starts(self, url: str, times: int, delay: float, options: dict[str, Any]) -> dict[str, Any]:
        """Connect again and again at random moments; the first call after must not fail."""
        failures = []
        for _ in range(times):
            await asyncio.sleep(random.uniform(0, delay))
            try:
                manager = await manager_module.connect_redis(url, policy(options))
            except policy_module.ConnectError as error:
                failures.append(f"connect: {error}")
                continue
            try:
                await manager.client.set("start", 1)
            except Exception as error:
                failures.append(f"call: {error}")
            await manager.close()
        return {"failures": failures}

    async def pairs(self, url: str, count: int, times: int) -> dict[str, Any]:
        """Seconds of `times` operations: through the manager and two bare clients, `count` rounds, in turn."""
        import redis.asyncio as aioredis

        bare = [aioredis.Redis.from_url(url, decode_responses=True) for _ in range(2)]
        clients = {"manager": self.manager.client, "bare": bare[0], "control": bare[1]}
        rounds = []
        for _ in range(count):
            took = {}
            for name in random.sample(list(clients), 3):
                client, begin = clients[name], time.perf_counter()
                for _ in range(times):
                    await client.set("rate", "x")
                took[name] = time.perf_counter() - begin
            rounds.append(took)
        for client in bare:
            await client.aclose()
        return {"rounds": rounds}

    async def close(self) -> dict[str, Any]:
        begin = time.monotonic()
        await self.manager.close()
        return {"seconds": time.monotonic() - begin}


def usage() -> dict[str, int]:
    """Open sockets and running tasks of this process."""
    from driver_sync import usage as of_process

    return {"sockets": of_process()["sockets"], "tasks": len(asyncio.all_tasks())}


async def settled(before: dict[str, int]) -> dict[str, int]:
    """What is in use once it is no more than before, or after 20 s."""
    end = time.monotonic() + 20
    while True:
        now = usage()
        if all(now[name] <= before[name] for name in now) or time.monotonic() > end:
            return now
        await asyncio.sleep(0.05)


async def answer(driver: Driver, request: dict[str, Any]) -> None:
    number, do = request.pop("id"), request.pop("do")
    try:
        result = {"ok": True} | await getattr(driver, do)(**request)
    except Exception as error:
        result = failed(error)
    say(id=number, **result)


async def main() -> None:
    logger = logging.getLogger("redis.manager")
    logger.addHandler(LogLines())
    logger.setLevel(logging.INFO)
    driver = Driver()
    say(event="up", worst=policy_module.Policy().worst_connect_seconds())
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = asyncio.create_task(answer(driver, json.loads(line)))
        driver.kept.add(task)
        task.add_done_callback(driver.kept.discard)


if __name__ == "__main__":
    asyncio.run(main())
