"""Image families that speak Redis' protocol: binaries, health command, and how server flags reach each.

Sources (read 2026-11): redis/docker-library-redis entrypoint; valkey-io/valkey-container entrypoint;
redis-stack/redis-stack etc/scripts/entrypoint.sh; bitnami/containers bitnami/redis; dragonflydb/dragonfly
tools/docker and tools/packaging/Dockerfile.ubuntu-prod (Ubuntu 20.04 brings redis-cli 5, which has no -e);
eqalpha/keydb. A plain `redis-cli ping` exits 0 for any answer, also LOADING and NOAUTH: each command here
fails unless the answer is PONG.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

PORT = 6379


class Family(NamedTuple):
    """One family of images.

    `flags_env` names the variable that carries server flags; with `reads_command` the words after the image's
    name do too (an entrypoint without it ignores them).
    `known` are the settings of the spec that the server has, under its own names; None: all of Redis'.
    `needs` is environment without which it does not start.
    """

    name: str
    server: str
    cli: str
    ping: str
    flags_env: str | None = None
    reads_command: bool = True
    known: Mapping[str, str] | None = None
    needs: Mapping[str, str] = {}
    has_healthcheck: bool = False
    ended: str | None = None

    @property
    def has_redis_cli(self) -> bool:
        """Whether the image has a program of that name; Valkey's has it as a symbolic link."""
        return self.cli == "redis-cli" or self.name == "valkey"


REDIS = Family("redis", "redis-server", "redis-cli", "redis-cli -e ping")
VALKEY = Family("valkey", "valkey-server", "valkey-cli", "valkey-cli -e ping", flags_env="VALKEY_EXTRA_FLAGS")
STACK = Family(
    "redis-stack",
    "redis-stack-server",
    "redis-cli",
    "redis-cli -e ping",
    flags_env="REDIS_ARGS",
    reads_command=False,
    ended="maintenance ended in December 2025; Redis 8 has its modules",
)
BITNAMI = Family(
    "bitnami",
    "redis-server",
    "redis-cli",
    "redis-cli -e ping",
    flags_env="REDIS_EXTRA_FLAGS",
    reads_command=False,
    needs={"ALLOW_EMPTY_PASSWORD": "yes"},
    ended="versioned tags left the public catalogue on 2025-08-28",
)
DRAGONFLY = Family(
    "dragonfly",
    "dragonfly",
    "redis-cli",
    "redis-cli ping | grep -q PONG",
    known={
        "maxmemory": "maxmemory",
        "maxclients": "maxclients",
        "databases": "dbnum",
        "tcp-backlog": "tcp_backlog",
        "requirepass": "requirepass",
    },
    has_healthcheck=True,
)
KEYDB = Family(
    "keydb",
    "keydb-server",
    "keydb-cli",
    "keydb-cli ping | grep -q PONG",
    ended="has had no release since 2023",
)
REDICT = Family("redict", "redict-server", "redict-cli", "redict-cli ping | grep -q PONG")

FAMILIES = (REDIS, VALKEY, STACK, BITNAMI, DRAGONFLY, KEYDB, REDICT)

BY_NAME = {known.name: known for known in FAMILIES}

# The last part of an image's path, exactly; checked after Bitnami's organisations.
_BY_NAME = {
    "redis": REDIS,
    "valkey": VALKEY,
    "redis-stack": STACK,
    "redis-stack-server": STACK,
    "dragonfly": DRAGONFLY,
    "keydb": KEYDB,
    "redict": REDICT,
}
_BITNAMI = {"bitnami", "bitnamilegacy", "bitnamisecure"}
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?![\w])", re.ASCII)


class Reference(NamedTuple):
    """An image reference in its parts; `tag` and `digest` are empty where not written."""

    name: str
    tag: str
    digest: str

    @property
    def version(self) -> tuple[int, ...]:
        """The numbers that the tag begins with, at most major and minor: `7.4-alpine` is (7, 4)."""
        found = _VERSION.match(self.tag)
        return tuple(int(part) for part in found.groups() if part) if found else ()


@lru_cache(maxsize=1024)
def parse(image: str) -> Reference:
    """`registry:5000/valkey/valkey:9.1@sha256:...` in its parts; a `docker://` in front is dropped."""
    name, _, digest = image.removeprefix("docker://").partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        return Reference(name, "", digest)
    return Reference(head, tag, digest)


def family(image: str) -> Family | None:
    """The family of an image by its name; None for one that is not known to speak Redis' protocol."""
    parts = parse(image).name.lower().split("/")
    if parts[-1] in ("redis", "valkey") and not _BITNAMI.isdisjoint(parts[:-1]):
        return BITNAMI
    return _BY_NAME.get(parts[-1])


def shared_ping(every: Collection[str]) -> str | None:
    """One health command for all images of a matrix; None where they have no client program in common."""
    commands = {ping(image) for image in every}
    if len(commands) <= 1:
        return next(iter(commands), None)
    if all((family(image) or REDIS).has_redis_cli for image in every):
        return "redis-cli ping | grep -q PONG"
    return None


@lru_cache(maxsize=1024)
def ping(image: str) -> str:
    """A health command that fails unless the answer is PONG. `redis-cli -e` came with 6.2 (facts: RED)."""
    found = family(image) or REDIS
    version = parse(image).version
    if found is REDIS and version and version < (6, 2) and version != (6,):
        return "redis-cli ping | grep -q PONG"
    return found.ping
