"""When a job's steps begin, and when a dead service is reported: arithmetic, in seconds after the start.

The runner looks at 0, 2, 6, 14, 30, 62, 94 s and so on: a pause of 2 s, doubled up to 32 s; jitter of 20 % is
left out (actions/runner 2.336.0, ContainerOperationProvider.cs, BackoffTimerHelper.cs). Docker runs the first
probe one interval after the start, and the next one interval after the last has ended; inside the start period
engine 25 and later use the start interval, 5 s unless set (moby, daemon/health.go). Read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from math import ceil

# Docker's own defaults.
INTERVAL = 30.0
TIMEOUT = 30.0
RETRIES = 3
START_INTERVAL = 5.0
# What we write for one probe where nothing is.
SHORT_TIMEOUT = 3.0
# The engine's first major version with start intervals, and the one of hosted runners.
START_INTERVAL_ENGINE = 25
HOSTED_ENGINE = 28
# What one honest probe of a healthy server is taken to last, process start included: an estimate; it decides
# ties between a probe and a look, and the table of the tests holds with it.
PROBE = 0.05

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 32.0
# No ladder is climbed further than GitHub's own limit of a job, six hours.
_HORIZON = 6 * 3600.0
# More probes than fit below the horizon.
_MOST_RETRIES = 1_000_000


@dataclass(frozen=True, slots=True)
class Health:
    """A health check's numbers, in seconds; zero and None mean Docker's default, as they do to Docker."""

    interval: float = INTERVAL
    timeout: float = TIMEOUT
    retries: int = RETRIES
    start_period: float = 0.0
    start_interval: float | None = None

    @property
    def in_force(self) -> Health:
        """The same with Docker's defaults in the place of zeros."""
        return Health(
            self.interval or INTERVAL,
            self.timeout or TIMEOUT,
            min(self.retries, _MOST_RETRIES) if self.retries > 0 else RETRIES,
            self.start_period,
            self.start_interval or START_INTERVAL,
        )


def looks(since: float = 0.0) -> Iterator[float]:
    """When the runner inspects a container, if its turn comes at `since`."""
    at, pause = since, _FIRST_PAUSE
    while at <= _HORIZON:
        yield at
        at += pause
        pause = min(pause * 2, _LONGEST_PAUSE)


def seen(event: float, since: float = 0.0) -> float:
    """The runner's first look at or after an event."""
    return next((look for look in looks(since) if look >= event), _HORIZON)


def probes(health: Health, engine: int = HOSTED_ENGINE, length: float = PROBE) -> Iterator[float]:
    """When each probe starts while the service is not yet healthy; every one takes `length`."""
    health = health.in_force
    at = 0.0
    while at <= _HORIZON:
        at += _gap(health, at, engine)
        yield at
        at += length


def healthy_at(health: Health, ready: float, engine: int = HOSTED_ENGINE) -> float | None:
    """When Docker says healthy for a server that is ready after `ready`; None if it says unhealthy before."""
    failures = 0
    for start in probes(health, engine):
        if start >= ready:
            return start + PROBE
        failures += start >= health.start_period
        if failures >= health.in_force.retries:
            return None
    return None


@lru_cache(maxsize=512)
def steps_begin(
    health: Health | None, ready: float, engine: int = HOSTED_ENGINE, since: float = 0.0
) -> float | None:
    """When the runner goes on to the steps (or to the next service); at once without a health check.

    None: the job fails, because the service is given up before it is ready.
    """
    if health is None:
        return since
    healthy = healthy_at(health, ready, engine)
    return None if healthy is None else seen(healthy, since)


def unhealthy_at(health: Health, length: float, engine: int = HOSTED_ENGINE) -> float:
    """When Docker gives up a server that never answers, every probe taking `length`."""
    health = health.in_force
    counted = (start for start in probes(health, engine, length) if start >= health.start_period)
    return next(islice(counted, health.retries - 1, None), _HORIZON) + length


@lru_cache(maxsize=512)
def reported_dead(health: Health | None, engine: int = HOSTED_ENGINE) -> tuple[float, float] | None:
    """The earliest and the latest look that shows a dead service: probes refused at once, and probes that hang.

    None without a health check: the runner never knows.
    """
    if health is None:
        return None
    hanging = unhealthy_at(health, health.in_force.timeout, engine)
    return seen(unhealthy_at(health, PROBE, engine)), seen(hanging)


@lru_cache(maxsize=512)
def faster(health: Health, engine: int = HOSTED_ENGINE) -> Health:
    """The same patience with a probe every second; with a start period on an engine that can, within that.

    So many probes that hang would take long: Docker's default time limit for each, 30 s, becomes 3 s.
    """
    health = health.in_force if health.start_period else replace(health.in_force, start_interval=None)
    if health.start_period and engine >= START_INTERVAL_ENGINE:
        return replace(health, start_interval=min(health.in_force.start_interval or 1.0, 1.0))
    if health.interval <= 1:
        return health
    timeout = health.timeout if health.timeout < TIMEOUT else SHORT_TIMEOUT
    return replace(health, interval=1.0, timeout=timeout, retries=ceil(health.retries * health.interval))


def _gap(health: Health, at: float, engine: int) -> float:
    starting = at < health.start_period and engine >= START_INTERVAL_ENGINE
    return (health.start_interval or START_INTERVAL) if starting else health.interval
