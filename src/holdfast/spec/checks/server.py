"""What the Redis service of a job cannot be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.facts import images
from holdfast.spec.checks.problem import Place, Problem, Problems, notice
from holdfast.spec.locate import Path
from holdfast.spec.model import Image, RedisService
from holdfast.spec.profiles import WITHOUT_COMMAND
from holdfast.spec.units import Size, quoted, short

# Settings that CONFIG SET refuses (facts: Redis 7.0, config.c; measured): they need the command line at boot.
BOOT_ONLY = frozenset(
    {
        "tcp-backlog",
        "databases",
        "io-threads",
        "io-threads-do-reads",
        "cluster-enabled",
        "cluster-config-file",
        "enable-debug-command",
        "enable-module-command",
        "enable-protected-configs",
        "unixsocket",
        "unixsocketperm",
        "logfile",
        "aclfile",
        "daemonize",
        "supervised",
        "always-show-logo",
        "set-proc-title",
        "disable-thp",
        "socket-mark-id",
        "dir",
        "dbfilename",
        "loadmodule",
        "rename-command",
    }
)
# Settings with a field of their own, or that make the server unreachable.
FIELD_OF = {
    "maxmemory": "maxmemory",
    "maxmemory-policy": "maxmemory-policy",
    "maxclients": "maxclients",
    "tcp-backlog": "tcp-backlog",
    "databases": "databases",
    "requirepass": "password",
    "masterauth": "password",
    "save": "persistence",
    "appendonly": "persistence",
    "cluster-enabled": "topology",
    "tls-port": "tls",
    "port": "port",
}
UNREACHABLE = {
    "bind": "the server would listen elsewhere than where the job looks",
    "daemonize": "the container ends when its first process does",
    "unixsocket": "a socket inside the container cannot be reached",
    "protected-mode": "the image switches it off, or nothing outside the container is answered",
}
# Options of docker create with a field of their own, or that break the service (facts: sections 1.3 to 1.5).
OPTION_FIELDS = {
    "--memory": "memory",
    "-m": "memory",
    "--memory-swap": "memory-swap",
    "--ulimit": "nofile",
    "--publish": "port",
    "-p": "port",
    "--env": "env",
    "-e": "env",
    "--volume": "volumes",
    "-v": "volumes",
    "--health-cmd": "health.command",
    "--health-interval": "health.interval",
    "--health-timeout": "health.timeout",
    "--health-retries": "health.retries",
    "--health-start-period": "health.start-period",
    "--health-start-interval": "health.start-interval",
}
OPTION_BREAKS = {
    "--network": "the runner gives the service its own network",
    "--net": "the runner gives the service its own network",
    "--name": "the runner finds the container by its own name",
    "--entrypoint": "the image's entrypoint starts the server",
    "--no-healthcheck": "the runner asks for a health state, and ends the job when there is none",
    "--rm": "the log of a container that ended would be gone",
    "-d": "the runner starts the container itself",
}
# Variables that the entrypoints read; all others of these prefixes have no effect (facts: sections 2 and 5).
READ_VARIABLES = {
    "redis": ("REDIS_", ()),
    "valkey": ("VALKEY_", ("VALKEY_EXTRA_FLAGS",)),
}
EMPTY_ALLOWED = "ALLOW_EMPTY_PASSWORD"
EPHEMERAL = range(32_768, 61_000)  # net.ipv4.ip_local_port_range of the hosted images
# What stands in an expression is replaced before anything splits the text.
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
MOST_OF_LIMIT = 0.75
RESERVED_DESCRIPTORS = 32  # Redis keeps them beside its clients: CONFIG_MIN_RESERVED_FDS
DEFAULT_MAXCLIENTS = 10_000
HOSTED_NOFILE = 65_536  # runner-images configure-limits.sh
AUTHENTICATES = ("REDISCLI_AUTH", "VALKEYCLI_AUTH", "-a ", "--pass", "AUTH ", "$REDIS_PASSWORD")


def memory_share(place: Place, redis: RedisService) -> Problems:
    """maxmemory is at most 75 % of the container's limit."""
    if redis.maxmemory is None or redis.memory is None:
        return
    most = Size(int(redis.memory * MOST_OF_LIMIT))
    if redis.maxmemory > most:
        yield Problem(
            "maxmemory-share",
            place.path("redis", "maxmemory"),
            f"maxmemory {redis.maxmemory} is {redis.maxmemory / redis.memory:.0%} of the container's "
            f"{redis.memory}: buffers and fragmentation take the rest, and the kernel kills the server",
            f"lower it to {_megabytes(most)}, or raise memory to "
            f"{_megabytes_up(redis.maxmemory / MOST_OF_LIMIT)}",
            (place.path("redis", "memory"),),
        )


