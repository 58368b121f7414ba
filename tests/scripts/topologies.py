"""Servers that stand together: a Sentinel before its primary, the nodes of a Cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from support.ports import free_port
from support.servers import Running, Server, running


@contextmanager
def sentinel(
    primary_port: int,
    host: str = "127.0.0.1",
    config: str = "",
    password: str | None = None,
    server: Server = Server.REDIS_8_0,
) -> Iterator[Running]:
    """One Sentinel that calls the primary at `host` and this port `main`; `password` is its own."""
    lines = f"sentinel monitor main {host} {primary_port} 1\n{config}\n"
    with running(server, "--sentinel", config=lines, password=password) as watching:
        yield watching


@contextmanager
def cluster(count: int, *flags: str, server: Server = Server.REDIS_8_0) -> Iterator[list[Running]]:
    """Nodes that have met, none of which serves a slot yet; `flags` are further ones of each."""
    enabled = ("--cluster-enabled", "yes")
    with ExitStack() as stack:
        nodes: list[Running] = []
        for _ in range(count):
            port, bus = free_port(), free_port()
            own = ("--cluster-port", str(bus), "--cluster-config-file", f"nodes-{port}.conf")
            nodes.append(stack.enter_context(running(server, *enabled, *flags, *own, port=port)))
            if len(nodes) > 1:
                first_bus = nodes[0].cli("CONFIG", "GET", "cluster-port").split()[-1]
                nodes[-1].cli("CLUSTER", "MEET", "127.0.0.1", str(nodes[0].port), first_bus)
        yield nodes
