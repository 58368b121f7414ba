"""What a server's own log, or docker, says of the reason: it stands before what the clients felt.

A root explains some classes: where the tests show one of those, its cause and cure are told instead, and its line
is the first of the evidence. Sources: the servers' and docker's own messages (redis 7.0 and 8.0, docker 26.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.triage.classes import Failure

_GONE = frozenset({Failure.REFUSED, Failure.RESET, Failure.TIMEOUT})


@dataclass(frozen=True)
class Root:
    """A line that tells the reason; `mark` is a piece of it in lower case, which is looked for first.

    `failure` is the class that it gives, None to keep the one that the tests show.
    """

    mark: str
    pattern: re.Pattern[str]
    explains: frozenset[Failure]
    cause: str
    cure: str
    failure: Failure | None = None
    rule: str | None = None

    @property
    def overrules(self) -> bool:
        """Whether its class goes before the one that the tests show."""
        return self.failure is not None


ROOTS = (
    Root(
        "oomkilled",
        re.compile(r'"?OOMKilled"?[:=]\s*true'),
        _GONE,
        "the Redis container was killed for lack of memory; what the clients felt came after",
        "set maxmemory below the container's limit, with an eviction policy; look at what the tests store",
        Failure.SIGNAL,
        "memory-without-maxmemory",
    ),
    Root(
        "killed process",
        re.compile(r"[Kk]illed process \d+ \((?:redis|valkey)-server\)"),
        _GONE,
        "the kernel killed the Redis server for lack of memory; what the clients felt came after",
        "set maxmemory below the container's limit, with an eviction policy; look at what the tests store",
        Failure.SIGNAL,
        "memory-without-maxmemory",
    ),
    Root(
        "redis container was killed",
        re.compile(r"the Redis container was killed for lack of memory"),
        _GONE,
        "the Redis container was killed for lack of memory; what the clients felt came after",
        "set maxmemory below the container's limit, with an eviction policy; look at what the tests store",
        Failure.SIGNAL,
        "memory-without-maxmemory",
    ),
    Root(
        "port is already allocated",
        re.compile(r"Bind for \S+ failed: port is already allocated"),
        _GONE,
        "the port is taken on this machine, so the service could not be started",
        "publish a random port, ports: [6379], and read it from job.services; or end what holds the port",
        rule="duplicate-host-port",
    ),
    Root(
        "fatal config file error",
        re.compile(r"FATAL CONFIG FILE ERROR"),
        _GONE,
        "Redis did not start: a setting is unknown to it, or written wrongly",
        "correct the flag that the server's log names in the next lines",
        rule="unknown-server-setting",
    ),
    Root(
        "bad directive or wrong number",
        re.compile(r"Bad directive or wrong number of arguments"),
        _GONE,
        "Redis did not start: a setting is unknown to it, or written wrongly",
        "correct the flag that stands in the line before",
        rule="unknown-server-setting",
    ),
    Root(
        "out of memory allocating",
        re.compile(r"Out Of Memory allocating \d+ bytes"),
        _GONE,
        "Redis found no memory and ended itself",
        "set maxmemory below the container's limit, with an eviction policy",
    ),
    Root(
        "crashed by signal",
        re.compile(r"(?:Redis|Valkey) [\d.]+ crashed by signal|REDIS BUG REPORT START"),
        _GONE,
        "the Redis server crashed; its own report stands in the log",
        "take another version of the image, and report the crash to the server's project",
    ),
    Root(
        "output buffer limits",
        re.compile(r"scheduled to be closed ASAP for overcoming of output buffer limits"),
        frozenset({Failure.RESET}),
        "Redis cut a client that read too slowly: its output buffer was over the limit",
        "read faster or publish less; raise client-output-buffer-limit for pubsub",
    ),
    Root(
        "fork: cannot allocate memory",
        re.compile(r"Can't save in background: fork: Cannot allocate memory"),
        frozenset({Failure.READONLY}),
        "the save failed because the kernel refused the memory to fork: vm.overcommit_memory is 0",
        'switch persistence off: --save "" --appendonly no; or set vm.overcommit_memory=1 on the machine',
    ),
)
