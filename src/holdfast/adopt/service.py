"""A Redis service container, or the start step that the generator writes, as the spec's `redis`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from holdfast.document import Mapping as Node
from holdfast.facts import images
from holdfast.lint.options import Option, Parsed, parse
from holdfast.lint.services import options, ports
from holdfast.lint.workflow import Job, Service, Step, text_of
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
    command = text_of(service.get("command")) or ""
    if "matrix.redis.command" not in command:
        yield from _flags(command)
    yield from _options(options(service), "" if from_matrix(service) else image)
    if isinstance(service.env, Node) and service.env.entries:
        env = value(service.env)
        assert isinstance(env, Mapping)
        yield "env", {name: str(one) for name, one in env.items()}
    if (volumes := service.get("volumes")) is not None:
        yield "volumes", value(volumes)


def _flags(command: str) -> Iterator[tuple[str, Tree]]:
    """Server flags: `--name value ...`; without any the image decides on persistence."""
    words = [quoted if quoted or not plain else plain for quoted, plain in _WORD.findall(command)]
    flags: dict[str, str] = {}
    while words:
        name = words.pop(0)
        values: list[str] = []
        while words and not words[0].startswith("--"):
            values.append(words.pop(0))
        if name.startswith("--"):
            flags[name[2:]] = " ".join(values)
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


def _options(parsed: Parsed, image: str) -> Iterator[tuple[str, Tree]]:
    """Docker's options; `image` is empty where the matrix knows it, and with it the probe."""
    health: dict[str, Tree] = {}
    others: list[Tree] = []
    for option in parsed.options:
        text = option.value or ""
        if option.name in _HEALTH:
            key = _HEALTH[option.name]
            health[key] = int(text) if key in _NUMBERS and text.isdigit() else text
        elif option.name == "health-cmd":
            if image and text != images.ping(image):
                health["command"] = text
        elif option.name in _LIMITS:
            yield _LIMITS[option.name], text
        elif option.name == "sysctl" and text.startswith("net.core.somaxconn="):
            yield "somaxconn", int(text.partition("=")[2])
        elif option.name == "ulimit" and (found := re.fullmatch(r"nofile=(\d+)(?::\1)?", text)):
            yield "nofile", int(found[1])
        else:
            others += _words(option)
    if parsed.last("health-cmd"):
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


# A server that a step of the generator starts (plan/steps.py): its settings are the step's environment.

_SECRET = re.compile(r"\$\{\{\s*secrets\.(\w+)\s*\}\}")


def redis_of_step(step: Step) -> dict[str, Tree]:
    """The keys of `redis` of a server that a generated step starts."""
    return dict(_redis_of_step(step))


def _redis_of_step(step: Step) -> Iterator[tuple[str, Tree]]:
    given = _environment(step)
    yield "placement", "step"
    yield "image", given["REDIS_IMAGE"]
    if given.get("REDIS_NAME", "redis") != "redis":
        yield "id", given["REDIS_NAME"]
    if given["REDIS_PUBLISHED"] != str(images.PORT):
        yield "port", int(given["REDIS_PUBLISHED"])
    script = step.run.value if step.run is not None else ""
    for topology, word in (("cluster", "cluster-enabled"), ("sentinel", "sentinel monitor")):
        if word in script:
            yield "topology", topology
            yield "nodes", int(given["REDIS_NODES"])
    if "REDIS_TLS" in given:
        yield "tls", True
    if (password := _password(step.job, given)) is not None:
        yield "password", password
    lines = given.get("REDIS_CONFIG", "").splitlines()
    yield from _flags(" ".join(f"--{line.strip()}" for line in lines if line.strip()))
    words = " ".join(_quoted(word) for word in given.get("REDIS_OPTIONS", "").splitlines() if word)
    tls = "--tls --cacert /tls/ca.crt " if "REDIS_TLS" in given else ""
    yield from _options(parse(words.replace(tls, "") if tls else words), given["REDIS_IMAGE"])
    pairs = (line.partition("=") for line in given.get("REDIS_ENVIRONMENT", "").splitlines() if line)
    if env := {name: text for name, _, text in pairs}:
        yield "env", env


def _environment(step: Step) -> dict[str, str]:
    env = step.env
    pairs = ((entry.name, text_of(entry.value)) for entry in env) if isinstance(env, Node) else ()
    return {name: text for name, text in pairs if text is not None}


def _password(job: Job, given: Mapping[str, str]) -> Tree:
    """The secret's name; `random` where a step makes one; None for none."""
    secret = _SECRET.search(given.get("REDIS_PASSWORD", ""))
    if secret is not None:
        return {"secret": secret[1]}
    made = any("'REDIS_PASSWORD=%s" in step.run.value for step in job.steps if step.run is not None)
    return "random" if made else None


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '\\"') + '"' if re.search(r"\s", word) else word
