"""The names of server settings, against what real Redis and Valkey servers answer to CONFIG GET and CONFIG SET."""

from __future__ import annotations

import re

import pytest
from support.resp import ReplyError
from support.servers import Running, Server, running

from holdfast.lint.settings_of_redis import IMMUTABLE, SETTINGS, VALUES


@pytest.mark.parametrize("server", Server, ids=lambda server: server.name.lower())
def test_every_setting_of_a_real_server_is_known(server: Server) -> None:
    with running(server) as it:
        names = set(it.cli("CONFIG", "GET", "*").split("\n")[::2])
    # Modules of Redis 8 bring settings of their own, with a prefix and a dot or hyphen.
    unknown = {name for name in names if name and name not in SETTINGS and "." not in name}
    assert {name for name in unknown if not name.startswith(("search-", "ts-", "bf-", "cf-"))} == set()


def test_a_running_server_refuses_what_is_called_immutable() -> None:
    with running(Server.REDIS_7_0) as it:
        answers = {name: refusal(it, name) for name in sorted(IMMUTABLE)}
    assert {name: answer for name, answer in answers.items() if "immutable" not in answer} == {}


def refusal(server: Running, name: str) -> str:
    """What the server says to CONFIG SET, empty when it obeys."""
    try:
        server.cli("CONFIG", "SET", name, "1")
    except ReplyError as error:
        return str(error)
    return ""


TAKEN = {
    "yes or no": ("yes", "NO"),
    "a size such as 64mb or 1gb": ("1gb", "64MB", "100", "5k"),
    "a number": ("5",),
}
REFUSED = {
    "yes or no": ("true", "false", "on", "1"),
    "a size such as 64mb or 1gb": ("1gib", "1.5gb", "x", "-1g"),
    "a number": ("five", "5s", "1.5"),
}


def test_a_real_server_takes_and_refuses_the_same_values() -> None:
    """By CONFIG SET, which reads values as the command line does; what cannot be set any more is left out."""
    with running(Server.REDIS_7_0) as it:
        it.cli("CONFIG", "SET", "maxmemory", "0")
        for name, kind in VALUES.items():
            if name in IMMUTABLE or name in ("port", "protected-mode"):
                continue
            words = kind.words.partition(", or one of")[0].replace(" or ", ", ").split(", ")
            taken = TAKEN.get(kind.words) or words
            refused = REFUSED.get(kind.words, ("wrong", "allkeys_lru", "info"))
            assert {value: answer for value in taken if (answer := said(it, name, value))} == {}, name
            assert [value for value in refused if not said(it, name, value)] == [], name
            assert [value for value in taken if not re.fullmatch(kind.pattern, value, re.IGNORECASE)] == []
            assert [value for value in refused if re.fullmatch(kind.pattern, value, re.IGNORECASE)] == []


def said(server: Running, name: str, value: str) -> str:
    """What the server says to a value; empty when it takes it."""
    try:
        server.cli("CONFIG", "SET", name, value)
    except ReplyError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("server", Server, ids=lambda server: server.name.lower())
def test_a_server_without_a_password_refuses_one_alone_and_takes_it_with_its_user(server: Server) -> None:
    with running(server) as it:
        with pytest.raises(ReplyError, match="without any password configured"):
            it.cli("AUTH", "any")
        assert it.cli("AUTH", "default", "any") == "OK"
