"""The service of a matrix job: probe and command are those of the legs, not of the single image."""

from __future__ import annotations

import pytest
from spec.marked import spec

from holdfast.plan.server import service

LEGS = {
    "one family, not the default's": (
        "['dragonflydb/dragonfly:v1.34.1']",
        "redis-cli ping | grep -q PONG",
        "",
    ),
    "the default's family": ("['redis:7.2', 'redis:8.10']", "redis-cli -e ping", '--save "" --appendonly no'),
    "an old one": ("['redis:5', 'redis:8.10']", "redis-cli ping | grep -q PONG", '--save "" --appendonly no'),
    "two families": (
        "['redis:8.10', 'valkey/valkey:9.1']",
        "redis-cli ping | grep -q PONG",
        "${{ matrix.redis.command }}",
    ),
}


@pytest.mark.parametrize(("legs", "probe", "command"), LEGS.values(), ids=LEGS)
def test_probe_and_command_are_those_of_the_legs(legs: str, probe: str, command: str) -> None:
    job = spec(f"jobs: {{t: {{matrix: {{redis: {legs}}}}}}}").jobs["t"]
    assert job.redis is not None
    container = service(job.redis, job, "github")
    assert dict(pair for pair in container.options if len(pair) == 2)["--health-cmd"] == probe
    assert container.command == command


def test_a_family_that_is_told_rules_its_legs() -> None:
    text = "redis: {family: valkey}\njobs: {t: {matrix: {redis: ['acme/cache:1', 'acme/cache:2']}}}"
    job = spec(text).jobs["t"]
    assert job.redis is not None
    options = dict(pair for pair in service(job.redis, job, "github").options if len(pair) == 2)
    assert options["--health-cmd"] == "valkey-cli -e ping"
