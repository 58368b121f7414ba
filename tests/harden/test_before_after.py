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
