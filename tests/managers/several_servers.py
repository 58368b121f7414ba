"""The faults of servers that stand together: a fail-over by Sentinels, a Cluster that loses a node."""

from __future__ import annotations

import functools
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from managers.driver import Driver
from managers.faults import FAULTS, LONG, QUICK, REDIS, ROOM, fault, nothing_lost_outside_gaps, until
from support.ports import free_port
from support.servers import Running, running

__all__ = ["FAULTS"]
PASSWORD = "s3cret-for-tests"


@contextmanager
def _watched(down_after: int = 10_000) -> Iterator[tuple[Running, Running, str]]:
    """A master, its replica, the Sentinel that watches them, and the address of it all.

    `down_after`: milliseconds until the Sentinel calls the master down; short only where that is wanted.
    """
    secret = f"requirepass {PASSWORD}\nmasterauth {PASSWORD}\nrepl-diskless-sync-delay 0"
    with running(REDIS, config=secret) as master, running(REDIS, config=secret) as replica:
        replica.password = master.password = PASSWORD
        replica.cli("REPLICAOF", "127.0.0.1", master.port)
        until(lambda: "state=online" in master.cli("INFO", "replication"))
        watching = f"""
sentinel monitor main 127.0.0.1 {master.port} 1
sentinel auth-pass main {PASSWORD}
sentinel down-after-milliseconds main {down_after}
sentinel failover-timeout main 5000
"""
        with running(REDIS, "--sentinel", config=watching) as sentinel:
            until(lambda: str(replica.port) in sentinel.cli("SENTINEL", "REPLICAS", "main"))
            # the first one of the address does not answer: the next is asked
            absent = free_port()
            url = f"redis+sentinel://:{PASSWORD}@127.0.0.1:{absent},127.0.0.1:{sentinel.port}/main/0"
            yield master, replica, url


@fault
def a_failover_while_publishing_and_subscribing(driver: Driver, scratch: Path) -> None:
    """The master dies: the manager follows to the new one, and reports the gap of its subscription."""
    with _watched(down_after=1000) as (master, replica, url):
        driver.connected(url, **QUICK)
        assert driver.ask("call", command=["SET", "a", "1"])["ok"]
        assert master.cli("GET", "a") == "1"
        assert driver.ask("subscribe", channel="news")["ok"]
        publishing = driver.begin("publish", channel="news", rate=200, seconds=10 if LONG else 6)
        time.sleep(1)
        down = time.monotonic()
        master.kill()
        driver.wait_for("status", state="reconnecting")
        until(lambda: "role:master" in replica.cli("INFO", "replication"))
        back = time.monotonic()
        driver.wait_for("gap")
        until(lambda: driver.ask("status")["state"] == "ready")
        until(functools.partial(_done, driver, ["SET", "a", "2"]))
        sent = publishing.get(timeout=60)["sent"]
        assert replica.cli("GET", "a") == "2"
        last = sent[-1][0]
        until(lambda: any(number == last for number, _ in driver.ask("results")["received"]))
        results = driver.ask("results")
        assert driver.ask("close")["seconds"] < 15
    nothing_lost_outside_gaps(sent, results)
    (start, end) = results["gaps"][-1]
    print(f"gap {end - start:.2f} s, outage {back - down:.2f} s, live {end - back:.2f} s after the promotion")
    assert end < back + 2 + ROOM
    # Sentinels throw the clients of a new master out once more: ready may come twice
    assert driver.states()[:3] == ["ready", "reconnecting", "ready"]
    assert PASSWORD not in str(driver.events)


@fault
def a_frozen_master_is_replaced(driver: Driver, scratch: Path) -> None:
    """The manager goes to the new one, and stays there when the old one moves again."""
    with _watched(down_after=1000) as (master, replica, url):
        driver.connected(url, **QUICK | {"attemptTimeout": 1.0})
        assert driver.ask("subscribe", channel="news")["ok"]
        master.kill(signal.SIGSTOP)
        try:
            until(lambda: "role:master" in replica.cli("INFO", "replication"))
            until(functools.partial(_done, driver, ["SET", "a", "3"]))
        finally:
            master.kill(signal.SIGCONT)
        if LONG:  # Sentinels take ten seconds to make a replica of it
            until(lambda: "role:slave" in master.cli("INFO", "replication"))
        until(functools.partial(_done, driver, ["SET", "a", "4"]))
        assert replica.cli("GET", "a") == "4"
        until(lambda: "news" in replica.cli("PUBSUB", "CHANNELS"))


