"""What this service does with Redis: a cache, and news that every instance hears."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from .redis_manager import RedisManager, Subscription
from .redis_policy import Gap, State


class Service:
    """Squares, computed once and kept for a minute, and the news of one channel.

    `prefix` keeps the keys and channels of one instance or one test worker apart from others'.
    """

    def __init__(self, manager: RedisManager, prefix: str = "__NAME__:") -> None:
        self._manager = manager
        self._prefix = prefix
        self.news: deque[str] = deque(maxlen=100)
        self.missed: list[Gap] = []

    def healthy(self) -> bool:
        """Whether Redis answers now."""
        return self._manager.status.state is State.READY

    def square(self, number: int, compute: Callable[[int], int] = lambda number: number * number) -> int:
        """The square of a number; the second asking does not compute it."""
        key = f"{self._prefix}square:{number}"
        kept = self._manager.client.get(key)
        if kept is not None:
            return int(str(kept))
        value = compute(number)
        self._manager.client.set(key, value, ex=60)
        return value

    def listen(self) -> Subscription:
        """Hear the news from now on; the server has acknowledged when this returns."""
        return self._manager.subscribe(f"{self._prefix}news", self.news.append, self.missed.append)

    def tell(self, text: str) -> int:
        """Publish news; how many heard it."""
        return int(self._manager.client.publish(f"{self._prefix}news", text))
