"""How often and how long Redis is tried, and which errors are worth another try. No I/O here.

Both managers (`redis_manager`, `redis_manager_async`) read their policy from this file.
"""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MaxConnectionsError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TryAgainError,
)


class FailureClass(StrEnum):
    """Why Redis could not be used."""

    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    UNRESOLVED = "unresolved"
    LOADING = "loading"
    READONLY = "readonly"
    MASTERDOWN = "masterdown"
    CLUSTERDOWN = "clusterdown"
    MAXCLIENTS = "maxclients"
    OOM = "oom"
    POOL = "pool"
    NOAUTH = "noauth"
    NOPERM = "noperm"
    PROTOCOL = "protocol"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


# Waiting does not cure these: the first one ends the attempts.
PERMANENT = frozenset(
    {FailureClass.NOAUTH, FailureClass.NOPERM, FailureClass.PROTOCOL, FailureClass.CANCELLED}
)
# After these the connection is gone, or the server is not one to talk to: reconnect.
LOST = frozenset(
    {
        FailureClass.REFUSED,
        FailureClass.RESET,
        FailureClass.TIMEOUT,
        FailureClass.UNRESOLVED,
        FailureClass.LOADING,
        FailureClass.READONLY,
        FailureClass.MASTERDOWN,
        FailureClass.CLUSTERDOWN,
    }
)

_BY_TYPE: tuple[tuple[type[BaseException], FailureClass], ...] = (
    (BusyLoadingError, FailureClass.LOADING),
    (AuthenticationError, FailureClass.NOAUTH),
    (AuthorizationError, FailureClass.NOAUTH),
    (NoPermissionError, FailureClass.NOPERM),
    (ReadOnlyError, FailureClass.READONLY),
    (OutOfMemoryError, FailureClass.OOM),
    (MaxConnectionsError, FailureClass.POOL),
    (TryAgainError, FailureClass.CLUSTERDOWN),
    (ClusterDownError, FailureClass.CLUSTERDOWN),
    (redis.InvalidResponse, FailureClass.PROTOCOL),
    (redis.TimeoutError, FailureClass.TIMEOUT),
    (TimeoutError, FailureClass.TIMEOUT),
    (socket.gaierror, FailureClass.UNRESOLVED),
    (ConnectionRefusedError, FailureClass.REFUSED),
    (ConnectionResetError, FailureClass.RESET),
    (BrokenPipeError, FailureClass.RESET),
)
_BY_WORDS: tuple[tuple[str, FailureClass], ...] = (
    (r"max number of clients", FailureClass.MAXCLIENTS),
    (r"no sentinel names", FailureClass.UNRESOLVED),
    (r"NOAUTH|WRONGPASS|invalid username-password|without any password configured", FailureClass.NOAUTH),
    (r"NOPERM", FailureClass.NOPERM),
    (r"MASTERDOWN", FailureClass.MASTERDOWN),
    (r"CLUSTERDOWN|TRYAGAIN", FailureClass.CLUSTERDOWN),
    (r"LOADING", FailureClass.LOADING),
    (r"READONLY", FailureClass.READONLY),
    (r"No connection available|Too many connections", FailureClass.POOL),
    (
        r"Name or service not known|nodename nor servname|No address associated|name resolution",
        FailureClass.UNRESOLVED,
    ),
    (r"refused|Connect call failed", FailureClass.REFUSED),
    (
        r"wrong version number|SSL|certificate|Protocol Error|unknown command|invalid protocol",
        FailureClass.PROTOCOL,
    ),
    (r"timed? ?out|Timeout", FailureClass.TIMEOUT),
    (r"reset by peer|closed by server|Connection closed|Broken pipe|EOF|closed", FailureClass.RESET),
)


