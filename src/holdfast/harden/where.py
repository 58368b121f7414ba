"""Where a job's Redis answers, and with which password, as far as the workflow says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Mapping
from holdfast.errors import UserError
from holdfast.facts import images
from holdfast.harden import guard
from holdfast.harden.compose import Composed
from holdfast.harden.find import Found, Start, services_of
from holdfast.lint.services import ports, ports_known
from holdfast.lint.workflow import Service, text_of

# Variables by which an image, or its flags, take a password (facts/images.py).
_PASSWORDS = ("REDIS_PASSWORD", "VALKEY_PASSWORD")
_FLAGS = ("REDIS_ARGS", "VALKEY_EXTRA_FLAGS", "DFLY_requirepass")
_REQUIRED = re.compile(r"--requirepass[ =]+[\"']?([^\s\"']+)")
_PUBLISHED = re.compile(r"(?:-p|--publish)[ =]+(?:[\d.]+:)?(\d+):(?:6379)\b")
_PORT = re.compile(r"--port[ =]+(\d+)")


def environment(found: Found) -> dict[str, str]:
    """What the two scripts must be told: address and password unless every step knows it, and the container."""
    return dict(_environment(found))


def _environment(found: Found) -> Iterator[tuple[str, str]]:
    if not known(found):
        host, port = address(found)
        yield "REDIS_HOST", host
        yield "REDIS_PORT", port
    word = "" if _has(found, "REDIS_URL") or _has(found, "REDIS_PASSWORD") else password(found)
    if word:
        yield "REDIS_PASSWORD", word
    if found.service is not None:
        yield "REDIS_CONTAINER", f"${{{{ job.services.{found.service.id}.id }}}}"
    elif found.composed is not None and found.composed.container:
        yield "REDIS_CONTAINER", found.composed.container


def known(found: Found) -> bool:
    """Whether the environment of all steps names the server."""
    return _has(found, "REDIS_URL") or _has(found, "REDIS_HOST")


def _has(found: Found, name: str) -> bool:
    envs = (found.job.env, found.job.workflow.env)
    return any(isinstance(env, Mapping) and env.entry(name) is not None for env in envs)


def address(found: Found) -> tuple[str, str]:
    """Host and port as the steps of the job reach them; the port may be an expression."""
    service = found.service
    if service is None:
        return "127.0.0.1", str(_composed(found.composed)) if found.composed else _started(found)
    if found.in_container:
        return service.id, str(_served(service))
    return "127.0.0.1", _port(service)


def _composed(composed: Composed) -> int:
    """The machine's port. Raises UserError where the compose file fixes none."""
    if composed.port is None:
        raise UserError(
            f"{composed.path} publishes no fixed port of its service {composed.service}, so no step can ask it",
            f'give that service ports: ["{images.PORT}:{images.PORT}"]',
        )
    return composed.port


def _port(service: Service) -> str:
    published = ports(service)
    wanted = next((port for port in published if port.container == images.PORT), None)
    if wanted is None and published and not ports_hidden(service):
        wanted = published[0]
    if wanted is not None:
        return str(wanted.host) if wanted.host else _looked_up(service, wanted.container)
    return _looked_up(service, images.PORT) if ports_hidden(service) else str(images.PORT)


def ports_hidden(service: Service) -> bool:
    """Whether expressions decide which port is published."""
    return not ports_known(service)


def _looked_up(service: Service, port: int) -> str:
    return f"${{{{ job.services.{service.id}.ports['{port}'] }}}}"


def _served(service: Service) -> int:
    published = [port.container for port in ports(service)]
    return images.PORT if not published or images.PORT in published else published[0]


def _started(found: Found) -> str:
    """The port of a server that a step starts. Raises UserError where who may talk to it is in a file."""
    step = found.starter
    if any(one.run is not None and "--aclfile" in one.run.value for one in found.job.steps):
        raise UserError(
            "the server is started with an ACL file, and which user may ask it is not known",
            "give the job env: REDIS_HOST, REDIS_USERNAME and REDIS_PASSWORD",
        )
    if step is None:
        return str(images.PORT)
    if step.with_ is not None:
        for name in ("redis-port", "port", "redis port", "master1-port"):
            if value := text_of(step.with_.get(name)):
                return value
    text = step.run.value if step.run is not None else ""
    match = _PUBLISHED.search(text) or _PORT.search(text)
    return match[1] if match else str(images.PORT)


def password(found: Found) -> str:
    """The password that the server asks for; empty where none is written."""
    if found.start is Start.SERVICE and found.service is not None:
        return of_service(found.service)
    step = found.starter
    if found.composed is not None:
        word = found.composed.password
        return "" if "$" in word else word
    if step is None:
        return ""
    given = text_of(step.with_.get("redis-password")) if step.with_ is not None else None
    match = _REQUIRED.search(step.run.value) if step.run is not None else None
    word = given or (match[1] if match else "")
    return "" if word.startswith("$") and not word.startswith("${{") else word


def of_service(service: Service) -> str:
    """The password of a service container; empty where none is written."""
    texts = [service.options.value if service.options is not None else ""]
    command = service.get("command")
    texts.append(text_of(command) or "")
    if isinstance(service.env, Mapping):
        bitnami = "bitnami" in (service.image.value if service.image is not None else "")
        for name in _PASSWORDS if bitnami else ():
            if value := text_of(service.env.get(name)):
                return value
        texts += [text_of(service.env.get(name)) or "" for name in _FLAGS]
    match = next((match for text in texts if (match := _REQUIRED.search(text))), None)
    return match[1] if match else ""


def condition(found: Found) -> str:
    """When the job has a Redis at all, for the steps that ask it; empty for always."""
    parts = []
    if found.service is not None and guard.switched_off(found.service):
        parts.append(f"job.services.{found.service.id}.id")
    if found.starter is not None and found.starter.if_ is not None:
        own = found.starter.if_.value.strip()
        whole = re.fullmatch(r"\$\{\{([^}]*)\}\}", own)
        parts.append(whole[1].strip() if whole else own)
    if guard.other_machines(found):
        parts.append("runner.os == 'Linux'")
    parts = list(dict.fromkeys(parts))
    return " && ".join(f"({part})" if "||" in part and len(parts) > 1 else part for part in parts)


def others(found: Found) -> tuple[str, ...]:
    """The further Redis services of the job, which neither the gate nor the reset touches."""
    first = found.service
    return tuple(service.id for service in services_of(found.job) if first and service.id != first.id)
