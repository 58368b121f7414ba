"""The Redis server of a job: its flags, its container, and what must be in force afterwards. Pure.

Server flags go behind the image's name: the entrypoint of every family that reads a command puts the server in
front of a first word that begins with `-` (facts/images.py). Names and defaults of settings: facts of 2026-11-23,
section 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.facts import images
from holdfast.facts.images import Family
from holdfast.plan.model import Container
from holdfast.spec.model import HealthCheck, Job, KernelTuning, RedisService

# Settings that CONFIG SET refuses after the boot (redis config.c; 7.0.15 measured).
BOOT_ONLY = frozenset({"tcp-backlog", "databases", "io-threads", "cluster-enabled", "unixsocket", "logfile"})
UNPINNED = "zizmor: ignore[unpinned-images] the tag follows its patch releases; pin a digest in the spec to stop that"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the server, its name as in redis.conf."""

    name: str
    value: str


def settings(redis: RedisService) -> tuple[Setting, ...]:
    """Everything that the server is asked to be."""
    return tuple(Setting(name, value) for name, value in _settings(redis))


def _settings(redis: RedisService) -> Iterator[tuple[str, str]]:
    if redis.persistence == "off":
        yield "save", ""
        yield "appendonly", "no"
    if redis.persistence == "rdb":
        yield "save", "60 1"
    if redis.persistence == "aof":
        yield "appendonly", "yes"
    if redis.maxmemory is not None:
        yield "maxmemory", redis.maxmemory.redis
    if redis.maxmemory_policy is not None:
        yield "maxmemory-policy", redis.maxmemory_policy
    if redis.maxclients is not None:
        yield "maxclients", str(redis.maxclients)
    if redis.tcp_backlog is not None:
        yield "tcp-backlog", str(redis.tcp_backlog)
    if redis.databases is not None:
        yield "databases", str(redis.databases)
    yield from redis.flags.items()


