"""The readiness arithmetic, against the table that was checked with real engines."""

from __future__ import annotations

from itertools import islice

import pytest

from holdfast.plan.readiness import (
    Health,
    healthy_at,
    looks,
    probes,
    reported_dead,
    steps_begin,
    unhealthy_at,
)

READY = (0.3, 1.5, 5, 12)
SEED = Health(3, 5, 30, 60)
TABLE = {
    "command alone": (Health(), 28, (62, 62, 62, 62)),
    "documentation": (Health(10, 5, 5), 28, (14, 14, 14, 30)),
    "interval 5 s": (Health(5, 5, 10), 28, (6, 6, 6, 30)),
    "seed": (SEED, 28, (6, 6, 6, 30)),
    "seed on an old engine": (SEED, 24, (6, 6, 14, 14)),
    "interval 3 s": (Health(3, 5, 30), 28, (6, 6, 14, 14)),
    "interval 1 s": (Health(1, 3, 30), 28, (2, 6, 6, 14)),
    "start interval 0.25 s": (Health(10, 5, 5, 60, 0.25), 28, (2, 2, 6, 14)),
    "start interval on an old engine": (Health(10, 5, 5, 60, 0.25), 24, (14, 14, 14, 30)),
    "zero is the default": (Health(0, 0, 0), 28, (62, 62, 62, 62)),
}


@pytest.mark.parametrize(("health", "engine", "begins"), TABLE.values(), ids=TABLE)
def test_steps_begin_at_the_look_after_the_first_good_probe(
    health: Health, engine: int, begins: tuple[float, ...]
) -> None:
    assert tuple(steps_begin(health, ready, engine) for ready in READY) == begins


def test_the_ladder() -> None:
    assert list(islice(looks(), 8)) == [0, 2, 6, 14, 30, 62, 94, 126]
    assert list(islice(looks(14), 3)) == [14, 16, 20]


def test_without_a_check_nothing_is_awaited() -> None:
    assert steps_begin(None, 15) == 0
    assert reported_dead(None) is None


def test_a_server_slower_than_the_retries_is_given_up() -> None:
    assert healthy_at(Health(1, 1, 3), 5) is None
    assert steps_begin(Health(1, 1, 3), 5) is None
    assert steps_begin(Health(1, 1, 3, start_period=10), 5) == 6


def test_a_dead_server_is_reported_between_fast_and_hanging_probes() -> None:
    assert unhealthy_at(Health(10, 5, 5), 0) == 50
    assert reported_dead(Health(10, 5, 5)) == (62, 94)
    assert reported_dead(Health(1, 3, 30)) == (62, 126)
    earliest, latest = reported_dead(SEED) or (0, 0)
    assert (earliest, latest) == (158, 318)


def test_probes_use_the_start_interval_inside_the_start_period_only() -> None:
    assert list(islice(probes(Health(10, 5, 5, 3, 1), 28, 0), 5)) == [1, 2, 3, 13, 23]
    assert list(islice(probes(Health(10, 5, 5, 3, 1), 24, 0), 2)) == [10, 20]


def test_a_later_service_is_looked_at_when_its_turn_comes() -> None:
    assert steps_begin(Health(10, 5, 5), 0.3, since=14) == 14
    assert steps_begin(Health(30, 5, 5), 0.3, since=14) == 44
