"""Services that get in each other's way inside one pod.

Kubernetes runners put all containers of a job into one pod: they share their ports, whatever is mapped, and a
second server on the same port cannot start. Give one of them another port, or use machines for this job.

Source: actions/actions-runner-controller issues 3073, 4194, 1768.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.services import server_port
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Job, Service

_TWO = sample.redis().replace(
    "    steps:\n",
    '      {}:\n        image: valkey/valkey:8.1-alpine\n        ports: ["6380:6379"]\n{}    steps:\n',
)
_HOOKS = Settings(targets=frozenset(("hooks",)))
_MOVED = "        command: valkey-server --port 6380\n"


class PodCollision(JobRule):
    id = "pod-collision"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    keys = frozenset(("services",))
    targets = frozenset(("hooks",))
    examples = (
        Example(
            bad=_TWO.format("«second»", ""),
            good=_TWO.format("second", _MOVED),
            settings=_HOOKS,
        ),
    )
    allows = (
        Example(
            "", _TWO.format("second", "").replace("valkey/valkey:8.1-alpine", "postgres:17"), settings=_HOOKS
        ),
        Example(
            "",
            _TWO.format("second", "").replace("valkey/valkey:8.1-alpine", "example/own:1"),
            settings=_HOOKS,
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        taken: dict[int, Service] = {}
        for service in job.services:
            port = server_port(service)
            if port is None:
                continue
            other = taken.setdefault(port, service)
            if other is not service:
                yield self.found(
                    service.key,
                    f"{service.id} and {other.id} both listen at {port}, and containers of one pod share their ports",
                    cure="move one of the servers to another port",
                    also=((other.key, "the first"),),
                )
