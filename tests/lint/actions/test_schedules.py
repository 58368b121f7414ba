"""Schedules and patterns, by tables."""

from __future__ import annotations

import pytest

from holdfast.lint.cron import interval, mistake, time_zones
from holdfast.lint.globs import path_mistake, ref_mistake


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "*/15 * * * *",
        "0  0 * * *",
        "0 0 1,15 * *",
        "0 0 1-7 JAN-jun mon-FRI",
        "0-59/5 0-23/2 * * SUN,TUE",
        "5/15 * * * *",
        "0 0 31 12 6",
        "0 0 1 * *",
        "00 09 * * 1",
    ],
)
def test_schedules_that_github_takes(text: str) -> None:
    assert mistake(text) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("* * * *", "* * * *"),
        ("* * * * * *", "* * * * * *"),
        (" * * * * *", " * * * * *"),
        ("@daily", "@daily"),
        ("60 * * * *", "60"),
        ("* 24 * * *", "24"),
        ("* * 0 * *", "0"),
        ("* * 32 * *", "32"),
        ("* * * 0 *", "0"),
        ("* * * * 7", "7"),
        ("* * * foo *", "foo"),
        ("*/0 * * * *", "*/0"),
        ("*/60 * * * *", "*/60"),
        ("*/5/5 * * * *", "*/5/5"),
        ("/5 * * * *", "/5"),
        ("5- * * * *", "5-"),
        ("10-5 * * * *", "10-5"),
        ("1,,2 * * * *", "1,,2"),
        ("0 0 ? * *", "?"),
        ("0 0 L * *", "L"),
        ("0 0 * * mon#1", "mon#1"),
    ],
)
def test_schedules_that_github_refuses(text: str, wrong: str) -> None:
    found = mistake(text)
    assert found is not None
    assert text[found.start : found.end] == wrong


@pytest.mark.parametrize(
    ("minute", "expected"),
    [
        ("*", 1),
        ("*/3", 3),
        ("*/5", 5),
        ("0", 60),
        ("0,30", 30),
        ("58,1", 3),
        ("0-4", 1),
        ("10-20/5", 5),
        ("5/20", 20),
    ],
)
def test_intervals(minute: str, expected: int) -> None:
    assert interval(f"{minute} * * * *") == expected


def test_time_zones_have_names() -> None:
    assert not time_zones() or "Europe/Berlin" in time_zones()


@pytest.mark.parametrize(
    "pattern",
    [
        "main",
        "**",
        "release/**",
        "v[0-9]+.[0-9]+.[0-9]+",
        "!beta",
        "feature-?",
        "*.*",
        "[ab]c",
        "a+b",
        "\\[x",
        "1.x",
        "a/b",
    ],
)
def test_patterns_of_branches(pattern: str) -> None:
    assert ref_mistake(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("refs/heads/main", "refs/heads/"),
        ("!refs/tags/v1", "refs/tags/"),
        ("/main", "/"),
        ("main/", "/"),
        ("a b", " "),
        ("a~b", "~"),
        ("v[0-9", "[0-9"),
        ("v[]", "[]"),
        ("v[9-0]", "9-0"),
        ("+a", "+"),
        ("*?", "?"),
        ("!", "!"),
    ],
)
def test_patterns_that_match_no_branch(pattern: str, wrong: str) -> None:
    found = ref_mistake(pattern)
    assert found is not None
    assert pattern[found.start : found.end] == wrong


@pytest.mark.parametrize(
    "pattern", ["**", "docs/**", "*.md", "!docs/*.md", ".github/**", "a b/c", "src/[ab]/*"]
)
def test_patterns_of_paths(pattern: str) -> None:
    assert path_mistake(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [("./docs/**", "./"), ("!./a", "./"), ("../a", "../"), (".", "."), (" a", " a"), ("a[", "[")],
)
def test_patterns_that_match_no_path(pattern: str, wrong: str) -> None:
    found = path_mistake(pattern)
    assert found is not None
    assert pattern[found.start : found.end] == wrong
