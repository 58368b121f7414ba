"""Sizes and durations, read and written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec.drawn import steady

from holdfast.spec.units import Duration, Size


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("1gb", 2**30),
        ("512mb", 2**29),
        ("2g", 2**31),
        ("2G", 2**31),
        ("1GiB", 2**30),
        ("64k", 2**16),
        ("100", 100),
        (100, 100),
        ("100b", 100),
        ("0", 0),
        (" 1 mb ", 2**20),
        ("1tb", 2**40),
    ],
)
def test_a_size_is_read(written: object, size: int) -> None:
    assert Size.read(written) == size


@pytest.mark.parametrize(
    "written", ["", "gb", "1.5gb", "-1", "1x", "1 g b", "1gbb", True, None, 1.5, "٣gb", "1e3"]
)
def test_what_is_no_size_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="size"):
        Size.read(written)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("500ms", 0.5),
        ("3s", 3),
        ("20m", 1200),
        ("1h", 3600),
        ("2d", 172800),
        ("1.5s", 1.5),
        (3, 3),
        (0.25, 0.25),
        ("0", 0),
        ("0s", 0),
    ],
)
def test_a_duration_is_read(written: object, seconds: float) -> None:
    assert Duration.read(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "s", "-3s", "3 sec", "1m30s", "1,5s", True, None, "1e3", "inf", "nan"]
)
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        Duration.read(written)


@pytest.mark.parametrize(
    ("size", "redis", "docker"),
    [
        (2**30, "1gb", "1g"),
        (2**29, "512mb", "512m"),
        (3 * 2**29, "1536mb", "1536m"),
        (1000, "1000", "1000"),
        (0, "0", "0"),
    ],
)
def test_a_size_is_written_for_each_reader(size: int, redis: str, docker: str) -> None:
    assert (Size(size).redis, Size(size).docker) == (redis, docker)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.5, "500ms"), (3, "3s"), (90, "90s"), (120, "2m"), (1200, "20m"), (7200, "2h")],
)
def test_a_duration_is_written_in_its_largest_unit(seconds: float, text: str) -> None:
    assert Duration(seconds).text == text


@steady()
@given(st.integers(0, 2**45))
def test_a_size_survives_writing_and_reading(size: int) -> None:
    assert Size.read(Size(size).redis) == size
    assert Size.read(Size(size).docker) == size


@steady()
@given(st.integers(0, 10**10))
def test_a_duration_survives_writing_and_reading(milliseconds: int) -> None:
    duration = Duration(milliseconds / 1000)
    assert Duration.read(duration.text) == pytest.approx(duration)


@steady()
@given(st.text(max_size=40))
def test_any_other_text_is_refused_or_read(text: str) -> None:
    for unit in (Size, Duration):
        with suppress(ValueError):
            assert unit.read(text) >= 0
