"""The faults that every manager survives, each a function of a driver; the same for all four.

Times are asserted with room for a busy machine; what is exact is exact: messages, classes, attempts, states. The
long forms take the real delays and times, and print their figures (`-rP` shows them).
"""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from managers.driver import Driver
from support.servers import Running, Server, running

REDIS = Server.REDIS_8_0
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
# what a busy machine may add to a time that is promised in seconds; run alone, nothing
ROOM = 0.0 if LONG else 4.0
QUICK = {"base": 0.05, "cap": 0.4, "jitter": 0.0, "healthInterval": 0.5}
PASSWORD = "s3cret-for-tests"

Fault = Callable[[Driver, Path], None]
FAULTS: dict[str, Fault] = {}


def fault(function: Fault) -> Fault:
    FAULTS[function.__name__] = function
    return function


def _url(redis: Running, password: str = "") -> str:
    login = f":{password}@" if password else ""
    return f"redis://{login}127.0.0.1:{redis.port}/0"


@fault
def absent_then_there(driver: Driver, scratch: Path) -> None:
    late = 20.0 if LONG else 2.0
    with running(REDIS, start=False) as redis:
        timer = threading.Timer(late, redis.start)
        timer.start()
        try:
            answer = driver.connected(_url(redis), **QUICK | {"attempts": 200 if LONG else 60})
        finally:
            timer.join()
        assert answer["seconds"] >= late - 0.5
        print(f"connected {answer['seconds'] - late:.2f} s after it was there")
        assert driver.ask("call", command=["SET", "a", "1"])["ok"]
        assert driver.ask("status")["state"] == "ready"


@fault
def absent_for_ever(driver: Driver, scratch: Path) -> None:
    """Ten attempts, their delays doubling to the cap, each logged, and the end within the computed bound."""
    base, cap = (1.0, 30.0) if LONG else (0.05, 1.5)
    expected = [min(base * 2**n, cap) for n in range(9)]
    with running(REDIS, start=False) as redis:
        answer = driver.ask(
            "connect", patience=240, url=_url(redis), options={"base": base, "cap": cap, "jitter": 0.0}
        )
    assert (answer["ok"], answer["class"], answer["attempts"]) == (False, "refused", 10), answer
    assert sum(expected) <= answer["seconds"] + 0.05
    assert answer["seconds"] < sum(expected) + 15
    print(f"ended after {answer['seconds']:.2f} s, {sum(expected):g} s of them delays")
    lines = driver.log_lines()
    assert [(line["attempt"], line["of"], line["class"]) for line in lines] == [
        (number, 10, "refused") for number in range(1, 11)
    ]
    assert [line["delay"] for line in lines[:-1]] == expected
    assert lines[-1]["delay"] is None


@fault
def wrong_password(driver: Driver, scratch: Path) -> None:
    with running(REDIS, password=PASSWORD) as redis:
        answer = driver.ask("connect", url=_url(redis, "wrong-" + PASSWORD), options=QUICK)
    assert (answer["class"], answer["attempts"]) == ("noauth", 1)
    assert PASSWORD not in str(driver.events)
    assert PASSWORD not in answer["error"]


@fault
def no_password(driver: Driver, scratch: Path) -> None:
    with running(REDIS, password=PASSWORD) as redis:
        answer = driver.ask("connect", url=_url(redis), options=QUICK)
    assert (answer["class"], answer["attempts"]) == ("noauth", 1)


@fault
def a_password_that_the_server_does_not_have(driver: Driver, scratch: Path) -> None:
    """The default user lets everybody in: a password is no fault there, or one attempt."""
    with running(REDIS) as redis:
        answer = driver.ask("connect", url=_url(redis, PASSWORD), options=QUICK)
    assert answer["ok"] or (answer["class"], answer["attempts"]) == ("noauth", 1)


@fault
def the_right_password(driver: Driver, scratch: Path) -> None:
    with running(REDIS, password=PASSWORD) as redis:
        driver.connected(_url(redis, PASSWORD), **QUICK)
        assert driver.ask("call", command=["SET", "a", "1"])["ok"]


@fault
def cancelled_while_connecting(driver: Driver, scratch: Path) -> None:
    with running(REDIS, start=False) as redis:
        pending = driver.begin("connect", url=_url(redis), options={"base": 30.0})
        driver.wait_for("log")
        driver.ask("cancel")
        answer = pending.get(timeout=20)
    assert (answer["ok"], answer["class"]) == (False, "cancelled")


@fault
def a_deadline_ends_the_attempts(driver: Driver, scratch: Path) -> None:
    with running(REDIS, start=False) as redis:
        answer = driver.ask("connect", url=_url(redis), options=QUICK | {"deadline": 0.5, "attempts": 100})
    assert (answer["ok"], answer["class"]) == (False, "refused"), answer
    assert answer["attempts"] < 20
    assert answer["seconds"] < 10


