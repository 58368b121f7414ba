"""The policy's arithmetic and the classes of errors; no Redis needed."""

from __future__ import annotations

import pytest
import redis

from __MODULE__.redis_policy import FailureClass, Policy, Target, classify


def test_the_delays_double_to_the_cap() -> None:
    assert Policy().delays() == (1, 2, 4, 8, 16, 30, 30, 30, 30)


def test_the_worst_connect_is_bounded() -> None:
    assert Policy().worst_connect_seconds() == 201
    assert Policy(deadline=60).worst_connect_seconds() == 60


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (redis.AuthenticationError("WRONGPASS"), FailureClass.NOAUTH),
        (redis.BusyLoadingError("loading"), FailureClass.LOADING),
        (redis.ConnectionError("Error 111 connecting. Connection refused."), FailureClass.REFUSED),
        (redis.ConnectionError("max number of clients reached"), FailureClass.MAXCLIENTS),
        (redis.TimeoutError("Timeout reading from socket"), FailureClass.TIMEOUT),
        (ValueError("?"), FailureClass.UNKNOWN),
    ],
)
def test_errors_are_classed(error: Exception, expected: FailureClass) -> None:
    assert classify(error) is expected


def test_addresses_are_read() -> None:
    plain = Target.parse("redis://user:p%40ss@cache:6380/2")
    assert plain.nodes == (("cache", 6380),)
    assert (plain.username, plain.password, plain.database) == ("user", "p@ss", 2)
    assert Target.parse("redis+sentinel://a,b:26380/main/1").nodes == (("a", 26379), ("b", 26380))
    with pytest.raises(ValueError, match="http"):
        Target.parse("http://localhost")


def test_a_password_is_never_shown() -> None:
    target = Target.parse("redis://:s3cret@cache:6379/0")
    assert "s3cret" not in repr(target)
    assert target.without_secrets("AUTH s3cret failed") == "AUTH *** failed"
