"""Published ports behind which nothing listens.

In `HOST:CONTAINER` the right number is the port of the server inside the container. `6380:6380` publishes a
port that Redis does not serve: connections are accepted by Docker and then reset. Write `6380:6379`.

Source: docs.docker.com, publishing ports; the images' own ports.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    Port,
    command_words,
    family,
    images,
    options,
    ports,
    server_port,
)
from holdfast.lint.workflow import Service


class UnservedPort(ServiceRule):
    id = "unserved-port"
    group = Group.SERVICE
    severity = Severity.ERROR
    fixable = True
    needs = frozenset(("ports",))
    examples = (
        Example(
            bad=sample.service('ports: [«"6380:6380"»]'),
            good=sample.service('ports: ["6380:6379"]'),
        ),
        Example(
            bad=sample.service("ports:", "  - «6379:6379»/udp"),
            good=sample.service("ports:", "  - 6379:6379"),
        ),
        Example(
            bad=sample.service("ports:", "  - «6379:6380»/tcp"),
            good=sample.service("ports:", "  - 6379:6379/tcp"),
        ),
    )
    allows = (
        sample.service("ports:", "  - 6379:6379", "  - 6379:6379/udp"),
        sample.service('ports: ["6380:6380"]', "command: redis-server --port 6380"),
        sample.service('ports: ["6379:6379", "8001:8001"]', image="redis/redis-stack:7.4.0-v6"),
        sample.service('ports: ["1234:1234"]', image="example/own:1"),
        sample.service('ports: ["7000-7005:7000-7005"]', image="grokzen/redis-cluster:7.0.10"),
        sample.service('ports: ["26379:26379"]', "entrypoint: redis-sentinel"),
        sample.service('ports: ["6379:6379"]', "options: --entrypoint redis-sentinel"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        image, port = family(service), server_port(service)
        entry = options(service).last("entrypoint")
        if image is None or port is None or (entry is not None and "server" not in (entry.value or "")):
            return
        served = {port, *image.ports[1:]} if image.name != "redis-cluster" else set(range(5000, 8000))
        for one in ports(service):
            bus = "cluster-enabled" in command_words(service) and one.container == port + 10000
            if one.container in served or bus:
                yield from self._by_udp(service, one)
                continue
            text = one.node.value
            spec = text.partition("/")[0]
            start = spec.rfind(":") + 1
            fix = None
            if spec[start:] == str(one.container):
                fix = edits.replaced(self.source, one.node, start, len(spec), str(port))
                if ":" not in spec:
                    fix = edits.replaced(self.source, one.node, 0, len(spec), f"{spec}:{port}")
            where = one.node if one.node.style != "plain" else one.node.part(self.text, 0, len(spec))
            yield self.found(
                where,
                f"nothing listens at port {one.container} in {images(service)[0].replace(HOLE, '*')}, "
                f"its server is at {port}",
                cure=f"write {one.host or one.container}:{port}",
                fix=fix,
            )

    def _by_udp(self, service: Service, port: Port) -> Iterator[Finding]:
        """A port that only UDP or SCTP reaches; servers here speak TCP."""
        if port.protocol not in ("udp", "sctp") or any(
            one.container == port.container and one.protocol == "tcp" for one in ports(service)
        ):
            return
        at = port.node.value.find("/")
        yield self.found(
            port.node if port.node.style != "plain" else port.node.part(self.text, 0, at),
            f"only {port.protocol.upper()} is published, and the server of "
            f"{images(service)[0].replace(HOLE, '*')} speaks TCP",
            cure=f"drop /{port.protocol}",
            fix=edits.replaced(self.source, port.node, at, len(port.node.value), ""),
        )
