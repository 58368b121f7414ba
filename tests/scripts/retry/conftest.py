"""A server for the tests whose fault is not the server's."""

from collections.abc import Iterator

import pytest
from support.servers import Server, running


@pytest.fixture(scope="module")
def healthy() -> Iterator[dict[str, str]]:
    """The address of a Redis 8.0 at which nothing is wrong, as the environment of a run has it."""
    with running(Server.REDIS_8_0) as server:
        yield {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(server.port)}
