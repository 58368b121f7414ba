"""compose.yaml from the same spec: the image, command, limits and port of CI, on a laptop. Pure."""

from __future__ import annotations

from holdfast.facts import images
from holdfast.plan import server
from holdfast.plan.model import Tree
from holdfast.spec.model import Job


def compose(job: Job) -> dict[str, Tree]:
    """The compose file of a job's Redis; a password stays CI's own, a laptop's server has none."""
    redis = job.redis
    if redis is None:
        return {}
    port = images.PORT if redis.port == "random" else redis.port
    health = redis.health
    service: dict[str, Tree] = {
        "image": redis.image,
        "command": list(server.words(redis.server, server.settings(redis))),
        "ports": [f"127.0.0.1:{port}:{images.PORT}"],
        "healthcheck": {
            "test": ["CMD-SHELL", server.probe(redis, (redis.image,))],
            "interval": health.interval.text,
            "timeout": health.timeout.text,
            "retries": health.retries,
        },
    }
    environment = {**redis.server.needs, **redis.env}
    if environment:
        service["environment"] = environment
    if redis.memory is not None:
        service["mem_limit"] = redis.memory.docker
    if redis.memory_swap is not None:
        service["memswap_limit"] = redis.memory_swap.docker
    if redis.somaxconn is not None:
        service["sysctls"] = {"net.core.somaxconn": redis.somaxconn}
    if redis.nofile is not None:
        service["ulimits"] = {"nofile": {"soft": redis.nofile, "hard": redis.nofile}}
    return {"services": {redis.id: service}}
