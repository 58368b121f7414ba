"""The Redis manager for asyncio; the same behaviour as `redis_manager`.

    manager = await connect_redis(os.environ["REDIS_URL"])
    await manager.client.set("greeting", "hello")
    subscription = await manager.subscribe("news", print)
    await manager.close()

Use one manager for one event loop. Cancelling the task that connects ends the attempts at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import redis
import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import MaxConnectionsError

from .redis_policy import (
    LOST,
    PERMANENT,
    ConnectError,
    Counters,
    FailureClass,
    Gap,
    NotReadyError,
    Policy,
    State,
    Status,
    Target,
    classify,
    monotonic,
)

log = logging.getLogger("redis.manager")
_now = time.perf_counter

OnStatus = Callable[[Status], None]
OnMessage = Callable[[str], None]
OnGap = Callable[[Gap], None]
# (command, seconds, class of the error or None)
OnCommand = Callable[[str, float, FailureClass | None], None]


async def connect_redis(
    url: str,
    policy: Policy | None = None,
    *,
    on_status: OnStatus | None = None,
    on_command: OnCommand | None = None,
) -> AsyncRedisManager:
    """A manager whose Redis has answered.

    Raises ConnectError when the attempts or the deadline are used up, or when waiting cannot help.
    """
    manager = AsyncRedisManager(url, policy or Policy(), on_command=on_command)
    if on_status is not None:
        manager.on_status(on_status)
    try:
        await manager.connect()
    except BaseException:
        await manager.close()
        raise
    return manager


class _Observed:
    """The commands of a redis-py client, each waiting for a connection, timed, and reported."""

    # None until the client is made: a cluster's asks its nodes while that happens
    manager: AsyncRedisManager | None = None

    async def unobserved(self, *words: Any, **options: Any) -> Any:
        """A command of the manager's own: it neither waits nor counts."""
        return await super().execute_command(*words, **options)  # type: ignore[misc]  # the client beside us

    async def execute_command(self, *words: Any, **options: Any) -> Any:
        manager = self.manager
        if manager is None:
            return await self.unobserved(*words, **options)
        if not manager._usable:
            await manager._wait_ready()
        begin = _now()
        try:
            answer = await super().execute_command(*words, **options)  # type: ignore[misc]  # the client beside us
        except (redis.RedisError, OSError) as error:
            manager._failed(words[0], begin, error)
            raise
        manager.counters.commands += 1
        if manager._on_command is not None:
            manager._on_command(words[0], _now() - begin, None)
        return answer


class _Patient:
    """A pool that waits for a connection when all are taken; cheaper than redis-py's blocking one."""

    patience = 0.0

    async def get_connection(self, *words: Any, **options: Any) -> Any:
        end: float | None = None
        while True:
            try:
                return await super().get_connection(*words, **options)  # type: ignore[misc]  # the pool beside us
            except MaxConnectionsError:
                end = end or monotonic() + self.patience
                if monotonic() >= end:
                    raise
                await asyncio.sleep(0.005)


class _Pool(_Patient, aioredis.ConnectionPool):
    pass


class _MasterPool(_Patient, SentinelConnectionPool):
    pass


class _Sentinel(Sentinel):
    """redis-py's own words when no Sentinel helps are the inside of its clients."""

    async def discover_master(self, service_name: str) -> Any:
        try:
            return await super().discover_master(service_name)
        except MasterNotFoundError:
            raise MasterNotFoundError(f"no sentinel names the master {service_name!r}") from None


class _Pipeline(aioredis.client.Pipeline):
    """A pipeline or a transaction: it waits for a connection and counts as one command."""

    manager: AsyncRedisManager

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        manager = self.manager
        await manager._usable_now()
        begin = _now()
        try:
            answers = await super().execute(raise_on_error)
        except (redis.RedisError, OSError) as error:
            manager._failed("PIPELINE", begin, error)
            raise
        manager._passed("PIPELINE", begin)
        return list(answers)


class _Client(_Observed, aioredis.Redis):  # type: ignore[misc]  # two of redis-py's own bases disagree
    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> _Pipeline:
        """One whose execution is observed too."""
        made = _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        if self.manager is not None:
            made.manager = self.manager
        return made