def known_to(family: Family, asked: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """The settings under the family's own names; those it has no name for are left out (the spec says so)."""
    if family.known is None:
        return asked
    return tuple(Setting(family.known[one.name], one.value) for one in asked if one.name in family.known)


def words(family: Family, asked: tuple[Setting, ...]) -> tuple[str, ...]:
    """The command line of a server, as words."""
    if family is images.DRAGONFLY:
        own = [f"--{one.name}={one.value}" for one in known_to(family, asked)]
        return ("dragonfly", "--logtostderr", "--dbfilename=", *own) if own else ()
    return tuple(word for one in asked for word in (f"--{one.name}", one.value))


def line(parts: tuple[str, ...]) -> str:
    """Words as one line that .NET, POSIX shells and act split alike."""
    return " ".join(quoted(word) for word in parts)


def quoted(word: str) -> str:
    """A word in double quotes if it needs any: single quotes mean nothing to the hosted runner."""
    if word and not any(char in word for char in " \t\"'\\`|&;<>()*?[]#~%!\n"):
        return word
    # .NET reads a backslash as one unless a quote follows (dotnet Process.Unix.cs, ParseArgumentsIntoList)
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', word)
    return '"' + re.sub(r"(\\+)$", r"\1\1", escaped) + '"'


def expected(redis: RedisService, kernel: KernelTuning) -> tuple[str, ...]:
    """NAME=VALUE for everything that was asked and can be read back."""
    pairs = [f"{one.name}={one.value}" for one in known_to(redis.server, settings(redis))]
    if redis.server is images.DRAGONFLY:
        pairs = [pair for pair in pairs if pair.startswith("maxmemory=")]
    if redis.memory is not None:
        pairs.append(f"memory={redis.memory.redis}")
    if redis.nofile is not None:
        pairs.append(f"nofile={redis.nofile}")
    if redis.tcp_backlog is not None and redis.somaxconn is not None:
        pairs.append(f"backlog={min(redis.tcp_backlog, redis.somaxconn)}")
    if kernel.overcommit is not None:
        pairs.append(f"vm.overcommit_memory={kernel.overcommit}")
    if kernel.somaxconn is not None:
        pairs.append(f"net.core.somaxconn={kernel.somaxconn}")
    if kernel.thp is not None:
        pairs.append(f"thp={kernel.thp}")
    return tuple(pairs)


def health_options(health: HealthCheck, command: str) -> tuple[tuple[str, ...], ...]:
    """The health flags, one pair each."""
    found = [
        ("--health-cmd", command),
        ("--health-interval", health.interval.text),
        ("--health-timeout", health.timeout.text),
        ("--health-retries", str(health.retries)),
    ]
    if health.start_period:
        found.append(("--health-start-period", health.start_period.text))
        if health.start_interval is not None:
            found.append(("--health-start-interval", health.start_interval.text))
    return tuple(found)


def container_options(redis: RedisService) -> tuple[tuple[str, ...], ...]:
    """Limits of the container, and the user's own words."""
    found: list[tuple[str, ...]] = []
    if redis.memory is not None:
        found.append(("--memory", redis.memory.docker))
    if redis.memory_swap is not None:
        found.append(("--memory-swap", redis.memory_swap.docker))
    if redis.somaxconn is not None:
        found.append(("--sysctl", f"net.core.somaxconn={redis.somaxconn}"))
    if redis.nofile is not None:
        found.append(("--ulimit", f"nofile={redis.nofile}:{redis.nofile}"))
    return (*found, *_paired(redis.options))


def _paired(options: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The user's words, a flag and its value on one line."""
    lines: list[tuple[str, ...]] = []
    for word in options:
        if lines and not word.startswith("-") and len(lines[-1]) == 1 and "=" not in lines[-1][0]:
            lines[-1] = (*lines[-1], word)
        else:
            lines.append((word,))
    return tuple(lines)


def service(redis: RedisService, job: Job, target: str) -> Container:
    """The service container of a job, `placement: service`."""
    mixed = families(job, redis)
    family = mixed[0]
    asked = () if target in ("act", "ghes") else settings(redis)
    env = {**family.needs, **redis.env}
    command = ""
    if len(mixed) > 1:
        command = "${{ matrix.redis.command }}" if asked else ""
    elif asked and family.reads_command:
        command = line(words(family, asked))
    elif asked and family.flags_env:
        env[family.flags_env] = " ".join(words(family, asked))
    return Container(
        image=image(redis, job),
        env=env,
        ports=() if job.container else (_mapping(redis),),
        volumes=redis.volumes,
        options=(
            *health_options(redis.health, fit(probe(redis, leg_images(job, redis)), target)),
            *container_options(redis),
        ),
        command=command,
        credentials=credentials(redis.credentials),
        note="" if "@sha256:" in image(redis, job) or "${{" in image(redis, job) else UNPINNED,
    )


def image(redis: RedisService, job: Job) -> str:
    """The image of the job's Redis, through the matrix where there is one."""
    legs = job.matrix.redis
    if not legs:
        return redis.image
    if all(isinstance(leg, str) for leg in legs):
        return "${{ matrix.redis }}"
    return "${{ matrix.redis.image }}:${{ matrix.redis.version }}"


def families(job: Job, redis: RedisService) -> tuple[Family, ...]:
    """The families of the job's legs, each once."""
    names = leg_images(job, redis)
    found = [redis.server if redis.family else images.family(name) or redis.server for name in names]
    return tuple({one.name: one for one in found}.values())


def leg_images(job: Job, redis: RedisService) -> tuple[str, ...]:
    """The image of every leg; without a matrix, the one image."""
    legs = job.matrix.redis
    named = tuple(leg if isinstance(leg, str) else f"{leg.image}:{leg.version}" for leg in legs)
    return named or (redis.image,)


def probe(redis: RedisService, legs: tuple[str, ...]) -> str:
    """A health command that every leg's image has; the spec refuses legs that have none in common."""
    if redis.health.command is not None:
        return redis.health.command
    return redis.server.ping if redis.family else images.shared_ping(legs) or redis.server.ping


def fit(command: str, target: str) -> str:
    """A health command for a target: container hooks split at every blank, quotes or not, so it has none there."""
    return command.replace(" ", "${IFS}") if target == "hooks" else command


def _mapping(redis: RedisService) -> str:
    return str(images.PORT) if redis.port == "random" else f"{redis.port}:{images.PORT}"


def credentials(given: object) -> Mapping[str, str]:
    """The login of a registry, the password as a secret."""
    from holdfast.spec.model import Credentials

    if not isinstance(given, Credentials):
        return {}
    return {"username": given.username, "password": f"${{{{ secrets.{given.password.secret} }}}}"}