def swap(place: Place, redis: RedisService) -> Problems:
    """memory-swap is memory and swap together, so it needs memory and is at least as large."""
    if redis.memory_swap is None:
        return
    path = place.path("redis", "memory-swap")
    if redis.memory is None:
        yield Problem(
            "memory-swap", path, "memory-swap without memory is refused by Docker", "write memory too"
        )
    elif redis.memory_swap < redis.memory:
        yield Problem(
            "memory-swap",
            path,
            f"memory-swap {redis.memory_swap} is memory and swap together, and memory alone "
            f"is {redis.memory}",
            f"write {redis.memory} for no swap",
            (place.path("redis", "memory"),),
        )


def descriptors(place: Place, redis: RedisService) -> Problems:
    """Every connection needs a file descriptor, and the server keeps 32 for itself."""
    clients = redis.maxclients or DEFAULT_MAXCLIENTS
    wanted = clients + RESERVED_DESCRIPTORS
    if redis.nofile is not None and redis.nofile < wanted:
        yield Problem(
            "too-few-descriptors",
            place.path("redis", "nofile"),
            f"{clients} connections need {wanted} descriptors, and nofile allows {redis.nofile}: the server "
            "would lower maxclients",
            f"write nofile {wanted} or more, or maxclients "
            f"{max(redis.nofile - RESERVED_DESCRIPTORS, 1)} or less",
            (place.path("redis", "maxclients"),),
        )
    elif redis.nofile is None and wanted > HOSTED_NOFILE:
        yield Problem(
            "too-few-descriptors",
            place.path("redis", "maxclients"),
            f"{clients} connections need {wanted} descriptors, and a hosted runner gives {HOSTED_NOFILE}",
            f"write nofile {wanted} too",
        )
    elif redis.nofile is not None and redis.maxclients is None:
        yield notice(
            "nofile-alone",
            place.path("redis", "nofile"),
            f"nofile {redis.nofile} alone changes nothing: the server still takes "
            f"{DEFAULT_MAXCLIENTS} clients",
            "write maxclients too, or remove it",
        )


def backlog(place: Place, redis: RedisService) -> Problems:
    """The smaller of tcp-backlog and somaxconn rules: both or neither."""
    pair = {"tcp-backlog": redis.tcp_backlog, "somaxconn": redis.somaxconn}
    written = [name for name, value in pair.items() if value is not None]
    if len(written) == 1:
        other = next(name for name in pair if name not in written)
        yield Problem(
            "backlog-pair",
            place.path("redis", written[0]),
            f"{written[0]} without {other} changes little or nothing: the smaller of both rules",
            f"write {other}: {pair[written[0]]} too, or remove it",
        )
    elif redis.tcp_backlog != redis.somaxconn:
        smaller = min(redis.tcp_backlog or 0, redis.somaxconn or 0)
        yield notice(
            "backlog-pair",
            place.path("redis", "tcp-backlog"),
            f"the queue holds {smaller}: the smaller of tcp-backlog {redis.tcp_backlog} and "
            f"somaxconn {redis.somaxconn}",
            f"write {smaller} for both",
            (place.path("redis", "somaxconn"),),
        )


def eviction(place: Place, redis: RedisService) -> Problems:
    """A limit needs to say what happens at it."""
    if redis.maxmemory is not None and redis.maxmemory_policy is None and redis.server.known is None:
        yield notice(
            "maxmemory-without-policy",
            place.path("redis", "maxmemory"),
            f"under the default policy, noeviction, writes fail at {redis.maxmemory}",
            "write maxmemory-policy: allkeys-lru, or noeviction if that is meant",
        )
    if redis.memory is not None and redis.maxmemory is None:
        yield notice(
            "memory-without-maxmemory",
            place.path("redis", "memory"),
            f"without maxmemory the server grows to {redis.memory} and is killed, instead of evicting",
            f"write maxmemory: {_megabytes(Size(int(redis.memory * MOST_OF_LIMIT)))}",
        )


