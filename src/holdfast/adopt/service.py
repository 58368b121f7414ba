"""A Redis service container as the spec's `redis`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from holdfast.document import Mapping as Node
from holdfast.facts import images
from holdfast.lint.options import Option
from holdfast.lint.services import options, ports
from holdfast.lint.workflow import Service, text_of
from holdfast.plan.model import Tree
from holdfast.render.readback import value

_HEALTH = {
    "health-interval": "interval",
    "health-timeout": "timeout",
    "health-retries": "retries",
    "health-start-period": "start-period",
    "health-start-interval": "start-interval",
}
_LIMITS = {"memory": "memory", "memory-swap": "memory-swap"}
_SETTINGS = {
    "maxmemory": "maxmemory",
    "maxmemory-policy": "maxmemory-policy",
    "maxclients": "maxclients",
    "tcp-backlog": "tcp-backlog",
    "databases": "databases",
}
_NUMBERS = {"retries", "maxclients", "tcp-backlog", "databases"}
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_MATRIX_PAIR = re.compile(r"\$\{\{\s*matrix\.redis\.image\s*\}\}:\$\{\{\s*matrix\.redis\.version\s*\}\}")
MATRIX_TEXT = re.compile(r"\$\{\{\s*matrix\.redis\s*\}\}")


def redis(service: Service) -> dict[str, Tree]:
    """The keys of `redis` that differ from the defaults, or that the service writes."""
    return dict(_redis(service))


def from_matrix(service: Service) -> bool:
    """Whether the image is the matrix's `redis`, as the generator writes it."""
    image = service.image.value if service.image is not None else ""
    return bool(MATRIX_TEXT.fullmatch(image) or _MATRIX_PAIR.fullmatch(image))


def _redis(service: Service) -> Iterator[tuple[str, Tree]]:
    image = service.image.value if service.image is not None else ""
    if not from_matrix(service):
        yield "image", image
    if service.id != "redis":
        yield "id", service.id
    published = next((port for port in ports(service) if port.container == images.PORT), None)
    if published is not None and published.host != images.PORT:
        yield "port", published.host or "random"
    yield from _command(service)
    yield from _options(service)
    if isinstance(service.env, Node) and service.env.entries:
        env = value(service.env)
        assert isinstance(env, Mapping)
        yield "env", {name: str(one) for name, one in env.items()}
    if (volumes := service.get("volumes")) is not None:
        yield "volumes", value(volumes)


def _command(service: Service) -> Iterator[tuple[str, Tree]]:
    """Server flags: `--name value ...`; without any the image decides on persistence."""
    command = text_of(service.get("command")) or ""
    words = [quoted if quoted or not plain else plain for quoted, plain in _WORD.findall(command)]
    flags: dict[str, str] = {}
    while words:
        name = words.pop(0)
        values: list[str] = []
        while words and not words[0].startswith("--"):
            values.append(words.pop(0))
        if name.startswith("--"):
            flags[name[2:]] = " ".join(values)
    if "matrix.redis.command" in command:
        return
    save, append = flags.pop("save", None), flags.pop("appendonly", None)
    if (save, append) != ("", "no"):
        if append == "yes":
            yield "persistence", "aof"
        elif save == "60 1":
            yield "persistence", "rdb"
        else:
            yield "persistence", "image"
    for name, key in _SETTINGS.items():
        if name in flags:
            text = flags.pop(name)
            yield key, int(text) if key in _NUMBERS and text.isdigit() else text
    if flags:
        yield "flags", dict(flags.items())


def _options(service: Service) -> Iterator[tuple[str, Tree]]:
    health: dict[str, Tree] = {}
    others: list[Tree] = []
    for option in options(service).options:
        text = option.value or ""
        if option.name in _HEALTH:
            key = _HEALTH[option.name]
            health[key] = int(text) if key in _NUMBERS and text.isdigit() else text
        elif option.name == "health-cmd":
            image = service.image.value if service.image is not None else ""
            if text != images.ping(image) and not from_matrix(service):
                health["command"] = text
        elif option.name in _LIMITS:
            yield _LIMITS[option.name], text
        elif option.name == "sysctl" and text.startswith("net.core.somaxconn="):
            yield "somaxconn", int(text.partition("=")[2])
        elif option.name == "ulimit" and (found := re.fullmatch(r"nofile=(\d+)(?::\1)?", text)):
            yield "nofile", int(found[1])
        else:
            others += _words(option)
    if options(service).last("health-cmd"):
        # what is not written is Docker's own, and not the spec's
        health = {"interval": "30s", "timeout": "30s", "retries": 3, **health}
    if health:
        yield "health", health
    if others:
        yield "options", others


def _words(option: Option) -> Iterator[str]:
    dashes = "--" if len(option.name) > 1 else "-"
    yield f"{dashes}{option.name}"
    if option.value is not None:
        yield option.value
