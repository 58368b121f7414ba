"""What is known of a service: its images over all matrix legs, options, health check, ports, environment."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from holdfast.document import Mapping, Node, Scalar
from holdfast.lint.flags import duration, integer
from holdfast.lint.images import Image, known, speaks_redis
from holdfast.lint.matrix import legs, resolved, texts
from holdfast.lint.memo import remembered
from holdfast.lint.options import HOLE, Kind, Parsed, meant, parse
from holdfast.lint.workflow import Job, Service, Workflow
from holdfast.plan.readiness import INTERVAL, RETRIES, TIMEOUT, Health

_NOTHING = Parsed((), (), (), (), False)


@remembered
def images(service: Service) -> tuple[str, ...]:
    """The image over all legs, those left out that switch the service off; unknown parts are holes."""
    return tuple(image for image in texts(service.image, service.job) if image.strip())


@remembered
def family(service: Service) -> Image | None:
    """The one family that all legs agree on."""
    found = {known(image) for image in images(service)}
    return found.pop() if len(found) == 1 else None


@remembered
def is_redis(service: Service) -> bool:
    """Whether every leg's image holds a server of Redis' protocol."""
    found = images(service)
    return bool(found) and all(speaks_redis(image) for image in found)


@remembered
def redis_services(job: Job) -> tuple[Service, ...]:
    return tuple(service for service in job.services if is_redis(service))


@remembered
def options(service: Service) -> Parsed:
    """The options as they are meant (see `meant`); an expression among them leaves them open."""
    return parse(meant(service.options.value)) if service.options is not None else _NOTHING


def health_command(service: Service) -> str | None:
    """The command of the health check; None without one, or where an expression may hold it."""
    return options(service).value("health-cmd")


@remembered
def health(service: Service) -> Health | None:
    """The health check's numbers where all are known; None without one."""
    parsed = options(service)
    misread = any(trouble.kind is not Kind.UNKNOWN_FLAG for trouble in parsed.troubles)
    if parsed.open or misread or parsed.last("no-healthcheck"):
        return None
    image = family(service)
    if parsed.last("health-cmd") is None and not (image and image.checked):
        return None
    numbers = {
        name: duration(value)
        for name in ("health-interval", "health-timeout", "health-start-period", "health-start-interval")
        if (value := parsed.value(name)) is not None
    }
    if any(option.dynamic for option in parsed.options if option.name.startswith("health-")):
        return None
    if None in numbers.values():
        return None
    return Health(
        numbers.get("health-interval") or INTERVAL,
        numbers.get("health-timeout") or TIMEOUT,
        integer(parsed.value("health-retries") or "0") or RETRIES,
        numbers.get("health-start-period") or 0.0,
        numbers.get("health-start-interval") or None,
    )


def changed(before: Health, after: Health) -> dict[str, str]:
    """The flags, without dashes, that make one health check of another, and their values."""
    flags = {
        "health-interval": (before.in_force.interval, after.interval),
        "health-timeout": (before.in_force.timeout, after.timeout),
        "health-retries": (before.in_force.retries, after.retries),
    }
    if after.start_period:
        flags["health-start-interval"] = (before.start_interval or 0.0, after.start_interval or 0.0)
    return {
        name: str(int(now)) if name == "health-retries" else f"{now:g}s"
        for name, (was, now) in flags.items()
        if was != now
    }


class Port(NamedTuple):
    """A published port; `host` is 0 for a random one."""

    node: Scalar
    host: int
    container: int
    protocol: str
    address: str


@lru_cache(maxsize=128)
def _port(node: Scalar, text: str) -> tuple[Port, ...]:
    spec, _, protocol = text.strip().partition("/")
    found = re.fullmatch(r"(?:(\[[0-9a-fA-F:]*\]|[\d.]*):)??(?:(\d*)(?:-(\d+))?:)?(\d+)(?:-(\d+))?", spec)
    if found is None:
        return ()
    address, low, high, inner, inner_high = found.groups()
    first, last = int(inner), int(inner_high or inner)
    hosts = int(low) if low else 0
    if last < first or last - first > 1000 or (high and int(high) - hosts != last - first):
        return ()
    return tuple(
        Port(node, hosts + place if hosts else 0, first + place, protocol.lower() or "tcp", address or "")
        for place in range(last - first + 1)
    )


@remembered
def ports(service: Service) -> tuple[Port, ...]:
    """Every published port that is known in all legs alike."""
    found: list[Port] = []
    for node in service.ports:
        values = texts(node, service.job)
        if len(values) == 1 and HOLE not in values[0]:
            found += _port(node, values[0])
    return tuple(found)