def placement(place: Place, redis: RedisService) -> Problems:
    """A service container starts before all steps; a step needs docker."""
    if redis.placement == "service" and redis.needs_step:
        name = "password" if redis.password else "tls" if redis.tls else "topology"
        yield Problem(
            "needs-step",
            place.path("redis", "placement"),
            f"a service container starts before all steps, and {name} needs one before it",
            "write placement: step",
            (place.path("redis", name),),
        )
    if redis.placement == "step" and place.in_container:
        yield Problem(
            "step-in-container",
            place.path("redis", "placement"),
            "a step inside a job container has no docker to start a server with",
            "remove container" if redis.needs_step else "remove container, or write placement: service",
            (place.path("container"),),
        )
    if redis.placement == "step" and place.spec.target == "hooks":
        yield Problem(
            "step-in-container",
            place.path("redis", "placement"),
            "under container hooks a step has no docker to start a server with",
            "write another target" if redis.needs_step else "write placement: service, or another target",
            (("target",),),
        )


def health_authenticates(place: Place, redis: RedisService) -> Problems:
    """With a password, a health command of one's own sends it."""
    command = redis.health.command
    if redis.password is None or command is None or any(word in command for word in AUTHENTICATES):
        return
    yield Problem(
        "health-without-password",
        place.path("redis", "health", "command"),
        "the server asks for a password, and the health command sends none: it never becomes healthy, or "
        "takes NOAUTH for health",
        "remove command, or let it read REDISCLI_AUTH",
        (place.path("redis", "password"),),
    )


def health_numbers(place: Place, redis: RedisService) -> Problems:
    """A start period needs a start interval, and the other way round."""
    health = redis.health
    if health.start_interval is not None and not health.start_period:
        yield notice(
            "start-interval-alone",
            place.path("redis", "health", "start-interval"),
            "start-interval counts only inside a start period, and there is none",
            "remove it",
        )
    elif health.start_period and health.start_interval is None:
        yield notice(
            "slow-first-probe",
            place.path("redis", "health", "start-period"),
            f"engines of version 25 and later probe every 5 s inside the start period, whatever the interval "
            f"of {health.interval} says",
            "write start-interval: 1s, or remove start-period",
        )


def flags(place: Place, redis: RedisService) -> Problems:
    """No flag repeats a field, or makes the server unreachable."""
    for name in redis.flags:
        path = place.path("redis", "flags", name)
        if field := FIELD_OF.get(name):
            yield Problem("flag-with-field", path, f"{name} has a field of its own", f"write redis.{field}")
        elif reason := UNREACHABLE.get(name):
            yield Problem("flag-unreachable", path, f"{name} is not set here: {reason}", "remove it")


def options(place: Place, redis: RedisService) -> Problems:
    """No option of docker create repeats a field, or breaks the service."""
    for index, word in enumerate(redis.options):
        path, name = place.path("redis", "options", index), word.partition("=")[0]
        if field := OPTION_FIELDS.get(name):
            yield Problem("option-with-field", path, f"{name} has a field of its own", f"write redis.{field}")
        elif reason := OPTION_BREAKS.get(name):
            yield Problem("option-breaks", path, f"{name} cannot be given: {reason}", "remove it")
        elif word.removeprefix("--sysctl=").startswith("vm."):
            yield Problem(
                "option-breaks",
                path,
                "vm.* is of the whole kernel, and Docker refuses it for one container",
                "write kernel.overcommit",
            )


def environment(place: Place, redis: RedisService) -> Problems:
    """The official images read next to no variables."""
    prefix, read = READ_VARIABLES.get(redis.server.name, ("\0", ()))
    for name in redis.env:
        if name.startswith(prefix) and name not in read:
            yield notice(
                "env-without-effect",
                place.path("redis", "env", name),
                f"the image {short(redis.image)} does not read {name}: it changes nothing",
                "write the setting itself, such as redis.maxmemory",
            )


def passwords(place: Place, redis: RedisService) -> Problems:
    """No password stands in a flag or a variable of the server."""
    texts = {("flags", name): (name, value) for name, value in redis.flags.items()}
    texts |= {("env", name): (name, value) for name, value in redis.env.items()}
    for parts, (name, value) in texts.items():
        named = name in ("requirepass", "masterauth") or (
            name.endswith("_PASSWORD") and name != EMPTY_ALLOWED
        )
        if "${{" not in value and (named or "requirepass" in value):
            yield Problem(
                "written-password",
                place.path("redis", *parts),
                "a password is never written in a file",
                "write redis.password: random, or {secret: NAME}",
            )


