"""Variables that the service's image never reads.

The official Redis image takes no setting from its environment: `REDIS_MAXMEMORY`, `REDIS_PASSWORD` and their
like change nothing, and a client that then sends a password is refused. Write server flags into `command`
(github.com since April 2026), or use an image that reads variables.

Source: redis/docker-library-redis, docker-entrypoint.sh, issues 46 and 261; the other images' entrypoints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping, Scalar
from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.images import Image
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    images,
)
from holdfast.lint.settings_of_redis import SETTINGS
from holdfast.lint.workflow import Service, text_of


class IgnoredVariable(ServiceRule):
    id = "ignored-variable"
    group = Group.REDIS
    severity = Severity.WARNING
    fixable = True
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service("env:", "  «REDIS_MAXMEMORY»: 256mb"),
            good=sample.service("command: redis-server --maxmemory 256mb"),
        ),
        Example(
            bad=sample.service(
                "env:", "  «REDIS_APPENDONLY»: no", "  TZ: UTC", "  «REDIS_MAXMEMORY_POLICY»: allkeys-lru"
            ),
            good=sample.service(
                "command: redis-server --appendonly no --maxmemory-policy allkeys-lru", "env:", "  TZ: UTC"
            ),
        ),
        Example(
            bad=sample.service("env:", "  # small machines", "  «REDIS_MAXMEMORY»: 256mb  # not more"),
            good=sample.service(
                "command: redis-server --maxmemory 256mb", "  # small machines", "  # not more"
            ),
        ),
    )
    allows = (
        sample.service("env:", "  REDIS_ARGS: --save 60 1", image="redis/redis-stack:7.4.0-v6"),
        sample.service("env:", "  VALKEY_EXTRA_FLAGS: --maxmemory 1gb", image="valkey/valkey:8.1"),
        sample.service("env:", "  REDIS_PASSWORD: ci", image="bitnamilegacy/redis:7.4"),
        sample.service(
            "env:", "  DFLY_requirepass: ci", "  HEALTHCHECK_PORT: 6379", image="dragonflydb/dragonfly:v1.30"
        ),
        sample.service("env:", "  STANDALONE: true", "  IP: 0.0.0.0", image="grokzen/redis-cluster:7.0.10"),
        sample.service("env:", "  TLS_ENABLED: yes", image="redislabs/client-libs-test:8.2"),
        sample.service("env:", "  REDIS_PASSWORD: ci", image="registry.example.com/team/redis:7"),
        sample.service("env:", "  REDISCLI_AUTH: ci", "  TZ: UTC"),
        sample.service(
            "env:", "  REDIS_PASSWORD: ci", 'command: sh -c "exec redis-server --requirepass $REDIS_PASSWORD"'
        ),
        sample.service("env:", "  REDIS_MAXMEMORY: 1gb", image="${{ vars.IMAGE }}"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image = family(service)
        env = service.env
        if image is None or image.env is None or env is None:
            return
        used = " ".join(
            one.value for one in (service.command, service.entrypoint, service.options) if one is not None
        )
        for entry in env:
            name = entry.name
            if name in image.env or not name.startswith(image.prefixes) or name in used:
                continue
            setting = _setting(name)
            asks = setting in _ASKING or (setting == "port" and text_of(entry.value) == "6379")
            known_flag = image.redis and setting in SETTINGS and not asks
            yield self.found(
                entry,
                f"{images(service)[0].replace(HOLE, '*')} reads no variable {name}, so it changes nothing",
                cure=f"write command: {_server(image)} --{setting} ..." if known_flag else "drop it",
                fix=self._moved(service, image) if known_flag else None,
                severity=Severity.NOTICE if asks else None,
            )

    def _moved(self, service: Service, image: Image) -> Fix | None:
        """All ignored variables that are settings, moved into a new `command`; None where that is not plain."""
        env, place = service.entry("env"), service.entry("image")
        if service.command or service.entrypoint or env is None or place is None or service.node.flow:
            return None
        if self.settings.targets != {"github"} or not isinstance(env.value, Mapping) or env.value.flow:
            return None
        moved = [entry for entry in env.value if _setting(entry.name) in SETTINGS]
        if any(_setting(entry.name) in _PLACES for entry in moved):
            return None
        values = [entry.value for entry in moved]
        plain = [
            one.value for one in values if isinstance(one, Scalar) and re.fullmatch(r"[\w.:-]+", one.value)
        ]
        if len(plain) != len(moved):
            return None
        words = " ".join(
            f"--{_setting(entry.name)} {value}" for entry, value in zip(moved, plain, strict=True)
        )
        gone = [env] if len(moved) == len(env.value) else moved
        added = edits.with_key(self.source, service.node, place, f"command: {_server(image)} {words}")
        return edits.joined(added, *(edits.without_lines(self.document, entry) for entry in gone))


# What a client wants to know, and a server does not: written in the wrong place, and nothing is missing.
_ASKING = frozenset(("host", "url", "db"))
# Where the server listens: made effective, such a setting would part the server from its port mapping and probe.
_PLACES = frozenset(("port", "tls-port", "bind", "unixsocket"))


def _setting(name: str) -> str:
    """The server's name for a variable: `REDIS_MAXMEMORY_POLICY` is maxmemory-policy."""
    return name.removeprefix("REDIS_").removeprefix("VALKEY_").lower().replace("_", "-")


def _server(image: Image) -> str:
    return "valkey-server" if image.name == "valkey" else "redis-server"
