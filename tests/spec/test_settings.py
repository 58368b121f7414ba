"""Each value with its origin, for `generate --show-settings`."""

from __future__ import annotations

from spec.marked import spec

from holdfast.spec.settings import settings


def origins(text: str, **detected: str) -> dict[str, tuple[str, str]]:
    named = {path.replace("__", "."): value for path, value in detected.items()}
    return {found.path: (found.value, found.origin) for found in settings(spec(text), named)}


def test_every_value_tells_who_said_it() -> None:
    found = origins("profile: full\nredis: {port: 6380}\n", jobs__test__stack="go")
    assert found["redis.port"] == ("6380", "spec")
    assert found["redis.maxmemory"] == ("1gb", "profile")
    assert found["redis.health.start-interval"] == ("1s", "profile")
    assert found["redis.image"] == ("redis:8.10-alpine", "default")
    assert found["jobs.test.stack"] == ("go", "detected")


def test_what_is_detected_does_not_stand_over_the_spec() -> None:
    found = origins("jobs: {test: {stack: node}}", jobs__test__stack="go", jobs__test__go="1.24")
    assert found["jobs.test.stack"] == ("node", "spec")
    assert found["jobs.test.go"] == ("1.24", "detected")


def test_a_job_shows_the_sections_that_it_writes() -> None:
    found = origins("profile: full\njobs: {a: {retry: {attempts: 2}}, b: {}}")
    assert found["jobs.a.retry.attempts"] == ("2", "spec")
    assert found["jobs.a.retry.reset"] == ("flushdb", "profile")
    assert "jobs.a.redis.port" not in found
    assert "jobs.b.retry.attempts" not in found


def test_a_short_form_is_the_spec_s() -> None:
    found = origins("workflow: {on: push}\njobs: {t: {container: 'golang:1.24'}}")
    assert found["workflow.on.push.branches"] == ("[]", "spec")
    assert found["jobs.t.container.image"] == ("golang:1.24", "spec")


def test_a_flag_counts_as_the_spec() -> None:
    assert {found.path: found.origin for found in settings(spec("redis: {}", profile="full"))}[
        "profile"
    ] == "spec"


def test_a_secret_shows_its_name_alone() -> None:
    assert origins("redis: {password: {secret: PW}}")["redis.password.secret"] == ("PW", "spec")