@fault
def no_sentinel_answers(driver: Driver, scratch: Path) -> None:
    """Each attempt ends, and waiting may help."""
    url = f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{free_port()}/main"
    answer = driver.ask("connect", url=url, options=QUICK | {"attempts": 3})
    assert (answer["ok"], answer["attempts"]) == (False, 3), answer
    assert answer["class"] in ("refused", "unresolved")


@fault
def a_master_that_no_sentinel_knows(driver: Driver, scratch: Path) -> None:
    with running(REDIS, "--sentinel") as sentinel:
        url = f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{sentinel.port}/main"
        answer = driver.ask("connect", url=url, options=QUICK | {"attempts": 3})
    assert (answer["ok"], answer["class"], answer["attempts"]) == (False, "unresolved", 3), answer


@contextmanager
def _cluster() -> Iterator[tuple[list[Running], str]]:
    """Three nodes that share the slots, and their address, whose first node is not there."""
    with _nodes(3) as nodes:
        for number, node in enumerate(nodes):
            node.cli("CLUSTER", "ADDSLOTSRANGE", number * 16384 // 3, (number + 1) * 16384 // 3 - 1)
        until(lambda: all("cluster_state:ok" in node.cli("CLUSTER", "INFO") for node in nodes))
        hosts = ",".join(f"127.0.0.1:{port}" for port in (free_port(), *(node.port for node in nodes)))
        yield nodes, f"redis+cluster://{hosts}"


@contextmanager
def _nodes(count: int, before: tuple[Running, ...] = ()) -> Iterator[list[Running]]:
    """Nodes that have met."""
    if len(before) == count:
        yield list(before)
        return
    port, bus = free_port(), free_port()
    own = ("--cluster-port", str(bus), "--cluster-config-file", f"nodes-{port}.conf")
    node_timeout = ("--cluster-node-timeout", "2000")
    with running(REDIS, "--cluster-enabled", "yes", *own, *node_timeout, port=port) as node:
        if before:
            first = before[0]
            first_bus = first.cli("CONFIG", "GET", "cluster-port").split()[-1]
            node.cli("CLUSTER", "MEET", "127.0.0.1", first.port, first_bus)
        with _nodes(count, (*before, node)) as nodes:
            yield nodes


@fault
def a_cluster_that_loses_a_node(driver: Driver, scratch: Path) -> None:
    """Commands find their nodes, what is published is heard once; without a node not ready, until it is back."""
    with _cluster() as (nodes, url):
        driver.connected(url, **QUICK)
        _every_key(driver)
        assert all(int(node.cli("DBSIZE")) > 0 for node in nodes)
        assert driver.ask("subscribe", channel="news")["ok"]
        sent = driver.ask("publish", channel="news", rate=200, seconds=1)["sent"]
        until(lambda: len(driver.ask("results")["received"]) >= len(sent))
        received = [number for number, _ in driver.ask("results")["received"]]
        assert sorted(received) == [number for number, _ in sent]
        nodes[0].kill()
        driver.wait_for("status", state="reconnecting")
        nodes[0].start()
        until(lambda: driver.ask("status")["state"] == "ready")
        until(lambda: all("cluster_state:ok" in node.cli("CLUSTER", "INFO") for node in nodes))
        _every_key(driver)
        until(lambda: _heard(driver))
        assert driver.ask("close")["seconds"] < 15


def _every_key(driver: Driver) -> None:
    """Keys of all three nodes can be written and read."""
    for number in range(30):
        key, value = f"key-{number}", str(number)
        until(functools.partial(_done, driver, ["SET", key, value]))
        until(functools.partial(_done, driver, ["GET", key], value))


def _done(driver: Driver, command: list[str], value: str = "") -> bool:
    """Whether a command is answered, and with this value."""
    answer = driver.ask("call", command=command)
    assert not answer["ok"] or not value or answer["value"] == value, answer
    return bool(answer["ok"])


def _heard(driver: Driver) -> bool:
    """Whether the subscription is live: of some messages one arrives."""
    before = len(driver.ask("results")["received"])
    driver.ask("publish", channel="news", rate=50, seconds=0.2)
    return len(driver.ask("results")["received"]) > before
