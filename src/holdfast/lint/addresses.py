"""Where a job's steps look for servers: URLs, host and port variables, client flags, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from holdfast.document import Scalar
from holdfast.lint.memo import remembered
from holdfast.lint.services import env_of, server_port
from holdfast.lint.workflow import Job, Step

LOCAL = frozenset(("localhost", "127.0.0.1", "[::1]", "0.0.0.0"))
_SCHEMES = (
    "rediss?|valkeys?|postgres(?:ql)?(?:\\+\\w+)?|mysql2?(?:\\+\\w+)?|mariadb|mongodb|amqps?|memcached|nats"
)
_URL = re.compile(
    rf"(?P<scheme>{_SCHEMES})://(?:(?P<user>[^\s:@/\"']*)(?::(?P<password>[^\s@/\"']*))?@)?"
    r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]+)(?::(?P<port>\d+)(?![\w{]))?"
)
_PLAIN = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]+):(?P<port>\d{2,5})(?:/\d+)?")
_HOST_NAME = re.compile(r"(^|_|^PG)(HOST|HOSTNAME|SERVER)$")
_ADDRESS_NAME = re.compile(r"(^|_)(ADDR|ADDRESS|ADDRS|SERVERS?|ENDPOINT|HOST|NODES?|URL|URI)$")
_CLIENT = re.compile(
    r"(?<![\w./-])(?:(?:redis|valkey)-cli)((?:\s+-\w+(?:\s+[^-\s]\S*)?)*?)\s+-h\s+(?P<host>[\w.-]+)(?:\s+-p\s+(?P<port>\d+))?"
)

# By the first letters of the clients' names.
_USUAL_PORTS = {"ps": 5432, "pg": 5432, "cr": 5432, "dr": 5432, "my": 3306, "ma": 3306}
# An address of HTTP counts only with the port of one of the job's own servers: most others are elsewhere.
_WEB = re.compile(
    r"(?P<scheme>https?)://(?:(?P<user>[^\s:@/\"']*)(?::(?P<password>[^\s@/\"']*))?@)?"
    r"(?P<host>[A-Za-z0-9_.-]+):(?P<port>\d+)(?![\w{])"
)
_OTHER_CLIENTS = re.compile(
    r"(?<![\w./-])(?P<client>psql|pg_isready|createdb|dropdb|pg_restore|mysql|mysqladmin|mariadb|mariadb-admin)"
    r"(?=\s)[^\n;|&]*?\s(?:-h\s*|--host[ =])(?P<host>[A-Za-z0-9][\w.-]*)(?:\s+(?:-p|-P|--port[ =])\s*(?P<port>\d+))?"
)
_PORT_CHECKS = re.compile(
    r"(?<![\w./-])nc\s+(?:-\w+\s+(?:\d+\s+)?)*(?P<host>[A-Za-z][\w.-]*|127\.0\.0\.1)\s+(?P<port>\d{2,5})(?!\S)"
    r"|(?:wait-for(?:-it)?(?:\.sh)?\s+(?:-\S+\s+)*|-wait\s+tcp://)"
    r"(?P<host2>[A-Za-z][\w.-]*|127\.0\.0\.1):(?P<port2>\d{2,5})"
)


class Address(NamedTuple):
    """A host as written: offsets in the scalar; `step` None for the variables of the job or the workflow.

    `name` is the variable's, empty in a script; `port` None where none is written there, and `port_node` is where it
    is written when that is a variable of its own.
    """

    scheme: str
    host: str
    port: int | None
    user: str
    password: str | None
    scalar: Scalar
    start: int
    end: int
    step: Step | None
    name: str
    port_node: Scalar | None = None
    client: str = ""

    @property
    def asked(self) -> int | None:
        """The port that is written, or the client's own."""
        usual = _USUAL_PORTS if self.client else {}
        return self.port if self.port is not None else usual.get(self.client[:2])

    @property
    def redis(self) -> bool:
        """Whether it names a server of Redis' protocol."""
        about = f"{self.scheme} {self.name}".lower()
        return "redis" in about or "valkey" in about

    @property
    def local(self) -> bool:
        return self.host.lower() in LOCAL


@remembered
def addresses(job: Job) -> tuple[Address, ...]:
    """Every address that the job's own steps read; those of other services are left out."""
    return tuple(_addresses(job))


def _addresses(job: Job) -> Iterator[Address]:
    served = frozenset(port for service in job.services if (port := server_port(service)))
    for node in (job.workflow.env, job.env):
        yield from _in_env(env_of(node), None, served)
    for step in job.steps:
        yield from _in_env(env_of(step.env), step, served)
        if step.run is not None:
            yield from _in_script(step.run, step, served)


def _in_env(env: dict[str, Scalar], step: Step | None, served: frozenset[int]) -> Iterator[Address]:
    for name, scalar in env.items():
        value = scalar.value
        found = _URL.match(value) or _served(_WEB.match(value), served)
        if found:
            yield _address(found, scalar, step, name)
        elif "${{" in value:
            continue
        elif (plain := _PLAIN.fullmatch(value)) and _ADDRESS_NAME.search(name.upper()):
            yield _address(plain, scalar, step, name)
        elif _HOST_NAME.search(name.upper()) and re.fullmatch(r"[A-Za-z0-9_.-]+", value):
            port = env.get(re.sub(r"(HOST|HOSTNAME|SERVER)$", "PORT", name))
            number = int(port.value) if port is not None and port.value.isdigit() else None
            yield Address("", value, number, "", None, scalar, 0, len(value), step, name, port)


def _served(found: re.Match[str] | None, served: frozenset[int]) -> re.Match[str] | None:
    return found if found and int(found["port"]) in served else None


def _in_script(run: Scalar, step: Step, served: frozenset[int]) -> Iterator[Address]:
    for pattern in _IN_SCRIPTS:
        for found in pattern.finditer(run.value):
            if pattern is _WEB and not _served(found, served):
                continue
            line = run.value[_line_start(run.value, found.start()) : found.start()]
            if re.search(r"\bdocker\b|\bcompose\b|#|\bssh\b|\bkubectl\b", line):
                continue
            if re.search(r"\becho\b", line) and not _KEPT.match(run.value, found.end()):
                continue
            yield _address(found, run, step, "redis-cli" if pattern is _CLIENT else "")


# What is printed into the variables of later steps, or of the application.
_KEPT = re.compile(r"""[^\n]*>>?\s*["']?(?:\$\{?GITHUB_ENV\b|(?:[\w./-]*/)?\.env\b)""")


def _line_start(text: str, at: int) -> int:
    """Where the line of a place begins, lines that a backslash continues counted as one."""
    start = text.rfind("\n", 0, at) + 1
    while start >= 2 and text[start - 2] == "\\":
        start = text.rfind("\n", 0, start - 1) + 1
    return start


_IN_SCRIPTS = (_URL, _CLIENT, _WEB, _OTHER_CLIENTS, _PORT_CHECKS)


def _address(found: re.Match[str], scalar: Scalar, step: Step | None, name: str) -> Address:
    parts = found.groupdict()
    second = parts.get("host2") is not None
    host, port = ("host2", parts["port2"]) if second else ("host", parts.get("port"))
    return Address(
        parts.get("scheme") or "",
        parts[host],
        int(port) if port else None,
        parts.get("user") or "",
        parts.get("password"),
        scalar,
        found.start(host),
        found.end(host),
        step,
        name,
        client=parts.get("client") or "",
    )
