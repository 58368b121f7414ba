"""Well-known service images, as data: ports, honest probes, clients inside, environment, end of life.

Images are known by the last part of their name, so mirrors count too; an image of another organisation whose
name only resembles one of these does not. Sources: for Redis, Valkey, Redis Stack, Bitnami, Dragonfly and KeyDB
their entrypoints (read 2026-11); the other images' ports, variables and clients are as their documentation has
them, written from knowledge and not read again. `starts` are estimates but for `STARTS_MEASURED`. `env` lists
what an image reads among the names that begin with `prefixes`; a name outside the prefixes is never judged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from holdfast.facts.images import Reference, parse
from holdfast.lint.names import names
from holdfast.lint.options import HOLE

# Whose `starts` are measured: empty servers in containers of engine 26.1 on two cores, 2026-11. The others' are
# estimates from knowledge of the images, on the slow side, for a machine of that size.
STARTS_MEASURED = frozenset(("redis", "valkey"))


class Image(NamedTuple):
    """One family. `env` None: too many to know. `required` holds alternatives, one of each set must be set.

    `lacks` are programs that every variant of the image is without, though probes often call them.
    `starts` is the time it usually needs, in seconds; `start` says it with its origin.
    """

    name: str
    ports: tuple[int, ...]
    probe: str
    clients: frozenset[str]
    redis: bool = False
    env: frozenset[str] | None = None
    prefixes: tuple[str, ...] = ()
    required: tuple[frozenset[str], ...] = ()
    starts: float = 1.0
    checked: bool = False
    reads_command: bool = True
    lacks: frozenset[str] = frozenset()
    ended: str = ""
    instead: str = ""

    @property
    def start(self) -> str:
        """The usual time to be ready: `0.3 s` where it was measured, else `some 10 s (estimated)`."""
        return f"{self.starts:g} s" if self.name in STARTS_MEASURED else f"some {self.starts:g} s (estimated)"


_REDIS_CLIENTS = names("redis-cli redis-server redis-benchmark")
_VALKEY_CLIENTS = _REDIS_CLIENTS | names("valkey-cli valkey-server valkey-benchmark")

REDIS = Image(
    "redis",
    (6379,),
    "redis-cli -e ping",
    _REDIS_CLIENTS,
    redis=True,
    env=frozenset(),
    prefixes=("REDIS_", "ALLOW_EMPTY_PASSWORD", "MAXMEMORY", "REQUIREPASS", "VALKEY_"),
    lacks=names("curl telnet"),
    starts=0.3,
)
VALKEY = Image(
    "valkey",
    (6379,),
    "valkey-cli -e ping",
    _VALKEY_CLIENTS,
    redis=True,
    env=names("VALKEY_EXTRA_FLAGS"),
    prefixes=("VALKEY_", "REDIS_", "ALLOW_EMPTY_PASSWORD", "MAXMEMORY", "REQUIREPASS"),
    lacks=names("curl telnet"),
    starts=0.3,
)
STACK = Image(
    "redis-stack",
    (6379, 8001),
    "redis-cli -e ping",
    _REDIS_CLIENTS,
    redis=True,
    env=names(
        "REDIS_ARGS REDISEARCH_ARGS REDISJSON_ARGS REDISTIMESERIES_ARGS REDISBLOOM_ARGS REDISGRAPH_ARGS "
        "REDIS_DATA_DIR REDIS_CONF_FILE REDIS_HTTP_PORT"
    ),
    prefixes=("REDIS_MAXMEMORY", "REDIS_PASSWORD", "ALLOW_EMPTY_PASSWORD"),
    reads_command=False,
    ended="whose maintenance ended in December 2025",
    instead="redis:8.2-alpine",
)
BITNAMI = Image(
    "bitnami",
    (6379,),
    "redis-cli -e ping",
    _REDIS_CLIENTS,
    redis=True,
    env=None,
    prefixes=(),
    required=(
        names("ALLOW_EMPTY_PASSWORD REDIS_PASSWORD REDIS_PASSWORD_FILE VALKEY_PASSWORD VALKEY_PASSWORD_FILE"),
    ),
    reads_command=False,
)
DRAGONFLY = Image(
    "dragonfly",
    (6379,),
    "redis-cli ping | grep -q PONG",
    names("redis-cli dragonfly"),
    redis=True,
    env=None,
    prefixes=("REDIS_", "ALLOW_EMPTY_PASSWORD"),
    checked=True,
)
KEYDB = Image(
    "keydb",
    (6379,),
    "keydb-cli ping | grep -q PONG",
    names("keydb-cli keydb-server"),
    redis=True,
    env=frozenset(),
    prefixes=("REDIS_", "KEYDB_", "ALLOW_EMPTY_PASSWORD"),
    ended="which has had no release since 2023",
    instead="valkey/valkey:8.1-alpine",
)
CLUSTER = Image(
    "redis-cluster",
    (7000, 7001, 7002, 7003, 7004, 7005, 7006, 7007, 5000, 5001, 5002),
    "redis-cli -p 7000 cluster info | grep -q cluster_state:ok",
    _REDIS_CLIENTS,
    redis=True,
    env=None,
    starts=10.0,
)
POSTGRES = Image(
    "postgres",
    (5432,),
    "pg_isready -h 127.0.0.1",
    names("psql pg_isready postgres"),
    env=names(
        "POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB POSTGRES_INITDB_ARGS POSTGRES_INITDB_WALDIR "
        "POSTGRES_HOST_AUTH_METHOD POSTGRES_PASSWORD_FILE POSTGRES_USER_FILE POSTGRES_DB_FILE "
        "POSTGRES_INITDB_ARGS_FILE"
    ),
    prefixes=("POSTGRES_",),
    required=(names("POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE POSTGRES_HOST_AUTH_METHOD"),),
    starts=3.0,
)
MYSQL = Image(
    "mysql",
    (3306, 33060),
    "mysqladmin ping -h 127.0.0.1",
    names("mysql mysqladmin mysqld"),
    env=names(
        "MYSQL_ROOT_PASSWORD MYSQL_ROOT_PASSWORD_FILE MYSQL_DATABASE MYSQL_DATABASE_FILE MYSQL_USER "
        "MYSQL_USER_FILE MYSQL_PASSWORD MYSQL_PASSWORD_FILE MYSQL_ALLOW_EMPTY_PASSWORD "
        "MYSQL_RANDOM_ROOT_PASSWORD MYSQL_ONETIME_PASSWORD MYSQL_INITDB_SKIP_TZINFO MYSQL_ROOT_HOST "
        "MYSQL_ROOT_HOST_FILE MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_PWD MYSQL_HOST MYSQL_HOME "
        "MYSQL_MAJOR MYSQL_VERSION MYSQL_SHELL_VERSION MYSQL_PS1 MYSQL_LOG_CONSOLE"
    ),
    prefixes=("MYSQL_",),
    required=(
        names(
            "MYSQL_ROOT_PASSWORD MYSQL_ROOT_PASSWORD_FILE MYSQL_ALLOW_EMPTY_PASSWORD "
            "MYSQL_RANDOM_ROOT_PASSWORD"
        ),
    ),
    starts=10.0,
)
MARIADB = Image(
    "mariadb",
    (3306,),
    "healthcheck.sh --connect --innodb_initialized",
    names("mariadb mariadb-admin mariadbd mysql mysqladmin healthcheck.sh"),
    env=None,
    required=(
        names(
            "MARIADB_ROOT_PASSWORD MARIADB_ROOT_PASSWORD_FILE MARIADB_ROOT_PASSWORD_HASH "
            "MARIADB_ROOT_PASSWORD_HASH_FILE MARIADB_ALLOW_EMPTY_ROOT_PASSWORD MARIADB_RANDOM_ROOT_PASSWORD "
            "MYSQL_ROOT_PASSWORD MYSQL_ROOT_PASSWORD_FILE MYSQL_ALLOW_EMPTY_PASSWORD "
            "MYSQL_RANDOM_ROOT_PASSWORD"
        ),
    ),
    starts=8.0,
)
MONGO = Image(
    "mongo",
    (27017,),
    "mongosh --quiet --eval 'db.runCommand({ping: 1}).ok'",
    names("mongo mongosh mongod mongostat"),
    env=names(
        "MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_PASSWORD MONGO_INITDB_DATABASE "
        "MONGO_INITDB_ROOT_USERNAME_FILE MONGO_INITDB_ROOT_PASSWORD_FILE MONGO_INITDB_DATABASE_FILE"
    ),
    prefixes=("MONGO_INITDB_",),
    starts=3.0,
)
RABBITMQ = Image(
    "rabbitmq",
    (5672, 15672, 5671, 15671, 4369, 25672, 1883, 8883, 61613, 5552, 15692, 15675, 15674),
    "rabbitmq-diagnostics -q check_port_connectivity",
    names("rabbitmq-diagnostics rabbitmqctl rabbitmq-server rabbitmq-plugins"),
    starts=10.0,
)
MEMCACHED = Image("memcached", (11211,), "", names("memcached"), starts=0.2)
ELASTIC = Image(
    "elasticsearch",
    (9200, 9300),
    "curl -fs http://localhost:9200/_cluster/health",
    names("curl elasticsearch"),
    starts=25.0,
)
OPENSEARCH = Image(
    "opensearch",
    (9200, 9300, 9600),
    "curl -fs http://localhost:9200/_cluster/health",
    names("curl opensearch"),
    starts=25.0,
)
KAFKA = Image("kafka", (), "", names("kafka-topics.sh"), starts=10.0)
NATS = Image("nats", (4222, 8222, 6222), "", names("nats-server"), starts=0.3)
MINIO = Image("minio", (), "mc ready local", names("mc minio curl"), starts=1.0)
LOCALSTACK = Image(
    "localstack",
    (),
    "curl -fs http://localhost:4566/_localstack/health",
    names("curl awslocal"),
    starts=10.0,
    checked=True,
)

# The last part of the name; those that are not the official library image need one of their organisations.
_EXACT = {
    "redis": REDIS,
    "valkey": VALKEY,
    "valkey-bundle": VALKEY,
    "redis-stack": STACK,
    "redis-stack-server": STACK,
    "dragonfly": DRAGONFLY,
    "keydb": KEYDB,
    "postgres": POSTGRES,
    "postgis": POSTGRES,
    "pgvector": POSTGRES,
    "timescaledb": POSTGRES,
    "mysql": MYSQL,
    "mariadb": MARIADB,
    "mongo": MONGO,
    "rabbitmq": RABBITMQ,
    "memcached": MEMCACHED,
    "elasticsearch": ELASTIC,
    "opensearch": OPENSEARCH,
    "kafka": KAFKA,
    "nats": NATS,
    "minio": MINIO,
    "localstack": LOCALSTACK,
}
_LIBRARY = names("redis postgres mysql mariadb mongo rabbitmq memcached elasticsearch nats")
_OWNERS = {
    "valkey": names("valkey"),
    "valkey-bundle": names("valkey"),
    "redis-stack": names("redis"),
    "redis-stack-server": names("redis"),
    "dragonfly": names("dragonflydb"),
    "keydb": names("eqalpha snapchat"),
    "postgis": names("postgis"),
    "pgvector": names("pgvector"),
    "timescaledb": names("timescale"),
    "elasticsearch": names("elasticsearch elastic"),
    "opensearch": names("opensearchproject"),
    "kafka": names("apache"),
    "minio": names("minio"),
    "localstack": names("localstack"),
}
# Folders below which registries keep copies of Docker Hub's library images.
_MIRRORS = re.compile(r"library|docker|official|[\w.-]*(mirror|docker-?hub|proxy|cache)[\w.-]*")
_REGISTRY = re.compile(r"[^/]*[.:][^/]*|localhost")
# Images that speak Redis but are no family above: never judged, yet their job has a Redis.
# client-libs-test: the server image of the Redis clients' own suites (facts of 2026-11, in-the-wild T8)
_SPEAKS_REDIS = names(
    "falkordb kvrocks garnet redict redis-sentinel redismod rejson redisearch client-libs-test"
)
# Images under this name were copied once and do not change any more, whatever their tag.
FROZEN = "bitnamilegacy/"
_BITNAMI = frozenset(("bitnami", "bitnamilegacy", "bitnamisecure"))


@lru_cache(maxsize=1024)
def known(image: str) -> Image | None:
    """The family of an image; None for one that is not known, or whose name an expression hides."""
    name = parse(image).name.lower()
    if HOLE in name or not name:
        return None
    parts = name.split("/")
    last = parts[-1]
    if not _BITNAMI.isdisjoint(parts[:-1]):
        return BITNAMI if last in ("redis", "valkey") else None
    if last in ("redis-cluster", "docker-redis-cluster") and "grokzen" in parts:
        return CLUSTER
    family = _EXACT.get(last)
    if family is None:
        return None
    owners = [part for part in parts[:-1] if not _is_registry(part)]
    if last in _LIBRARY and all(_MIRRORS.fullmatch(owner) for owner in owners):
        return family
    return family if _OWNERS.get(last, frozenset()) & set(owners) else None


@lru_cache(maxsize=1024)
def speaks_redis(image: str) -> bool:
    """Whether an image holds a server of Redis' protocol, mirrors and own builds by name included."""
    name = parse(image).name.lower()
    family = known(image)
    if family is not None:
        return family.redis
    last = name.rpartition("/")[2]
    return last in _SPEAKS_REDIS or last in ("redis", "valkey", "dragonfly", "keydb", "redis-cluster")


def official(image: str) -> bool:
    """Whether an image is Docker's own library image, from Docker Hub itself."""
    name = parse(image).name.lower()
    for prefix in ("docker.io/", "index.docker.io/", "library/"):
        name = name.removeprefix(prefix)
    return "/" not in name


def floats(reference: Reference) -> str:
    """How a tag moves: `untagged`, `latest`, `major`, or empty for a pinned one (a minor or a digest)."""
    if reference.digest or HOLE in reference.tag or HOLE in reference.name:
        return ""
    if not reference.tag:
        return "untagged"
    word = reference.tag.lower()
    if word in ("latest", "alpine", "edge", "nightly", "unstable", "bookworm", "trixie", "slim", "stable"):
        return "latest"
    return "major" if re.fullmatch(r"v?\d+(-[a-z][\w.]*)?", word) else ""


def _is_registry(part: str) -> bool:
    return bool(_REGISTRY.fullmatch(part))


__all__ = ["FROZEN", "Image", "floats", "known", "official", "parse", "speaks_redis"]
