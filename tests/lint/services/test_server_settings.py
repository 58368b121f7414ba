"""The names of server settings, against what real Redis and Valkey servers answer to CONFIG GET and CONFIG SET."""

from __future__ import annotations

import pytest
from support.resp import ReplyError
from support.servers import Running, Server, running

from holdfast.lint.settings_of_redis import IMMUTABLE, SETTINGS


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
