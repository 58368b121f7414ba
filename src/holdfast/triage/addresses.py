"""Whose address a line names: Redis's, another service's, or nobody's that is known.

Other services' ports are those that their projects document as the default ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

# Redis, a second one, its cluster nodes, cluster bus and sentinels (redis.io, Ports).
REDIS_PORTS = {6379, 6380, 6381, 6382, 16379, 26379, *range(7000, 7006)}
OTHER_PORTS = {
    **{22: "SSH", 25: "mail", 53: "DNS", 80: "HTTP", 443: "HTTPS", 1433: "SQL Server", 1521: "Oracle"},
    **{2181: "ZooKeeper", 2375: "Docker", 2379: "etcd", 3000: "the application", 3306: "MySQL", 4222: "NATS"},
    **{
        4566: "LocalStack",
        5000: "the application",
        5432: "PostgreSQL",
        5672: "RabbitMQ",
        8000: "the application",
    },
    **{8080: "HTTP", 8086: "InfluxDB", 8123: "ClickHouse", 8125: "StatsD", 8500: "Consul", 9000: "MinIO"},
    **{9042: "Cassandra", 9092: "Kafka", 9200: "Elasticsearch", 11211: "Memcached", 27017: "MongoDB"},
    **{50051: "gRPC"},
}
_OTHER_NAMES = re.compile(
    r"postgres|psycopg|\bpg[:_-]|mysql|mariadb|mongo|rabbit|amqp|kafka|elastic|opensearch|memcache|cassandra|clickhouse"
    r"|minio|registry\.|npmjs|pypi|proxy\.golang|github\.com|docker\.io|https?://|archive\.ubuntu|net::err_"
    r"|\bsmtp\b|\bldap\b|\bgrpc\b|\brpc error\b|^npm err|\bcodecov\b"
)
# What fetches packages and images names them, redis among others, beside errors of the network.
_FETCHES = re.compile(
    r"/simple/|retry\(total|^npm (?:err|error|warn)|^err_pnpm|pypi\.org|^go: |proxy\.golang|registry\.|rubygems\.org"
    r"|packagist|crates\.io|^e: |https?://"
)
_REDIS_NAMES = re.compile(r"redis|valkey|dragonfly|keydb|hiredis|jedis|lettuce|rediss?://|bullmq|sidekiq")
_WITH_PORT = re.compile(
    r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.%]*\]|::1|(?<![\w.-])[a-z][a-z0-9_.-]*):(\d{2,5})(?![\d.]|:\d)"
)
_SPELLED = re.compile(
    r"(?:host|server at)[=: ]+['\"]?([a-z0-9_.-]+)['\"]?,? *(?:\([^)]*\),? *)?port[=: ]+(\d{2,5})"
)
_SOCKET_PAIR = re.compile(r"\S+:\d+->")
_RESOLVER = re.compile(r" on [0-9.:\[\]a-f]+:53:")
_UNRESOLVED = re.compile(
    r"(?:enotfound|eai_again|lookup|resolve host:?|could not translate host name) \"?([a-z0-9_.-]+)"
)
_NOT_HOSTS = re.compile(
    r"\.(?:py|go|js|mjs|cjs|ts|tsx|jsx|rb|php|rs|java|c|h|cc|sh|yml|yaml)$|^(?:line|port|at|exception|error)$"
)
_OWN_PORT = re.compile(
    r"(?:rediss?|valkeys?)://[^\s/'\"]*?:(\d{2,5})\b|(?:redis|valkey)\w*port\W{1,4}(\d{2,5})\b"
    r"|\b6379/tcp -> \S*:(\d{2,5})\b"
)


class Whose(Enum):
    """Who answers, or should, at the address in a line."""

    REDIS = "redis"
    OTHER = "other"
    NOBODY = "nobody"


@dataclass(slots=True)
class Addresses:
    """What a job's log has told of its Redis so far."""

    ports: set[int] = field(default_factory=set)
    redis_seen: bool = False

    def learn(self, low: str) -> None:
        """Take in a line in lower case: published ports, URLs, variables."""
        if not self.redis_seen and _REDIS_NAMES.search(low):
            self.redis_seen = True
        if "redis" in low or "valkey" in low or "6379" in low:
            self.ports.update(int(next(filter(None, found.groups()))) for found in _OWN_PORT.finditer(low))

    def whose(self, low: str) -> Whose:
        """Whose address this line names."""
        if _FETCHES.search(low):
            return Whose.OTHER
        named = bool(_REDIS_NAMES.search(low))
        found = [self._of(host, int(port)) for host, port in addresses(low)]
        found += [self._of_name(name) for name in _UNRESOLVED.findall(low)]
        if Whose.REDIS in found:
            return Whose.REDIS
        if Whose.OTHER in found:
            return Whose.OTHER
        if named:
            return Whose.REDIS
        return Whose.OTHER if _OTHER_NAMES.search(low) else Whose.NOBODY

    def _of(self, host: str, port: int) -> Whose:
        if port in self.ports or port in REDIS_PORTS or _REDIS_NAMES.search(host):
            return Whose.REDIS
        if port in OTHER_PORTS or port < 1024:
            return Whose.OTHER
        return Whose.NOBODY

    def _of_name(self, host: str) -> Whose:
        if _REDIS_NAMES.search(host):
            return Whose.REDIS
        return Whose.OTHER if "." in host or _OTHER_NAMES.search(host) else Whose.NOBODY


def addresses(low: str) -> list[tuple[str, str]]:
    """Host and port of each address in a line in lower case; a socket's own end, and a resolver, are none."""
    rest = _SOCKET_PAIR.sub("", _RESOLVER.sub(":", low))
    found = [*_WITH_PORT.findall(rest), *_SPELLED.findall(rest)]
    return [(host, port) for host, port in found if not _NOT_HOSTS.search(host)]


def service_of(low: str) -> str | None:
    """The other service whose documented port a line names."""
    return next((OTHER_PORTS[int(port)] for _, port in addresses(low) if int(port) in OTHER_PORTS), None)