@fault
def killed_while_publishing_and_subscribing(driver: Driver, scratch: Path) -> None:
    """No message is lost outside the gap that is reported, none comes twice, and the subscription lives again."""
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK)
        assert driver.ask("subscribe", channel="news")["ok"]
        publishing = driver.begin("publish", channel="news", rate=500, seconds=6)
        time.sleep(1.5)
        down = time.monotonic()
        redis.kill()
        time.sleep(1)
        redis.start()
        back = time.monotonic()
        driver.wait_for("gap")
        sent = publishing.get(timeout=60)
        assert sent["ok"], sent
        last = sent["sent"][-1][0]
        until(lambda: any(number == last for number, _ in driver.ask("results")["received"]))
        results = driver.ask("results")
    nothing_lost_outside_gaps(sent["sent"], results)
    (start, end) = results["gaps"][0]
    print(f"gap {end - start:.2f} s, outage {back - down:.2f} s, live {end - back:.2f} s after it was back")
    assert end - start < (back - down) + 2 + ROOM
    assert end < back + 2 + ROOM


def nothing_lost_outside_gaps(sent: list[list[float]], results: dict[str, list[list[float]]]) -> None:
    numbers = [number for number, _ in results["received"]]
    assert len(numbers) == len(set(numbers)), "a message came twice"
    lost = [moment for number, moment in sent if number not in set(numbers)]
    gaps = results["gaps"]
    outside = [
        moment for moment in lost if not any(start - 0.2 <= moment <= end + 0.2 for start, end in gaps)
    ]
    assert not outside, (outside[:5], gaps)


def until(condition: Callable[[], bool], patience: float = 30) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@fault
def frozen(driver: Driver, scratch: Path) -> None:
    """A server that does not move is noticed, and taken back when it does."""
    # longer than any subscription takes to miss its sign of life: Node's up to 3 s, as its own ping counts as one
    seconds = 10.0 if LONG else 5.0
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK | {"attemptTimeout": 1.0})
        assert driver.ask("subscribe", channel="news")["ok"]
        thaw = time.monotonic() + seconds
        redis.kill(signal.SIGSTOP)
        try:
            driver.wait_for("status", state="reconnecting", patience=30)
            print(f"noticed after {seconds - (thaw - time.monotonic()):.2f} s")
            time.sleep(max(0.0, thaw - time.monotonic()))
        finally:
            redis.kill(signal.SIGCONT)
        began = time.monotonic()
        driver.wait_for("gap")
        until(lambda: driver.ask("status")["state"] == "ready")
        print(f"ready {time.monotonic() - began:.2f} s after it moved again")
        assert driver.ask("call", command=["SET", "a", "1"])["ok"]


@fault
def connections_cut(driver: Driver, scratch: Path) -> None:
    """All clients are thrown out, again and again; commands go on."""
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK)
        assert driver.ask("subscribe", channel="news")["ok"]
        for _ in range(3):
            redis.cli("CLIENT", "KILL", "TYPE", "normal")
            redis.cli("CLIENT", "KILL", "TYPE", "pubsub")
            until(lambda: driver.ask("call", command=["SET", "a", "1"])["ok"])
        until(lambda: driver.ask("status")["state"] == "ready")
        until(lambda: redis.cli("PUBSUB", "NUMSUB", "news").split()[-1] == "1")


@fault
def loading(driver: Driver, scratch: Path) -> None:
    """A server that reads its data refuses all commands; waiting cures it."""
    slowly = "enable-debug-command yes\nkey-load-delay 1000\nloading-process-events-interval-bytes 1024"
    with running(REDIS, config=slowly) as redis:
        redis.cli("DEBUG", "POPULATE", 2000)
        redis.cli("SAVE")
        redis.stop()
        redis.start(wait=False)
        answer = driver.connected(_url(redis), **QUICK | {"attempts": 100})
        assert answer["ok"]
        assert driver.ask("call", command=["GET", "key:1"])["ok"]
    classes = {line["class"] for line in driver.log_lines()}
    assert "loading" in classes, classes


@fault
def readonly_after_failover(driver: Driver, scratch: Path) -> None:
    """The server became a replica: writes fail once, the state says so, and it is ready when it may write again."""
    with running(REDIS) as master, running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK)
        redis.cli("REPLICAOF", "127.0.0.1", str(master.port))
        answer = driver.ask("call", command=["SET", "a", "1"])
        assert answer["ok"] is False
        assert answer["class"] in ("readonly", "notready", "masterdown")
        driver.wait_for("status", state="reconnecting")
        redis.cli("REPLICAOF", "NO", "ONE")
        until(lambda: driver.ask("status")["state"] == "ready")
        assert driver.ask("call", command=["SET", "a", "1"])["ok"]


