# ruff: noqa: E501  # words stand as they are printed
"""What GitHub and act put around a step's output, and the forms in which people hold such a log."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Lines = list[str]


@dataclass(frozen=True)
class Step:
    """One step: its name, the command that GitHub prints, its environment, its output, its exit code."""

    name: str
    run: str
    output: str
    code: int = 0
    env: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Lines:
        """As the raw log has it."""
        first, *rest = self.run.splitlines()
        told = [f"##[group]Run {first}", *(f"\x1b[36;1m{line}\x1b[0m" for line in (first, *rest))]
        told += ["shell: /usr/bin/bash --noprofile --norc -e -o pipefail {0}"]
        told += ["env:", *(f"  {name}: {value}" for name, value in self.env.items())] if self.env else []
        told += ["##[endgroup]", *map(annotated, self.output.splitlines())]
        return [*told, f"##[error]Process completed with exit code {self.code}."] if self.code else told


@dataclass(frozen=True)
class Job:
    """One job: what comes before the steps, the steps, what the service printed."""

    name: str
    steps: tuple[Step, ...]
    service: str | None = "redis:7-alpine"
    service_log: str = ""

    def parts(self) -> Iterator[tuple[str, Lines]]:
        """Steps by name, with the lines of each; after a failed one none runs."""
        yield "Set up job", SET_UP
        if self.service:
            yield "Initialize containers", initialized(self.service)
        yield "Run actions/checkout@v5", CHECKOUT
        for step in self.steps:
            yield step.name, step.lines()
            if step.code:
                break
        yield "Post Run actions/checkout@v5", POST
        if self.service:
            yield "Stop containers", stopped(self.service, self.service_log)
        yield "Complete job", COMPLETE


SET_UP = """Current runner version: '2.330.0'
##[group]Runner Image Provisioner
Hosted Compute Agent
Version: 20251016.436
##[endgroup]
##[group]Operating System
Ubuntu
24.04.3
LTS
##[endgroup]
##[group]Runner Image
Image: ubuntu-24.04
Version: 20251112.124.1
Included Software: https://github.com/actions/runner-images/blob/ubuntu24/20251112.124/images/ubuntu/Ubuntu2404-Readme.md
##[endgroup]
##[group]GITHUB_TOKEN Permissions
Contents: read
Metadata: read
##[endgroup]
Secret source: Actions
Prepare workflow directory
Prepare all required actions
Getting action download info
Download action repository 'actions/checkout@v5' (SHA:08c6903cd8c0fde910a37f88322edcfb5dd907a8)
Complete job name: test""".splitlines()

CHECKOUT = """##[group]Run actions/checkout@v5
with:
  repository: example/shop
  token: ***
  fetch-depth: 1
##[endgroup]
Syncing repository: example/shop
##[group]Getting Git version info
Working directory is '/home/runner/work/shop/shop'
[command]/usr/bin/git version
git version 2.51.2
##[endgroup]
##[group]Fetching the repository
[command]/usr/bin/git -c protocol.version=2 fetch --no-tags --prune --no-recurse-submodules --depth=1 origin +4711:refs/remotes/origin/main
From https://github.com/example/shop
 * [new ref]         4711 -> origin/main
##[endgroup]""".splitlines()

POST = """Post job cleanup.
[command]/usr/bin/git version
git version 2.51.2
[command]/usr/bin/git config --local --unset-all http.https://github.com/.extraheader""".splitlines()

COMPLETE = """Cleaning up orphan processes""".splitlines()


def initialized(image: str) -> Lines:
    """The service container's start, as the runner prints it."""
    return f"""##[group]Checking docker version
##[command]/usr/bin/docker version --format '{{{{.Server.APIVersion}}}}'
'1.48'
Docker daemon API version: '1.48'
##[endgroup]
##[group]Clean up resources from previous jobs
##[command]/usr/bin/docker ps --all --quiet --no-trunc --filter "label=a5d6f2"
##[endgroup]
##[group]Create local container network
##[command]/usr/bin/docker network create --label a5d6f2 github_network_52b0b1
a4be4b1a2d5c7d8f0cf2a7b7a0d7c9e1
##[endgroup]
##[group]Starting redis service container
##[command]/usr/bin/docker pull {image}
7-alpine: Pulling from library/redis
2d35ebdb57d9: Pulling fs layer
2d35ebdb57d9: Verifying Checksum
2d35ebdb57d9: Download complete
2d35ebdb57d9: Pull complete
Digest: sha256:ee64a64eaab618d88051c3ade8f6352d11531fcf79d9a4818b9b183d8c1d18ba
Status: Downloaded newer image for {image}
##[command]/usr/bin/docker create --name 3f1_redis --label a5d6f2 --network github_network_52b0b1 --network-alias redis -p 6379:6379 --health-cmd "redis-cli ping" --health-interval 10s -e "REDIS_MAXMEMORY=1gb" -e GITHUB_ACTIONS=true -e CI=true {image}
8d1f0a
##[command]/usr/bin/docker start 8d1f0a
8d1f0a
##[command]/usr/bin/docker ps --all --filter id=8d1f0a --filter status=running --no-trunc --format "{{{{.ID}}}} {{{{.Status}}}}"
8d1f0a Up Less than a second (health: starting)
##[command]/usr/bin/docker port 8d1f0a
6379/tcp -> 0.0.0.0:6379
6379/tcp -> [::]:6379
##[endgroup]
##[group]Waiting for all services to be ready
##[command]/usr/bin/docker inspect --format="{{{{if .Config.Healthcheck}}}}{{{{print .State.Health.Status}}}}{{{{end}}}}" 8d1f0a
starting
redis service is starting, waiting 2 seconds before checking again.
##[command]/usr/bin/docker inspect --format="{{{{if .Config.Healthcheck}}}}{{{{print .State.Health.Status}}}}{{{{end}}}}" 8d1f0a
healthy
redis service is healthy.
##[endgroup]""".splitlines()