@remembered
def host_ports(job: Job) -> frozenset[int]:
    """The machine's ports that the job's services publish; 0 stands for random ones."""
    return frozenset(port.host for service in job.services for port in ports(service))


@remembered
def ports_known(service: Service) -> bool:
    """Whether no expression hides what is published."""
    node = service.get("ports")
    hidden = isinstance(node, Scalar) and "${{" in node.value
    plain = all("${{" not in port.value for port in service.ports)
    parsed = options(service)
    publishes = any(option.name in ("publish", "publish-all", "network") for option in parsed.options)
    return not hidden and plain and not publishes and not parsed.open


@remembered
def server_port(service: Service) -> int | None:
    """The port that the server of a known image listens at; None where a flag may move it."""
    image = family(service)
    if image is None or not image.ports:
        return None
    words = f"{service.command.value if service.command else ''} {_env_text(service)}"
    moved = re.search(r"--?port[ =](\d+)", words)
    if moved:
        return int(moved[1]) or None
    return None if service.entrypoint or "port" in words.lower() else image.ports[0]


def _env_text(service: Service) -> str:
    env = service.env
    return " ".join(
        f"{entry.name} {entry.value.value}"
        for entry in env or ()
        if isinstance(entry.value, Scalar) and "PORT" in f"{entry.name} {entry.value.value}".upper()
    )


def env_of(node: Node | None) -> dict[str, Scalar]:
    """The variables of an `env:` mapping that are texts."""
    if not isinstance(node, Mapping):
        return {}
    return {entry.name: entry.value for entry in node if isinstance(entry.value, Scalar)}


@remembered
def hosted_linux(job: Job) -> bool:
    """Whether every leg runs on a GitHub-hosted Ubuntu machine."""
    labels = job_labels(job)
    return bool(labels) and all(re.match(r"ubuntu-(latest|\d\d\.\d\d)(-arm)?$", label) for label in labels)


@remembered
def job_labels(job: Job) -> tuple[str, ...]:
    """The runner labels over all legs; a hole where one is not known."""
    found: dict[str, None] = {}
    for label in job.labels:
        found |= dict.fromkeys(texts(label, job))
    return tuple(found)


@remembered
def on_host(job: Job) -> bool:
    """Whether the steps surely run on the machine itself, not in a job container."""
    return job.container is None and not job.calls and job.get("container") is None


@remembered
def in_container(job: Job) -> bool:
    """Whether the steps surely run in a job container in every leg."""
    image = job.container_image
    if image is None:
        return False
    values = texts(image, job)
    return bool(values) and all(value.strip() and not value.startswith(HOLE) for value in values)


def switched_off(service: Service, label: str) -> bool:
    """Whether the service has no image in the legs of a label (an empty image is skipped)."""
    image = service.image
    if image is None or "${{" not in image.value:
        return False
    known_legs = legs(service.job)
    if known_legs is None:
        return True
    own = [leg for leg in known_legs if any(resolved(one.value, leg) == label for one in service.job.labels)]
    return all(resolved(image.value, leg).strip() in ("", HOLE) for leg in own)


@remembered
def command_words(service: Service) -> str:
    """All text that reaches the server as flags: the command, and what a variable of the image carries."""
    parts = [service.command.value] if service.command else []
    carrying = ("VALKEY_EXTRA_FLAGS", "REDIS_ARGS", "REDIS_EXTRA_FLAGS")
    parts += [value.value for name, value in env_of(service.env).items() if name in carrying]
    return " ".join(parts)


def flag(service: Service, name: str) -> str | None:
    """The value of a server flag, without quotes; None where it is not written."""
    found = re.search(
        rf"(?:^|[\s\"'])--{re.escape(name)}[ =]+(\"[^\"]*\"|'[^']*'|[^\s\"']+)", command_words(service)
    )
    return found[1].strip("\"'") if found else None


@remembered
def has_password(service: Service) -> bool:
    """Whether the server asks for a password, as far as the file says."""
    image = family(service)
    if flag(service, "requirepass") or "requirepass" in command_words(service):
        return True
    env = env_of(service.env)
    return (
        image is not None
        and image.name == "bitnami"
        and bool({"REDIS_PASSWORD", "VALKEY_PASSWORD", "REDIS_PASSWORD_FILE"} & set(env))
    )


@remembered
def all_env(job: Job) -> dict[str, Scalar]:
    """The variables of workflow and job."""
    return {**env_of(job.workflow.env), **env_of(job.env)}


@remembered
def text_of_job(job: Job) -> str:
    """The job as written."""
    return job.workflow.text[job.key.start : job.node.end]


def text_of(workflow: Workflow, node: Node) -> str:
    return workflow.text[node.start : node.end]