@fault
def maxclients(driver: Driver, scratch: Path) -> None:
    """No room for one more: tried again until there is."""
    with running(REDIS, "--maxclients", "3") as redis:
        held = [redis.client() for _ in range(3)]
        for client in held:
            client.call("PING")
        pending = driver.begin("connect", url=_url(redis), options=QUICK | {"attempts": 100})
        # the server closes at once after its refusal: a client may see the loss first, now and then
        until(lambda: "maxclients" in {line["class"] for line in driver.log_lines()})
        for client in held:
            client.close()
        assert pending.get(timeout=60)["ok"]


@fault
def pool_exhausted(driver: Driver, scratch: Path) -> None:
    """All connections blocked: the next command ends with the class, and the manager does not call it a loss."""
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK | {"poolSize": 2, "poolTimeout": 0.5, "healthInterval": 60.0})
        driver.ask("block", count=2, seconds=4)
        until(lambda: "blocked_clients:2" in redis.cli("INFO", "clients"))
        answer = driver.ask("pooled", command=["SET", "a", "1"])
        assert (answer["ok"], answer["class"]) == (False, "pool")
        assert "reconnecting" not in driver.states()
        until(lambda: "blocked_clients:0" in redis.cli("INFO", "clients"))
        assert driver.ask("pooled", command=["SET", "a", "1"])["ok"]


@fault
def a_slow_consumer(driver: Driver, scratch: Path) -> None:
    """Commands do not wait for it, and it loses nothing."""
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK)
        assert driver.ask("subscribe", channel="news")["ok"]
        driver.ask("slow", milliseconds=20)
        sent = driver.ask("publish", channel="news", rate=200, seconds=0.5)
        assert driver.ask("call", command=["SET", "a", "1"])["ok"]
        until(lambda: len(driver.ask("results")["received"]) == len(sent["sent"]))


@fault
def a_quiet_subscription(driver: Driver, scratch: Path) -> None:
    """Silence is no loss: it is asked for signs of life, and hears what is published long after."""
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK | {"healthInterval": 60.0})
        assert driver.ask("subscribe", channel="news")["ok"]
        first = _pings(redis)
        until(lambda: _pings(redis) >= first + 3)
        sent = driver.ask("publish", channel="news", rate=100, seconds=0.1)["sent"]
        until(lambda: len(driver.ask("results")["received"]) == len(sent))
        assert driver.ask("results")["gaps"] == []


def _pings(redis: Running) -> int:
    found = re.search(r"cmdstat_ping:calls=(\d+)", redis.cli("INFO", "commandstats"))
    return int(found[1]) if found else 0


@fault
def closed_while_reconnecting(driver: Driver, scratch: Path) -> None:
    with running(REDIS) as redis:
        driver.connected(_url(redis), **QUICK)
        assert driver.ask("subscribe", channel="news")["ok"]
        redis.kill()
        driver.wait_for("status", state="reconnecting")
        assert driver.ask("close")["seconds"] < 15
        assert driver.ask("status")["state"] == "closed"
        answer = driver.ask("call", command=["SET", "a", "1"])
        assert (answer["ok"], answer["class"]) == (False, "notready")


@fault
def many_cycles_leak_nothing(driver: Driver, scratch: Path) -> None:
    times = 1000 if LONG else 100
    with running(REDIS) as redis:
        answer = driver.ask("cycle", patience=300, url=_url(redis), times=times, options=QUICK)
    assert answer["ok"], answer
    print(f"{times} cycles: {answer['before']} before, {answer['after']} after")
    for what, count in answer["after"].items():
        assert count <= answer["before"][what], answer


@fault
def starts_at_random_moments(driver: Driver, scratch: Path) -> None:
    """After the connect has been awaited, no call fails, whenever the server came."""
    times = 1000 if LONG else 40
    with running(REDIS) as redis:
        answer = driver.ask(
            "starts", patience=600, url=_url(redis), times=times, delay=0.02, options=QUICK | {"attempts": 60}
        )
    assert answer["failures"] == []


@fault
def a_late_server_and_the_first_call(driver: Driver, scratch: Path) -> None:
    """The server comes at a random moment of the attempts; the first call after the connect succeeds."""
    for _ in range(30 if LONG else 5):
        with running(REDIS, start=False) as redis:
            timer = threading.Timer(random.uniform(0, 0.5), redis.start)
            timer.start()
            try:
                answer = driver.ask(
                    "starts", url=_url(redis), times=1, delay=0.3, options=QUICK | {"attempts": 100}
                )
            finally:
                timer.join()
        assert answer["failures"] == []


@fault
def the_worst_case_is_computed(driver: Driver, scratch: Path) -> None:
    """Ten attempts of 5 s and 1+2+4+8+16+30+30+30+30 s of delays."""
    assert driver.wait_for("up")["worst"] == 10 * 5 + 151
