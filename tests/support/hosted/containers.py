"""Service and job containers: created, awaited and ended as the hosted runner does.

Source: actions/runner, src/Runner.Worker/ContainerOperationProvider.cs and Container/DockerCommandManager.cs
(version 2.336.0).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from support.docker import Docker
from support.hosted.expression import Value
from support.hosted.model import Wire
from support.hosted.split import split

# A template of the runner's own: it prints nothing when the container has no health check.
_HEALTH = "{{if .Config.Healthcheck}}{{print .State.Health.Status}}{{end}}"
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 32.0


@dataclass(frozen=True)
class Container:
    """A container as a workflow describes it, with all expressions evaluated."""

    id: str
    image: str
    options: str = ""
    command: str = ""
    entrypoint: str = ""
    env: tuple[tuple[str, str], ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    keep_alive: bool = False


@dataclass(frozen=True)
class Started:
    """A container that was started."""

    container: Container
    id: str
    network: str
    ports: Mapping[str, str]

    def context(self) -> Value:
        """What `job.services.<id>` or `job.container` holds."""
        return {"id": self.id, "network": self.network, "ports": dict(self.ports)}


class InitializationError(Exception):
    """The containers did not start: the job ends before its first step."""


def create_network(docker: Docker) -> str:
    """A bridge network for one job."""
    name = f"github_network_{random.randbytes(16).hex()}"
    docker.run("network", "create", name)
    return name


def start(docker: Docker, network: str, container: Container, wire: Wire) -> Started:
    """Create and start one container; only a refused one is an error."""
    words = create_words(network, container)
    wire.say(f"##[command]docker {' '.join(words)}\n")
    created = docker.tried(*words)
    if created.returncode:
        raise InitializationError(f"Exit code {created.returncode} returned from process: {created.stderr}")
    identity = created.stdout.strip()
    begun = docker.tried("start", identity)
    if begun.returncode:
        wire.say(f"##[error]Docker start fail with exit code {begun.returncode}\n{begun.stderr}")
        end(docker, [identity], None, wire)
        raise InitializationError(begun.stderr)
    return Started(container, identity, network, _ports(docker, identity))


def create_words(network: str, container: Container) -> list[str]:
    """The words after `docker`, in the runner's order; free text is split as .NET splits it."""
    words = ["create", "--label", "holdfast-tests", "--network", network, "--network-alias", container.id]
    words += [word for port in container.ports for word in ("-p", port)]
    words += split(container.options)
    words += [word for name, value in container.env for word in ("-e", f"{name}={value}" if value else name)]
    words += ["-e", "GITHUB_ACTIONS=true"]
    if "CI" not in dict(container.env):
        words += ["-e", "CI=true"]
    words += [word for volume in container.volumes for word in ("-v", volume)]
    if container.keep_alive:
        return [*words, "--entrypoint", "tail", container.image, "-f", "/dev/null"]
    if container.entrypoint:
        words += ["--entrypoint", container.entrypoint]
    return [*words, container.image, *split(container.command)]


def await_healthy(docker: Docker, services: Sequence[Started], wire: Wire) -> None:
    """Climb the runner's ladder for each service in turn; there is no limit but the job's own."""
    unhealthy = [service for service in services if not _healthy(docker, service, wire)]
    for service in unhealthy:
        name = service.container.id
        wire.say(f"Service container {name} failed.\n{logs(docker, service.id)}")
        wire.say(f"##[error]Failed to initialize container {service.container.image}\n")
    if unhealthy:
        raise InitializationError("One or more containers failed to start.")


def pause(step: int, chance: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds before inspection `step` (from 1): 2 s, then doubling with jitter, at most 32 s."""
    growth: float = (2 ** (step - 1) - 1) * _FIRST_PAUSE * chance(0.8, 1.2)
    return min(_FIRST_PAUSE + growth, _LONGEST_PAUSE)


def logs(docker: Docker, identity: str) -> str:
    """All that a container printed, on both streams."""
    shown = docker.tried("logs", "--details", identity)
    return shown.stdout + shown.stderr


def end(docker: Docker, containers: Sequence[str], network: str | None, wire: Wire) -> None:
    """Stop containers: their logs are printed, then they and the network are removed."""
    for identity in containers:
        wire.say(logs(docker, identity))
        docker.tried("rm", "--force", "--volumes", identity)
    if network:
        docker.tried("network", "rm", network)


def _healthy(docker: Docker, service: Started, wire: Wire) -> bool:
    step = 0
    while (status := docker.run("inspect", f"--format={_HEALTH}", service.id)) == "starting":
        step += 1
        seconds = pause(step)
        wire.say(f"{service.container.id} service is starting, waiting {seconds:.0f} seconds ...\n")
        if wire.cancel.wait(seconds):
            return False
    if status in ("", "healthy"):
        wire.say(f"{service.container.id} service is healthy.\n")
        return True
    return False


def _ports(docker: Docker, identity: str) -> dict[str, str]:
    """Container port without its protocol, to the host's port: what `job.services.<id>.ports` holds."""
    shown = docker.run("inspect", "--format={{json .NetworkSettings.Ports}}", identity)
    published = json.loads(shown) or {}
    return {port.partition("/")[0]: hosts[0]["HostPort"] for port, hosts in published.items() if hosts}
