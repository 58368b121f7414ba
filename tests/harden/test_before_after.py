"""The page of the workflow that Holdfast grew from says what the program does."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    found = spec_from_file_location("before_after", Path(__file__).with_name("before_after.py"))
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_page_is_what_the_program_does(writer: ModuleType) -> None:
    assert writer.PAGE.read_text("utf-8") == writer.page()


def test_the_numbers(writer: ModuleType) -> None:
    (begin, dead, _), (begin2, dead2, flags) = writer.service(writer.before()), writer.service(writer.after())
    assert (begin, begin2) == (14, 2)
    assert dead[0] == dead2[0] == 62
    assert flags == "redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru"


def test_what_was_measured_is_what_the_model_says(writer: ModuleType) -> None:
    """The runner's pauses are drawn within a fifth; containers, gate and check take up to five seconds here."""
    seen = writer.measured()
    for numbers, text in ((seen.before, writer.before()), (seen.after, writer.after())):
        begin, dead, _ = writer.service(text)
        assert 0.8 * begin <= numbers.first_test <= 1.2 * begin + 5
        assert 0.8 * dead[0] <= numbers.silent <= 1.2 * dead[0] + 5
        assert numbers.exits < 10
    assert (seen.before.lost_attempts, seen.after.lost_attempts) == (writer.ATTEMPTS, 1)
    assert (seen.before.failing_attempts, seen.after.failing_attempts) == (writer.ATTEMPTS, 1)
    assert (seen.after.maxmemory, seen.after.policy) == (str(1024**3), "allkeys-lru")
    assert (seen.before.maxmemory, seen.before.policy) == ("0", "noeviction")


def test_a_measured_time_is_better_where_the_page_says_so(writer: ModuleType) -> None:
    seen = writer.measured()
    assert seen.after.first_test < seen.before.first_test / 2
    assert seen.after.bundle
    assert not seen.before.bundle
