"""The two profiles, value by value."""

from __future__ import annotations

import pytest
from spec.marked import spec

from holdfast.finding import Severity
from holdfast.spec.settings import settings

# The original design's values, each effective (design: the profile table)
FULL = {
    "redis.maxmemory": 2**30,
    "redis.maxmemory_policy": "allkeys-lru",
    "redis.memory": 2**31,
    "redis.memory_swap": 2**31,
    "redis.somaxconn": 65535,
    "redis.tcp_backlog": 65535,
    "redis.nofile": 65535,
    "redis.maxclients": 60000,
    "redis.health.interval": 3,
    "redis.health.timeout": 5,
    "redis.health.retries": 30,
    "redis.health.start_period": 60,
    "redis.health.start_interval": 1,
    "kernel.overcommit": 1,
    "kernel.somaxconn": 65535,
    "kernel.thp": "never",
    "readiness.deadline": 120,
    "readiness.rounds": 3,
    "readiness.connections": 10,
    "readiness.operations": 1000,
    "readiness.mismatch": "fail",
    "retry.attempts": 5,
    "retry.delays": "linear:10s",
    "retry.deadline": 1200,
    "retry.attempt_timeout": 1080,
    "retry.reset": "flushdb",
    "retry.retry_on": ("refused", "reset", "timeout", "loading", "maxclients", "unknown"),
}
LEAN = {
    "redis.maxmemory": None,
    "redis.memory": None,
    "redis.tcp_backlog": None,
    "redis.nofile": None,
    "redis.persistence": "off",
    "redis.health.interval": 1,
    "redis.health.start_period": 0,
    "kernel.asked": False,
    "readiness.deadline": 60,
    "readiness.mismatch": "warn",
    "retry.attempts": 2,
    "retry.reset": "none",
    "retry.retry_on": ("refused", "reset", "timeout", "loading", "maxclients"),
}


def at(whole: object, path: str) -> object:
    for part in path.split("."):
        whole = getattr(whole, part)
    return whole


@pytest.mark.parametrize(("path", "value"), FULL.items(), ids=FULL)
def test_full_sets_what_the_original_design_asked_for(path: str, value: object) -> None:
    full = spec("profile: full")
    assert at(full, path) == value
    assert at(full.jobs["test"], path) == value


@pytest.mark.parametrize(("path", "value"), LEAN.items(), ids=LEAN)
def test_lean_sets_what_the_facts_support(path: str, value: object) -> None:
    assert at(spec("jobs: {test: {}}"), path) == value


def test_lean_has_nothing_odd_about_it() -> None:
    assert spec("jobs: {test: {}}").notices == ()


def test_full_says_how_many_attempts_fit() -> None:
    (notice,) = spec("profile: full").notices
    assert notice.severity is Severity.NOTICE
    assert notice.message == "1 of 5 attempts of 18m fit in 20m"


def test_the_spec_wins_over_its_profile() -> None:
    full = spec("profile: full\nredis: {maxmemory: 512mb, health: {retries: 9}}")
    assert full.redis.maxmemory == 2**29
    assert (full.redis.health.retries, full.redis.health.interval) == (9, 3.0)


@pytest.mark.parametrize(("target", "placed"), [("github", "service"), ("act", "step"), ("ghes", "step")])
def test_full_is_in_force_where_services_take_no_command(target: str, placed: str) -> None:
    full = spec("profile: full", target=target)
    assert full.redis.placement == placed
    origins = {setting.path: setting.origin for setting in settings(full)}
    assert origins["redis.placement"] == ("default" if placed == "service" else "profile")


def test_null_takes_a_profile_s_value_back() -> None:
    full = spec("profile: full\nredis: {memory: null, memory-swap: null}")
    assert full.redis.memory is None


def test_a_flag_wins_over_the_file() -> None:
    assert spec("profile: lean", profile="full").kernel.overcommit == 1
    assert spec("jobs: {t: }", target="act").target == "act"
