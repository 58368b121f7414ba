"""What the profile `full` sets; `lean` is the models' own defaults.

`full` is every knob of the original design at its value, each made effective (docs/original-design.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SECTIONS = ("redis", "kernel", "readiness", "retry")

LEAN: Mapping[str, Mapping[str, Any]] = {section: {} for section in SECTIONS}

FULL: Mapping[str, Mapping[str, Any]] = {
    "redis": {
        "maxmemory": "1gb",
        "maxmemory-policy": "allkeys-lru",
        "memory": "2g",
        "memory-swap": "2g",
        "somaxconn": 65535,
        "tcp-backlog": 65535,
        "nofile": 65535,
        "maxclients": 60000,
        "health": {
            "interval": "3s",
            "timeout": "5s",
            "retries": 30,
            "start-period": "60s",
            "start-interval": "1s",
        },
    },
    "kernel": {"overcommit": 1, "somaxconn": 65535, "thp": "never"},
    "readiness": {
        "deadline": "120s",
        "rounds": 3,
        "connections": 10,
        "warmup": 1000,
        "operations": 1000,
        "mismatch": "fail",
    },
    "retry": {
        "attempts": 5,
        "delays": "linear:10s",
        "deadline": "20m",
        "attempt-timeout": "18m",
        "reset": "flushdb",
        "retry-on": ("refused", "reset", "timeout", "loading", "maxclients", "unknown"),
    },
}


# Without a service `command` the boot-only part of `full`, the backlog, is in force only where a step runs the
# server.
_FULL_IN_A_STEP = {**FULL, "redis": {**FULL["redis"], "placement": "step"}}
WITHOUT_COMMAND = ("act", "ghes")


def settings_of(profile: object, target: object = "github") -> Mapping[str, Mapping[str, Any]]:
    """The settings of a profile, section by section; what is no profile has none (the model refuses it)."""
    if profile != "full":
        return LEAN
    return _FULL_IN_A_STEP if target in WITHOUT_COMMAND else FULL


def value_of(profile: str, path: tuple[str, ...], target: str = "github") -> Any | None:
    """What the profile sets at a path such as ("redis", "health", "interval"); None for nothing."""
    value: Any = settings_of(profile, target)
    for part in path:
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value