def stopped(image: str, log: str) -> Lines:
    """The runner's farewell, with the service's own log."""
    return [
        f"Print service container logs: 3f1_redis_{image.replace(':', '')}",
        "##[command]/usr/bin/docker logs --details 8d1f0a",
        *(f" {line}" for line in log.splitlines()),
        f"Stop and remove container: 3f1_redis_{image.replace(':', '')}",
        "##[command]/usr/bin/docker rm --force 8d1f0a",
        "8d1f0a",
        "Remove container network: github_network_52b0b1",
        "##[command]/usr/bin/docker network rm github_network_52b0b1",
        "github_network_52b0b1",
    ]


def annotated(line: str) -> str:
    """GitHub's log shows a workflow command of the kind `::error title=t::text` as `##[error]text`."""
    return re.sub(r"^::(error|warning|notice)(?: [^:]*)?::", r"##[\1]", line)


class Clock:
    """Times as GitHub writes them, each a little later."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._now = datetime(2026, 11, 20, 9, self._random.randrange(60), tzinfo=UTC)

    def stamp(self) -> str:
        self._now += timedelta(microseconds=self._random.randrange(40, 90_000))
        return f"{self._now:%Y-%m-%dT%H:%M:%S.%f}{self._random.randrange(10)}Z"


def raw(job: Job) -> str:
    """A job's log, downloaded."""
    clock = Clock(job.name)
    lines = (line for _, lines in job.parts() for line in lines)
    return "﻿" + "".join(f"{clock.stamp()} {line}\n" for line in lines)


def viewed(jobs: Iterable[Job], only_failed: bool = False) -> str:
    """What `gh run view --log`, or `--log-failed`, prints."""
    told: list[str] = []
    for job in jobs:
        clock = Clock(job.name)
        failed = [step.name for step in job.steps if step.code]
        for name, lines in job.parts():
            if not only_failed or name in failed:
                told += [f"{job.name}\t{name}\t{clock.stamp()} {line}\n" for line in lines]
    return "".join(told)


def acted(job: Job, workflow: str = "CI") -> str:
    """What act prints, with a prefix a line."""
    head = f"[{workflow}/{job.name}]"
    told = [
        f"{head} ⭐ Run Set up job",
        f"{head} 🚀  Start image=catthehacker/ubuntu:act-24.04",
        *(
            [f"{head}   🐳  docker pull image={job.service} platform= username= forcePull=false"]
            if job.service
            else []
        ),
        f'{head}   🐳  docker create image=catthehacker/ubuntu:act-24.04 platform= entrypoint=["tail" "-f" "/dev/null"] cmd=[] network="host"',
        f"{head}   ✅  Success - Set up job",
        f"{head} ⭐ Run Main actions/checkout@v5",
        f"{head}   ✅  Success - Main actions/checkout@v5 [12.1ms]",
    ]
    for number, step in enumerate(job.steps):
        told.append(f"{head} ⭐ Run Main {step.name}")
        told.append(
            f"{head}   🐳  docker exec cmd=[bash --noprofile --norc -e -o pipefail /var/run/act/workflow/{number}] user= workdir="
        )
        told += [f"{head}   | {line}" for line in step.output.splitlines()]
        if step.code:
            told += [
                f"{head}   ❌  Failure - Main {step.name} [4.2s]",
                f"{head} exitcode '{step.code}': failure",
            ]
            break
        told.append(f"{head}   ✅  Success - Main {step.name} [312.4ms]")
    told += [f"{head} ⭐ Run Complete job", f"{head}   ✅  Success - Complete job", f"{head} 🏁  Job failed"]
    return "\n".join([*told, f"Error: Job '{job.name}' failed", ""])


def without_places(text: str, places: Iterable[tuple[str, str]]) -> str:
    """The text with the paths and ports of this machine replaced."""
    for old, new in places:
        text = text.replace(old, new)
    text = re.sub(r"Linux-[\w.-]+-x86_64", "Linux-6.11.0-1018-azure-x86_64", text)
    return re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", text)