class _ClusterClient(_Observed, aioredis.RedisCluster):  # type: ignore[misc]  # two of redis-py's own bases disagree
    pass


class AsyncRedisManager:
    """One Redis, its pool, its health and its subscriptions, on one event loop."""

    def __init__(self, url: str, policy: Policy, *, on_command: OnCommand | None = None) -> None:
        self.policy = policy
        self.target = Target.parse(url)
        self.counters = Counters()
        self._on_command = on_command
        self._status = Status(State.CONNECTING, monotonic())
        self._listeners: list[OnStatus] = []
        self._subscriptions: list[AsyncSubscription] = []
        self._ready = asyncio.Event()
        self._lost = asyncio.Event()
        self._monitor: asyncio.Task[None] | None = None
        self._client: Any = None
        self._nodes = itertools.cycle(self.target.nodes)
        # the same as _ready, for the way of every command
        self._usable = False

    @property
    def client(self) -> aioredis.Redis:
        """The client: every command of redis-py, observed by this manager."""
        if self._client is None:
            raise NotReadyError("redis: await connect_redis before using the client")
        return self._client  # type: ignore[no-any-return]  # a cluster client has the same commands

    @property
    def status(self) -> Status:
        return self._status

    def on_status(self, listener: OnStatus) -> None:
        """Call `listener` at every change from now on."""
        self._listeners.append(listener)

    # --- connecting

    async def connect(self) -> None:
        """Try until Redis answers; see `connect_redis`."""
        policy = self.policy
        end = monotonic() + policy.worst_connect_seconds()
        for number, delay in enumerate((*policy.delays(), None), 1):
            error = await self._try()
            if error is None:
                self._begin()
                return
            failure = classify(error)
            pause = self._pause(failure, delay, end)
            self._log_attempt(number, failure, pause, error)
            self._turn(State.CONNECTING, error)
            if pause is None:
                raise ConnectError(failure, number, self.target.without_secrets(str(error))) from error
            await asyncio.sleep(pause)

    def _pause(self, failure: FailureClass, delay: float | None, end: float) -> float | None:
        if delay is None or failure in PERMANENT:
            return None
        pause = self.policy.shortened(delay)
        return pause if monotonic() + pause < end else None

    def _log_attempt(
        self, number: int, failure: FailureClass, pause: float | None, error: BaseException
    ) -> None:
        said = {
            "msg": "redis connect",
            "attempt": number,
            "of": self.policy.attempts,
            "class": failure.value,
            "delay": pause,
            "error": self.target.without_secrets(str(error)),
        }
        log.warning("%s", json.dumps(said))

    async def _try(self) -> BaseException | None:
        """One attempt: a client that has answered a PING and accepts writes, or the error."""
        try:
            if self._client is None:
                self._client = self._make_client()
            await asyncio.wait_for(self._probe(), self.policy.attempt_timeout)
        except (redis.RedisError, OSError, TimeoutError) as error:
            return error
        return None

    async def _probe(self) -> None:
        """A true PONG, from every master of a cluster, and from a server that takes writes."""
        run = self._client.unobserved
        if self.target.kind == "cluster":
            await run("PING", target_nodes=aioredis.RedisCluster.PRIMARIES)
            return
        await run("PING")
        try:
            if (await run("ROLE"))[0] in ("slave", b"slave"):
                raise redis.ReadOnlyError("READONLY this server is a replica")
            if self.target.kind == "sentinel":
                await self._verify(self._client.connection_pool.master_address)
        except redis.ReadOnlyError:
            if self.target.kind == "sentinel":
                await self._client.connection_pool.disconnect()  # the next connection asks who the master is
            raise

    def _make_client(self) -> Any:
        target = self.target
        if target.kind == "cluster":
            options = {key: value for key, value in self._options().items() if key != "db"}
            nodes = [aioredis.cluster.ClusterNode(host, port) for host, port in target.nodes]
            made: Any = _ClusterClient(startup_nodes=nodes, **options, **self._encryption())
        else:
            pool = self._master_pool() if target.kind == "sentinel" else self._server_pool()
            pool.patience = self.policy.pool_timeout
            made = _Client.from_pool(pool)
        made.manager = self
        return made

    def _server_pool(self) -> _Pool:
        host, port = self.target.nodes[0]
        kind = aioredis.SSLConnection if self.target.tls else aioredis.Connection
        return _Pool(
            connection_class=kind,
            host=host,
            port=port,
            max_connections=self.policy.pool_size,
            **self._options(),
        )

    def _master_pool(self) -> _MasterPool:
        return _MasterPool(  # type: ignore[no-untyped-call]  # redis-py's
            self.target.master,
            self._sentinel(),
            max_connections=self.policy.pool_size,
            **self._options(),
            **self._encryption(),
        )

    def _sentinel(self) -> _Sentinel:
        names = ("socket_timeout", "socket_connect_timeout", "retry")
        options = {key: value for key, value in self._options().items() if key in names}
        return _Sentinel(  # type: ignore[no-untyped-call]  # redis-py's
            list(self.target.nodes), sentinel_kwargs=options
        )

    def _encryption(self) -> dict[str, Any]:
        return {"ssl": True} if self.target.tls else {}

    def _options(self) -> dict[str, Any]:
        return self.target.options(self.policy) | {"retry": Retry(NoBackoff(), 0)}

    def _begin(self) -> None:
        self.counters.connects += 1
        self._turn(State.READY, None)
        self._monitor = asyncio.create_task(self._watch(), name="redis-health")

    # --- health

    async def _watch(self) -> None:
        """Ask for a sign of life at every interval; after a loss, try until one comes."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), self.policy.health_interval)
            self._lost.clear()  # before the look: a loss that is seen meanwhile is looked at again
            error = await self._try()
            if error is not None and classify(error) is FailureClass.POOL:
                self._turn(State.DEGRADED, error)
            elif error is not None:
                await self._come_back(error)
            elif self._status.state is not State.READY:
                self._turn(State.READY, None)

    async def _come_back(self, error: BaseException) -> None:
        self._turn(State.RECONNECTING, error)
        for delay in self.policy.reconnect_delays():
            await asyncio.sleep(delay)
            again = await self._try()
            if again is None:
                self.counters.reconnects += 1
                self._turn(State.READY, None)
                return
            self._turn(State.RECONNECTING, again)

    def _turn(self, state: State, error: BaseException | None) -> None:
        """Change the state and tell the listeners."""
        if self._status.state is State.CLOSED:
            return
        same = self._status.state is state
        since = self._status.since if same else monotonic()
        text = self.target.without_secrets(str(error)) if error else self._status.last_error
        failure = classify(error) if error else self._status.last_class
        self._status = Status(state, since, text, failure)
        self._usable = state in (State.READY, State.DEGRADED)
        if self._usable:
            self._ready.set()
        else:
            self._ready.clear()
        if not same:
            for listener in self._listeners:
                listener(self._status)

    # --- commands

    async def _usable_now(self) -> None:
        if not self._usable:
            await self._wait_ready()

    async def _wait_ready(self) -> None:
        if self._status.state is State.CLOSED:
            raise NotReadyError("redis: the manager is closed")
        try:
            await asyncio.wait_for(self._ready.wait(), self.policy.command_wait)
        except TimeoutError:
            waited = f"{self.policy.command_wait:g} s"
            raise NotReadyError(f"redis: {self._status.state} for longer than {waited}") from None

    def _passed(self, command: str, begin: float) -> None:
        self.counters.commands += 1
        if self._on_command is not None:
            self._on_command(command, _now() - begin, None)

    def _failed(self, command: str, begin: float, error: BaseException) -> None:
        failure = classify(error)
        self.counters.errors += 1
        if failure in LOST:
            self._turn(State.RECONNECTING, error)
            self._lost.set()
        if self._on_command is not None:
            self._on_command(command, _now() - begin, failure)

    # --- subscriptions

    async def subscribe(
        self, channel: str, on_message: OnMessage, on_gap: OnGap | None = None
    ) -> AsyncSubscription:
        """A subscription that the server has acknowledged; it comes back by itself and reports the gap.

        Raises NotReadyError if no acknowledgement comes within the policy's `command_wait`.
        """
        subscription = AsyncSubscription(self, channel, on_message, on_gap)
        self._subscriptions.append(subscription)
        await subscription.start()
        return subscription

    async def _listening_connection(self) -> Any:
        """A connection of its own for one subscription, outside the pool.

        RESP2: under RESP3 redis-py takes a PONG for a message.
        """
        options = self._options() | {"protocol": 2}
        host, port = await self._listening_node()
        kind = aioredis.SSLConnection if self.target.tls else aioredis.Connection
        return kind(host=host, port=port, **options)

    async def _listening_node(self) -> tuple[str, int]:
        """The master; of a cluster's nodes, which all pass on what is published, the next one."""
        if self.target.kind == "sentinel":
            found = await self._sentinel().discover_master(self.target.master)
            return str(found[0]), int(found[1])
        return next(self._nodes)

    async def _verify(self, node: tuple[str, int]) -> None:
        """Raise where Sentinels name another master by now: one that was frozen does not know it yet."""
        if self.target.kind == "sentinel" and await self._listening_node() != (str(node[0]), int(node[1])):
            raise redis.ReadOnlyError("READONLY another server is the master")

    # --- the end

    async def close(self) -> None:
        """Stop: subscriptions first, then the monitor, then the pool. May be called twice."""
        for subscription in self._subscriptions:
            await subscription.close()
        self._turn(State.CLOSED, None)
        await _ended(self._monitor)
        if self._client is not None:
            await self._client.aclose()
            if isinstance(self._client, aioredis.Redis):
                await self._client.connection_pool.disconnect()

    async def __aenter__(self) -> AsyncRedisManager:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def _ended(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait until it is gone."""
    if task is None or task is asyncio.current_task():
        return
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class AsyncSubscription:
    """One channel on a connection of its own, read by a task."""

    def __init__(
        self, manager: AsyncRedisManager, channel: str, on_message: OnMessage, on_gap: OnGap | None
    ) -> None:
        self.channel = channel
        self._manager = manager
        self._on_message = on_message
        self._on_gap = on_gap
        self._acknowledged = asyncio.Event()
        self._heard = monotonic()
        self._asked = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"redis-sub-{self.channel}")
        try:
            await asyncio.wait_for(self._acknowledged.wait(), self._manager.policy.command_wait)
        except TimeoutError:
            await self.close()
            raise NotReadyError(f"redis: no acknowledgement of {self.channel}") from None

    async def close(self) -> None:
        await _ended(self._task)

    async def _run(self) -> None:
        delays = self._manager.policy.reconnect_delays()
        while True:
            connected = monotonic()
            try:
                await self._listen()
            except (redis.RedisError, OSError, TimeoutError) as error:
                said = {"msg": "redis subscription lost", "class": classify(error).value}
                log.info("%s", json.dumps(said))
                if monotonic() - connected > self._manager.policy.reconnect_cap:
                    delays = self._manager.policy.reconnect_delays()
                await asyncio.sleep(next(delays))

    async def _listen(self) -> None:
        connection = await self._manager._listening_connection()
        try:
            await asyncio.wait_for(connection.connect(), self._manager.policy.attempt_timeout)
            await connection.send_command("SUBSCRIBE", self.channel)
            self._asked = False
            while True:
                await self._step(connection)
        finally:
            await connection.disconnect(nowait=True)

    async def _step(self, connection: Any) -> None:
        """One answer, or one silence: the first is asked for a PONG, the second is a loss."""
        answer = await connection.read_response(
            timeout=self._manager.policy.subscription_ping, disconnect_on_error=False, push_request=True
        )
        if answer is not None:
            await self._take(answer, connection)
            return
        if self._asked:
            raise redis.TimeoutError("no PONG on the subscription")
        await connection.send_command("PING")
        self._asked = True

    async def _take(self, answer: list[Any], connection: Any) -> None:
        kind = answer[0]
        before, self._heard, self._asked = self._heard, monotonic(), False
        if kind == "message":
            self._manager.counters.messages += 1
            self._on_message(answer[2])
        elif kind == "subscribe":
            await self._acknowledge(before, connection)

    async def _acknowledge(self, before: float, connection: Any) -> None:
        end, self._heard = self._heard, before
        await self._manager._verify((connection.host, connection.port))
        self._heard = end
        if not self._acknowledged.is_set():
            self._acknowledged.set()
            return
        self._manager.counters.gaps += 1
        if self._on_gap is not None:
            self._on_gap(Gap(self.channel, before, end))