def volumes(place: Place, redis: RedisService) -> Problems:
    """A service starts before the checkout: the repository's files are not there yet."""
    if redis.placement == "step":
        return
    for index, volume in enumerate(redis.volumes):
        source = volume.partition(":")[0]
        if source.startswith(".") or "github.workspace" in volume:
            yield Problem(
                "volume-before-checkout",
                place.path("redis", "volumes", index),
                "the service starts before the checkout: Docker would mount an empty folder",
                "write placement: step",
            )


def port(place: Place, redis: RedisService) -> Problems:
    """Ports that the runner's own connections use can be taken; servers that meet need fixed ones."""
    if redis.port == "random":
        if redis.topology != "standalone":
            yield Problem(
                "random-port",
                place.path("redis", "port"),
                f"the servers of a {redis.topology} tell clients their ports, so these are fixed",
                "write a number",
                (place.path("redis", "topology"),),
            )
    elif redis.port in EPHEMERAL:
        yield notice(
            "ephemeral-port",
            place.path("redis", "port"),
            f"port {redis.port} is among those that the runner gives to its own connections: it can be taken",
            "write one below 32768",
        )


def boot_only(place: Place, redis: RedisService) -> Problems:
    """Targets without a service `command` get CONFIG SET, which refuses what is fixed at boot."""
    if place.spec.target not in WITHOUT_COMMAND or redis.placement == "step" or redis.server.flags_env:
        return
    asked = [name for name in ("tcp-backlog", "databases") if getattr(redis, name.replace("-", "_"))]
    paths = [place.path("redis", name) for name in asked]
    paths += [place.path("redis", "flags", name) for name in redis.flags if name in BOOT_ONLY]
    for path in paths:
        yield Problem(
            "boot-only",
            path,
            f"{path[-1]} is fixed when the server starts, and {place.spec.target} passes no "
            "command to a service",
            "write placement: step",
            (("target",),),
        )


def hooks_blanks(place: Place, redis: RedisService) -> Problems:
    """Container hooks split on blanks and know no quotes (facts: HookInput.cs)."""
    if place.spec.target != "hooks":
        return
    values: dict[Path, str] = {("options", index): word for index, word in enumerate(redis.options)}
    values |= {("flags", name): value for name, value in redis.flags.items()}
    if redis.health.command is not None:
        values["health", "command"] = redis.health.command
    for parts, value in values.items():
        if any(char.isspace() for char in _EXPRESSION.sub("", value)):
            yield Problem(
                "hooks-blank",
                place.path("redis", *parts),
                "container hooks split options and command on blanks, whatever quotes stand around them",
                "write it without a blank, such as ${IFS} in a health command",
                (("target",),),
            )


def known_settings(place: Place, redis: RedisService) -> Problems:
    """A server that is not Redis' own code is asked only for what it has, in every leg of the matrix."""
    for path, server in _servers(place, redis):
        if server.known is not None:
            yield from _unknown_to(place, redis, path, server)


def _unknown_to(place: Place, redis: RedisService, image: Path, server: images.Family) -> Problems:
    asked = [
        name
        for name in ("maxmemory", "maxmemory-policy", "maxclients", "databases", "tcp-backlog")
        if getattr(redis, name.replace("-", "_")) is not None and name not in (server.known or {})
    ]
    asked += ["tls"] if redis.tls else []
    asked += ["topology"] if redis.topology != "standalone" else []
    asked += ["persistence"] if redis.persistence in ("rdb", "aof") else []
    asked += ["flags"] if redis.flags else []
    for name in asked:
        yield Problem(
            "unknown-to-server",
            place.path("redis", name),
            f"{server.name} has no {name} as Redis has them"
            if name == "flags"
            else f"{server.name} has no {name}",
            "leave it out (null where the profile sets it), or choose another image",
            (image,),
        )
    if redis.maxmemory is not None and redis.maxmemory < 2**28:
        yield Problem(
            "unknown-to-server",
            place.path("redis", "maxmemory"),
            f"{server.name} does not start with less than 256mb a thread",
            "write maxmemory: 1gb",
            (image,),
        )


def _images(place: Place, redis: RedisService) -> Iterator[tuple[Path, str]]:
    """Every image that the job's server may be, with its place."""
    yield place.path("redis", "image"), redis.image
    for index, leg in enumerate(place.job.matrix.redis):
        yield place.path("matrix", "redis", index), leg.image if isinstance(leg, Image) else leg
    for index, values in enumerate(place.job.matrix.include):
        if isinstance(image := values.get("redis"), str):
            yield place.path("matrix", "include", index, "redis"), image


