"""Databases and brokers beside Redis: port, environment to start in a test, an honest health command.

Sources: documentation of the images on Docker Hub (postgres, mysql, mariadb, mongo, rabbitmq), read 2026-11.
The entrypoints of the databases first run a server without TCP to initialise: a probe of 127.0.0.1 fails
until the real one is there, where a probe of the socket would succeed too early. No entry holds a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from holdfast.facts.images import parse


class Known(NamedTuple):
    """What a service of this family needs; `port` is the container's."""

    name: str
    port: int
    env: Mapping[str, str]
    ping: str


POSTGRES = Known(
    "postgres", 5432, {"POSTGRES_HOST_AUTH_METHOD": "trust"}, "pg_isready -h 127.0.0.1 -U postgres"
)
MYSQL = Known("mysql", 3306, {"MYSQL_ALLOW_EMPTY_PASSWORD": "yes"}, "mysqladmin ping -h 127.0.0.1")
MARIADB = Known(
    "mariadb", 3306, {"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": "yes"}, "mariadb-admin ping -h 127.0.0.1"
)
MONGO = Known("mongo", 27017, {}, "mongosh --quiet --eval quit()")
RABBITMQ = Known("rabbitmq", 5672, {}, "rabbitmq-diagnostics -q check_port_connectivity")

_BY_NAME = {
    "postgres": POSTGRES,
    "postgis": POSTGRES,
    "pgvector": POSTGRES,
    "mysql": MYSQL,
    "mariadb": MARIADB,
    "mongo": MONGO,
    "rabbitmq": RABBITMQ,
}


def known(image: str) -> Known | None:
    """The family of a service's image by its name; None for one that is not known."""
    return _BY_NAME.get(parse(image).name.lower().rpartition("/")[2])