def classify(error: BaseException) -> FailureClass:
    """The class of an error of redis-py or of the socket below it.

    Words come first for plain connection errors: redis-py wraps what the system said into its text.
    """
    for kind, found in _BY_TYPE:
        if isinstance(error, kind):
            return found
    text = str(error)
    for pattern, found in _BY_WORDS:
        if re.search(pattern, text):
            return found
    if isinstance(error, redis.ConnectionError | OSError):
        return FailureClass.RESET
    return FailureClass.UNKNOWN


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits in seconds and counts; the defaults are the ones the workflow of this repository counts on."""

    attempts: int = 10
    attempt_timeout: float = 5.0
    base: float = 1.0
    cap: float = 30.0
    # the share of a delay that chance may take away, so that many clients do not come back in step
    jitter: float = 0.2
    # a lost connection is worth a quicker return than a server that was never there
    reconnect_cap: float = 1.0
    # all attempts together; None: what the attempts add up to
    deadline: float | None = None
    health_interval: float = 30.0
    # silence on a subscription after which it is asked for a sign of life, and how long that may take
    subscription_ping: float = 1.0
    pool_size: int = 20
    pool_timeout: float = 5.0
    # how long a command waits for a connection that is coming back before it fails
    command_wait: float = 5.0

    def delays(self) -> tuple[float, ...]:
        """The delay after each attempt but the last, before jitter: 1, 2, 4, 8, 16, 30, 30, 30, 30."""
        return tuple(min(self.base * 2**n, self.cap) for n in range(self.attempts - 1))

    def worst_connect_seconds(self) -> float:
        """The longest that the first connect can take: every attempt times out, no delay is shortened."""
        worst = self.attempts * self.attempt_timeout + sum(self.delays())
        return worst if self.deadline is None else min(worst, self.deadline)

    def shortened(self, delay: float) -> float:
        """A delay after jitter."""
        return delay * (1 - self.jitter * random.random())

    def reconnect_delays(self) -> Iterator[float]:
        """The delays between tries of a lost connection, for ever: 0.05 s doubling to the cap."""
        delay = 0.05
        while True:
            yield self.shortened(min(delay, self.reconnect_cap))
            delay = min(delay * 2, self.reconnect_cap)


class State(StrEnum):
    """What a manager can say of its connection."""

    CONNECTING = "connecting"
    READY = "ready"
    DEGRADED = "degraded"
    RECONNECTING = "reconnecting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Status:
    """One moment of a manager; `since` is a monotonic time in seconds."""

    state: State
    since: float
    last_error: str = ""
    last_class: FailureClass | None = None


@dataclass(slots=True)
class Counters:
    """What happened since the start."""

    connects: int = 0
    reconnects: int = 0
    commands: int = 0
    errors: int = 0
    messages: int = 0
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Messages between these two moments may be lost: the last sign of life, the new acknowledgement.

    Both are monotonic times in seconds.
    """

    channel: str
    start: float
    end: float


class ConnectError(Exception):
    """The first connect failed for good."""

    def __init__(self, failure: FailureClass, attempts: int, cause: str) -> None:
        super().__init__(f"redis: {failure} after {attempts} attempt(s): {cause}")
        self.failure = failure
        self.attempts = attempts


class NotReadyError(RedisError):
    """A command waited for a connection, and none came back in time; it was never sent."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where Redis is: one server, the master that sentinels know, or a cluster."""

    nodes: tuple[tuple[str, int], ...]
    kind: str = "server"
    master: str = ""
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False

    @classmethod
    def parse(cls, url: str) -> Target:
        """redis://, rediss://, redis+sentinel://a:26379,b:26379/mymaster/0, redis+cluster://a:7000,b:7000."""
        parts = urlsplit(url)
        scheme, _, kind = parts.scheme.partition("+")
        if scheme not in ("redis", "rediss") or kind not in ("", "sentinel", "cluster"):
            raise ValueError(f"not a Redis address: scheme {parts.scheme!r}")
        login, _, hosts = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        path = [piece for piece in parts.path.split("/") if piece]
        master = path.pop(0) if kind == "sentinel" and path else ""
        return cls(
            nodes=tuple(_node(host, 26379 if kind == "sentinel" else 6379) for host in hosts.split(",")),
            kind=kind or "server",
            master=master,
            database=int(path[0]) if path else 0,
            username=unquote(user) or None,
            password=unquote(password) or None,
            tls=scheme == "rediss",
        )

    def options(self, policy: Policy) -> dict[str, Any]:
        """What every connection of redis-py is given.

        The client's own retries are off: this package waits and tries, and nothing else does.
        """
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        return {
            "db": self.database,
            "username": self.username,
            "password": self.password,
            "socket_connect_timeout": policy.attempt_timeout,
            "socket_timeout": policy.attempt_timeout,
            "retry": Retry(NoBackoff(), 0),
            "decode_responses": True,
        }

    def without_secrets(self, text: str) -> str:
        """`text` with the password replaced."""
        return text.replace(self.password, "***") if self.password else text


def _node(text: str, port: int) -> tuple[str, int]:
    host, colon, digits = text.rpartition(":")
    if not colon or "]" in digits:
        return text.strip("[]") or "127.0.0.1", port
    return host.strip("[]"), int(digits)


Clock = Callable[[], float]
monotonic: Clock = time.monotonic
