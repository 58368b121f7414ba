"""The readiness arithmetic, against the table that was checked with real engines."""

from __future__ import annotations

from itertools import islice
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.plan.readiness import (
    PROBE,
    Health,
    faster,
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


HEALTHS = st.builds(
    Health,
    st.floats(0.01, 900).map(lambda seconds: round(seconds, 2)),
    st.floats(0.1, 120).map(lambda seconds: round(seconds, 1)),
    st.integers(0, 200),
    st.sampled_from((0.0, 0.0, 5.0, 60.0)),
    st.sampled_from((None, 0.25, 2.0, 10.0)),
)
ENGINES = st.sampled_from((20, 28))


@given(HEALTHS, ENGINES, st.floats(0, 4000))
def test_a_faster_check_waits_for_every_server_that_the_old_one_waits_for(
    health: Health, engine: int, ready: float
) -> None:
    """And says healthy at most one probe later, where the old one happens to probe at that moment.

    Where a start period ends, the first counted probe may fall up to one interval earlier than it did.
    """
    asked, better = health.in_force, faster(health, engine)
    old, new = healthy_at(health, ready, engine), healthy_at(better, ready, engine)
    if health.start_period and ready > health.start_period + (asked.retries - 1) * asked.interval:
        return
    if old is not None:
        assert new is not None
        assert new <= old + better.interval + 2 * PROBE


@given(HEALTHS, ENGINES)
def test_a_faster_check_is_no_slower_for_a_server_that_is_up_at_once(health: Health, engine: int) -> None:
    old, new = steps_begin(health, 0.3, engine), steps_begin(faster(health, engine), 0.3, engine)
    assert old is None or (new is not None and new <= old)


@given(HEALTHS, ENGINES)
def test_a_faster_check_reports_a_refusing_server_about_as_soon(health: Health, engine: int) -> None:
    """Each probe takes a moment, and there are more of them; inside a start period they may fall otherwise."""
    old, new = (unhealthy_at(one, PROBE, engine) for one in (health, faster(health, engine)))
    assert new <= old * (1 + PROBE) + 1 + PROBE + health.in_force.interval * bool(health.start_period)


@given(HEALTHS)
def test_a_faster_check_keeps_a_short_limit_and_shortens_dockers_own(health: Health) -> None:
    """So a server that hangs in each probe is reported after retries x (1 s + limit), stated here."""
    better = faster(health)
    if better.interval != health.in_force.interval:
        assert better.timeout == (health.timeout if health.timeout < 30 else 3)
        assert better.retries == ceil(health.in_force.retries * health.in_force.interval)
    assert faster(better) == better
