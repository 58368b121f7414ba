"""The servers that other tests rely on are real, distinct, and come and go as asked."""

import signal

import pytest
from support.resp import ReplyError
from support.servers import ALL, Server, running

_VERSIONS = {
    Server.REDIS_8_0: "redis_version:8.0.2",
    Server.REDIS_7_0: "redis_version:7.0.15",
    Server.REDIS_6_2: "redis_version:6.2.14",
    Server.VALKEY_8_1: "valkey_version:8.1.1",
}


@pytest.mark.parametrize("server", ALL, ids=lambda server: server.name)
def test_each_server_is_the_version_that_it_is_named_after(server: Server) -> None:
    with running(server) as redis:
        assert _VERSIONS[server] in redis.cli("INFO", "server").splitlines()


def test_a_killed_server_starts_again_on_its_port() -> None:
    with running(Server.REDIS_8_0) as redis:
        first, port = redis.pid, redis.port
        redis.kill(signal.SIGKILL)
        with pytest.raises(ConnectionError):
            redis.cli("PING")
        redis.start()
        assert redis.cli("PING") == "PONG"
        assert (redis.port, redis.pid != first) == (port, True)


def test_flags_configuration_and_password_reach_the_server() -> None:
    with running(
        Server.REDIS_7_0, "--databases", "20", config="maxclients 50", password="open sesame"
    ) as redis:
        assert redis.cli("CONFIG", "GET", "databases").splitlines() == ["databases", "20"]
        assert redis.cli("CONFIG", "GET", "maxclients").splitlines() == ["maxclients", "50"]
        with pytest.raises(ReplyError, match="WRONGPASS"):
            redis.cli("AUTH", "wrong")


def test_a_server_that_refuses_its_configuration_says_why() -> None:
    with (
        pytest.raises(RuntimeError, match="no-such-setting"),
        running(Server.REDIS_7_0, config="no-such-setting 1"),
    ):
        raise AssertionError("it started")