def _servers(place: Place, redis: RedisService) -> Iterator[tuple[Path, images.Family]]:
    """The families of all those; with a matrix, the single image is not used."""
    if redis.family is not None or not place.job.matrix.redis:
        yield place.path("redis", "image"), redis.server
    for path, image in list(_images(place, redis))[1:]:
        if redis.family is None and (found := images.family(image)) is not None:
            yield path, found


def legs_differ(place: Place, redis: RedisService) -> Problems:
    """Legs of different servers stand in matrix.redis, and have a client program in common."""
    legs = [leg.image if isinstance(leg, Image) else leg for leg in place.job.matrix.redis]
    if legs and redis.health.command is None and images.shared_ping(legs) is None:
        yield Problem(
            "no-shared-probe",
            place.path("matrix", "redis"),
            "these images have no client program in common, so no health command is right for all of them",
            "write redis.health.command, or use two jobs",
        )
    if redis.placement == "step" and {_family_name(leg) for leg in legs} - {redis.server.name}:
        yield Problem(
            "leg-of-another-server",
            place.path("matrix", "redis"),
            f"the step starts {redis.server.name}, and a leg is another server",
            "write one job for each server",
            (place.path("redis", "placement"),),
        )
    plain = bool(legs) and all(isinstance(leg, str) for leg in place.job.matrix.redis)
    servers = {_family_name(leg) for leg in legs}
    for index, values in enumerate(place.job.matrix.include):
        image = values.get("redis")
        if image is not None and not (plain and {_family_name(str(image))} == servers):
            yield Problem(
                "leg-of-another-server",
                place.path("matrix", "include", index, "redis"),
                "a further leg cannot bring a server with a command and a probe of its own",
                "write the image in matrix.redis",
            )


def _family_name(image: str) -> str:
    found = images.family(image)
    return found.name if found else ""


def family(place: Place, redis: RedisService) -> Problems:
    """The server's binaries must be known."""
    if redis.family is not None:
        return
    for path, image in _images(place, redis):
        if "${{" not in image and images.family(image) is None:
            yield Problem(
                "unknown-family",
                path,
                f"{quoted(image)} is no image that is known to speak Redis' protocol",
                "write family: redis (or valkey, dragonfly ...) beside it, if it does",
            )


def image_age(place: Place, redis: RedisService) -> Problems:
    """Images that are no longer maintained are said."""
    if redis.server.ended and "${{" not in redis.image:
        yield notice(
            "image-ended",
            place.path("redis", "image"),
            f"{redis.server.name}: {redis.server.ended}",
            "use redis:8.10-alpine or valkey/valkey:9.1-alpine",
        )


def nodes(place: Place, redis: RedisService) -> Problems:
    """A topology has at least the servers that it needs."""
    path = place.path("redis", "nodes")
    if redis.nodes is None:
        return
    if redis.topology == "standalone" and redis.nodes != 1:
        yield Problem("nodes", path, f"{redis.nodes} nodes of a standalone server", "write topology: cluster")
    if redis.topology == "cluster" and redis.nodes < 3:
        yield Problem("nodes", path, "a Cluster has at least 3 primaries", "write nodes: 3")
    if redis.topology == "sentinel" and redis.nodes < 2:
        yield Problem("nodes", path, "Sentinel needs a replica to fail over to", "write nodes: 2")


def gate_fits_clients(place: Place, redis: RedisService) -> Problems:
    """The readiness gate's connections fit in maxclients."""
    held = place.job.readiness.connections + 1
    if redis.maxclients is not None and held > redis.maxclients:
        yield Problem(
            "gate-over-maxclients",
            place.path("redis", "maxclients"),
            f"the gate holds {held} connections at once, and maxclients is {redis.maxclients}",
            f"raise maxclients, or write readiness.connections: {max(redis.maxclients - 1, 1)}",
            (place.path("readiness", "connections"),),
        )


def _megabytes(size: Size) -> Size:
    """Rounded down to whole megabytes, for a cure that reads well."""
    return Size(max(size // 2**20, 1) * 2**20)


def _megabytes_up(size: float) -> Size:
    return Size(-(-int(size) // 2**20) * 2**20)


CHECKS = (
    memory_share,
    swap,
    descriptors,
    backlog,
    eviction,
    placement,
    health_authenticates,
    health_numbers,
    flags,
    options,
    environment,
    passwords,
    volumes,
    port,
    boot_only,
    hooks_blanks,
    known_settings,
    legs_differ,
    family,
    image_age,
    nodes,
    gate_fits_clients,
)
