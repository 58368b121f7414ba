"""The retry arithmetic, against the tables of the design."""

from __future__ import annotations

import pytest

from holdfast.plan.budget import attempts_that_fit, default_reserve, delays, fits, seconds, worst

SCHEDULES = {
    "linear": ("linear:10s", 5, None, (10, 20, 30, 40)),
    "exponential": ("exponential:1s", 6, None, (1, 2, 4, 8, 16)),
    "capped": ("exponential:1s", 8, 30.0, (1, 2, 4, 8, 16, 30, 30)),
    "list": ("10s,20s,30s", 4, None, (10, 20, 30)),
    "long list": ("10s,20s,30s,40s,50s", 5, None, (10, 20, 30, 40)),
    "short list": ("10s,20s", 5, None, (10, 20, 20, 20)),
    "one": ("500ms", 3, None, (0.5, 0.5)),
    "zero": ("linear:0s", 3, None, (0, 0)),
    "one attempt": ("linear:10s", 1, None, ()),
    "far": ("exponential:1s", 100, 5.0, (1, 2, 4, *([5] * 96))),
}


@pytest.mark.parametrize(("schedule", "attempts", "cap", "waits"), SCHEDULES.values(), ids=SCHEDULES)
def test_waits_follow_the_schedule(
    schedule: str, attempts: int, cap: float | None, waits: tuple[float, ...]
) -> None:
    assert delays(schedule, attempts, cap) == waits


@pytest.mark.parametrize("schedule", ["fibonacci:1s", "linear:x", "", "10s,"])
def test_other_words_are_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        delays(schedule, 3)


@pytest.mark.parametrize(
    ("text", "value"), [("500ms", 0.5), ("3s", 3), ("20m", 1200), ("1h", 3600), ("7", 7)]
)
def test_durations_are_the_scripts_own(text: str, value: float) -> None:
    assert seconds(text) == value


def test_the_reserve_is_a_share_with_a_limit() -> None:
    assert default_reserve(600) == 30
    assert default_reserve(3600) == 60


def test_five_attempts_of_eighteen_minutes_do_not_fit_in_twenty() -> None:
    waits = delays("linear:10s", 5)
    assert worst(5, waits, 1080, 60) == 5560
    assert not fits(5, waits, 1080, 60, 1200)
    assert attempts_that_fit(5, waits, 1080, 60, 1200) == 1


@pytest.mark.parametrize(("minimum", "fitting"), [(0, True), (208, True), (209, False)])
def test_a_policy_fits_by_its_minimum(minimum: float, fitting: bool) -> None:
    assert fits(5, delays("linear:10s", 5), minimum, 60, 1200) is fitting


def test_exactly_full_fits() -> None:
    assert fits(3, (0.1, 0.2), 1, 0.7, 4.0)
    assert attempts_that_fit(3, (0.1, 0.2), 1, 0.7, 4.0) == 3
