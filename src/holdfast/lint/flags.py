"""Every flag of `docker create`, its type, and whether a value is accepted.

Source: `docker create --help` of docker/cli 28.2.2, its opts package and Go's time and strconv packages; the
help text was read and the client tried 2026-11, the sources were not read. Only what the client itself refuses
is checked here: the rest needs an engine.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from holdfast.lint.names import names


class Flag(NamedTuple):
    """A flag: `kind` names the type of its value, `short` is its letter or empty."""

    name: str
    kind: str
    short: str = ""

    @property
    def repeats(self) -> bool:
        """Whether writing it twice adds to it."""
        return self.kind in ("list", "map", "ulimit", "publish", "gpu-request", "mount", "network")


# name, or name/letter, by type
_BY_KIND = {
    "list": (
        "add-host annotation attach/a blkio-weight-device cap-add cap-drop device device-cgroup-rule "
        "device-read-bps device-read-iops device-write-bps device-write-iops dns dns-option dns-search env/e "
        "env-file expose group-add label/l label-file link link-local-ip log-opt network-alias security-opt "
        "storage-opt tmpfs volume/v volumes-from dns-opt net-alias"
    ),
    "map": "sysctl",
    "mount": "mount",
    "gpu-request": "gpus",
    "network": "network net",
    "publish": "publish/p",
    "ulimit": "ulimit",
    "string": (
        "cgroup-parent cgroupns cidfile cpuset-cpus cpuset-mems domainname entrypoint health-cmd hostname/h "
        "ip ip6 ipc isolation log-driver mac-address name pid platform pull runtime stop-signal "
        "user/u userns uts volume-driver workdir/w"
    ),
    "restart": "restart",
    "bool": (
        "disable-content-trust init interactive/i no-healthcheck oom-kill-disable privileged "
        "publish-all/P quiet/q read-only rm tty/t use-api-socket help"
    ),
    "int": (
        "cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares/c "
        "health-retries memory-swappiness oom-score-adj pids-limit stop-timeout"
    ),
    "uint": "blkio-weight io-maxiops",
    "duration": "health-interval health-start-interval health-start-period health-timeout",
    "bytes": "io-maxbandwidth kernel-memory memory/m memory-reservation shm-size",
    "swap": "memory-swap",
    "decimal": "cpus",
}

FLAGS = {
    name.partition("/")[0]: Flag(name.partition("/")[0], kind, name.partition("/")[2])
    for kind, names in _BY_KIND.items()
    for name in names.split()
}
SHORT = {flag.short: flag for flag in FLAGS.values() if flag.short}

_BOOLS = names("1 t T TRUE true True 0 f F FALSE false False")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"[-+]?(?:0|(?:{_PART.pattern})+)")
_BYTES = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) ?(?:([kmgtp])(i?b)?|(b))?", re.IGNORECASE)
_INT = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)")
_LIMITS = names(
    "as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack"
)
_IPC_KEYS = names("msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced")
_PORT_PART = re.compile(r"\d+(?:-\d+)?")


def duration(text: str) -> float | None:
    """The seconds of a Go duration; None for what Go refuses."""
    if not _DURATION.fullmatch(text):
        return None
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    return -total if text.startswith("-") else total


def size(text: str) -> int | None:
    """The bytes of a Docker size (`2g`, `512mb`, `1.5GiB`); None for what Docker refuses."""
    found = _BYTES.fullmatch(text)
    if found is None:
        return None
    scale = 1024 ** (" kmgtp".index((found[2] or " ").lower()))
    return int(float(found[1]) * scale)


def integer(text: str) -> int | None:
    """A whole number as Go reads it with base 0."""
    if not _INT.fullmatch(text):
        return None
    digits = text.replace("_", "")
    try:
        if re.fullmatch(r"[-+]?0[0-7]+", digits):
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        return None


def refusal(flag: Flag, value: str) -> tuple[str, str] | None:
    """Why the client refuses a value, and the cure; None when it accepts it."""
    check = _CHECKS.get(flag.name) or _CHECKS.get(f"<{flag.kind}>")
    return check(flag, value) if check else None


def _is_duration(flag: Flag, value: str) -> tuple[str, str] | None:
    found = duration(value)
    if found is None:
        bare = re.fullmatch(r"\d+(?:\.\d+)?", value)
        cure = f"write {value}s" if bare else "write a number with ms, s, m or h"
        reason = "without a unit" if bare else "that is no duration"
        return f"--{flag.name} has the value {value or 'nothing'} {reason}, which docker refuses", cure
    if found < 0:
        return f"--{flag.name} is negative, which docker refuses", "write a positive duration"
    if 0 < found < 0.001:
        return f"--{flag.name} is below 1 ms, which docker refuses", "write 1s"
    return None


def _is_bytes(flag: Flag, value: str) -> tuple[str, str] | None:
    if size(value) is not None:
        return None
    return f"--{flag.name} has the value {value or 'nothing'}, which is no size to docker", (
        "write a number with b, k, m or g, such as 512m"
    )


def _is_swap(flag: Flag, value: str) -> tuple[str, str] | None:
    return None if value == "-1" else _is_bytes(flag, value)


def _is_int(flag: Flag, value: str) -> tuple[str, str] | None:
    found = integer(value)
    if found is None or not -(2**63) <= found < 2**63:
        return f"--{flag.name} has the value {value or 'nothing'}, which is no whole number", (
            "write a whole number"
        )
    if flag.name == "health-retries" and found < 0:
        return "--health-retries is negative, which docker refuses", "write a positive number"
    if flag.name == "memory-swappiness" and not -1 <= found <= 100:
        return "--memory-swappiness is outside 0 to 100, which docker refuses", "write 0 to 100"
    return None


def _is_uint(flag: Flag, value: str) -> tuple[str, str] | None:
    found = integer(value)
    top = 65535 if flag.name == "blkio-weight" else 2**64 - 1
    if found is not None and 0 <= found <= top and not value.startswith(("+", "-")):
        return None
    return f"--{flag.name} has the value {value or 'nothing'}, which is no number from 0 to {top}", (
        "write a whole number"
    )


def _is_bool(flag: Flag, value: str) -> tuple[str, str] | None:
    if value in _BOOLS:
        return None
    return f"--{flag.name} has the value {value or 'nothing'}, which is neither true nor false", (
        "drop the value"
    )


def _is_decimal(flag: Flag, value: str) -> tuple[str, str] | None:
    if re.fullmatch(r"\+?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?(/\d+)?", value):
        return None
    return (
        f"--{flag.name} has the value {value or 'nothing'}, which is no number",
        "write a number such as 1.5",
    )


def _is_ulimit(flag: Flag, value: str) -> tuple[str, str] | None:
    name, equals, limits = value.partition("=")
    found = [integer(part) for part in limits.split(":")]
    if not equals or name not in _LIMITS or not 1 <= len(found) <= 2 or None in found:
        return f"--ulimit {value} is no limit that docker knows", "write NAME=SOFT:HARD, such as nofile=65535"
    soft, hard = found[0] or 0, found[-1] or 0
    if hard != -1 and (soft == -1 or soft > hard):
        return f"--ulimit {value} has a soft limit above the hard one", "lower the first number"
    return None


def _is_sysctl(flag: Flag, value: str) -> tuple[str, str] | None:
    key, equals, _ = value.partition("=")
    namespaced = key.startswith(("net.", "fs.mqueue.")) or (
        key.startswith("kernel.") and key.removeprefix("kernel.") in _IPC_KEYS
    )
    if equals and namespaced:
        return None
    if namespaced:
        return f"--sysctl {value} has no value, which docker refuses", f"write {key}=VALUE"
    return f"--sysctl {value} is refused by docker, {key} is not a setting of one container", (
        "set it on the host in a step, or drop it"
    )


def _is_publish(flag: Flag, value: str) -> tuple[str, str] | None:
    return port_refusal(value)


_IPV4 = re.compile(r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}")


def port_refusal(value: str) -> tuple[str, str] | None:
    """Why docker refuses a published port (`ports:` entry or `-p`), and the cure; long form is let pass."""
    if "target=" in value or "dst=" in value:
        return None
    spec, slash, protocol = value.partition("/")
    if slash and protocol.lower() not in ("", "tcp", "udp", "sctp"):
        return f"{value} has the protocol {protocol}, which docker does not know", (
            "write tcp or udp, or drop it"
        )
    parts = re.sub(r"^\[[0-9a-fA-F:]*\]", "0.0.0.0", spec).split(":")
    if len(parts) > 3:
        return None
    if len(parts) == 3 and parts[0] and not _IPV4.fullmatch(parts[0]):
        return f"{parts[0]} is no address to docker, which takes numbers here", "write 127.0.0.1, or drop it"
    numbers = parts[-2:] if len(parts) > 1 else parts
    for place, part in enumerate(numbers):
        if part == "" and place < len(numbers) - 1:
            continue
        if not _PORT_PART.fullmatch(part):
            return f"{value} has {part or 'nothing'} where a port number goes", "write HOST:CONTAINER"
        low, _, high = part.partition("-")
        top = max(int(low), int(high or low))
        if top > 65535:
            return f"{top} is above 65535, the highest port", "write a port from 1 to 65535"
        if place == len(numbers) - 1 and int(low) == 0:
            return f"{value} has the container port 0, which docker refuses", "write the port that is served"
        if high and int(high) < int(low):
            return f"{value} is a range that runs backwards", f"write {high}-{low}"
    return None


def _is_restart(flag: Flag, value: str) -> tuple[str, str] | None:
    _, colon, count = value.partition(":")
    if colon and integer(count) is None:
        return f"--restart {value} has no whole number after the colon", "write on-failure:3"
    return None


def _is_pull(flag: Flag, value: str) -> tuple[str, str] | None:
    if value in ("always", "missing", "never", ""):
        return None
    return f"--pull {value} is none of always, missing, never", "drop it: the runner pulls first"


_CHECKS = {
    "<duration>": _is_duration,
    "<bytes>": _is_bytes,
    "<swap>": _is_swap,
    "<int>": _is_int,
    "<uint>": _is_uint,
    "<bool>": _is_bool,
    "<decimal>": _is_decimal,
    "<ulimit>": _is_ulimit,
    "<map>": _is_sysctl,
    "<publish>": _is_publish,
    "<restart>": _is_restart,
    "pull": _is_pull,
}
