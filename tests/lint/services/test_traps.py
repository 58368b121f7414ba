"""The 21 traps of real workflows: each correct file is silent, and its smallest flawed twin is found.

The traps stand in the project's facts on workflows in the wild (T1 to T21): each is a file that a naive rule
would flag.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from holdfast.finding import Finding, Severity
from holdfast.lint.engine import lint
from holdfast.lint.settings import Settings
from holdfast.text import Source

GROUPS = Settings(select=frozenset(("service", "redis", "budget", "isolation", "portability")))
PROBE = 'options: --health-cmd "redis-cli -e ping" --health-interval 1s --health-retries 30'


class Trap(NamedTuple):
    """A correct text, what to replace for the twin, and the rule and line that the twin is found by."""

    text: str
    old: str
    new: str
    rule: str
    line: str


def job(services: str, steps: str, more: str = "", runner: str = "ubuntu-24.04") -> str:
    return (
        f"on: push\njobs:\n  test:\n    runs-on: {runner}\n    timeout-minutes: 10\n{more}"
        f"    services:\n{services}    steps:\n{steps}"
    )


def redis(
    *lines: str, name: str = "redis", image: str = "redis:8.2-alpine", ports: str = '["6379:6379"]'
) -> str:
    head = f"      {name}:\n        image: {image}\n        {PROBE}\n"
    head += f"        ports: {ports}\n" if ports else ""
    return head + "".join(f"        {line}\n" for line in lines)


RUN = "      - run: pytest\n"
TRAPS = {
    "T1 name used by a container step": Trap(
        job(
            redis(),
            "      - uses: docker://example/tests:1\n        env:\n          REDIS_URL: redis://redis:6379\n",
        ),
        "uses: docker://example/tests:1",
        "run: pytest",
        "service-name-from-host",
        "REDIS_URL: redis://redis:6379",
    ),
    "T2 name used by another service": Trap(
        job(
            redis()
            + ("      sentinel:\n        image: example/sentinel:1\n        env:\n          MASTER: redis\n"),
            RUN,
        ),
        "    services:",
        "    env:\n      REDIS_HOST: redis\n    services:",
        "service-name-from-host",
        "REDIS_HOST: redis",
    ),
    "T3 name written into the hosts file": Trap(
        job(
            redis(),
            '      - run: echo "127.0.0.1 redis" | sudo tee -a /etc/hosts\n'
            "      - run: pytest\n        env:\n          REDIS_URL: redis://redis:6379\n",
        ),
        "/etc/hosts",
        "names",
        "service-name-from-host",
        "REDIS_URL: redis://redis:6379",
    ),
    "T4 container in some legs, host switched with it": Trap(
        job(
            redis(),
            RUN,
            "    strategy:\n      matrix:\n        include: [{c: ''}, {c: "
            "'node:22'}]\n    container: ${{ matrix.c }}\n"
            "    env:\n      REDIS_HOST: ${{ matrix.c && 'redis' || 'localhost' }}\n",
        ),
        "    container: ${{ matrix.c }}\n    env:\n      REDIS_HOST: ${{ matrix.c && 'redis' || 'localhost' }}",
        "    container: node:22\n    env:\n      REDIS_HOST: localhost",
        "localhost-in-container",
        "REDIS_HOST: localhost",
    ),
    "T5 published ports used through the gateway": Trap(
        job(
            redis(),
            "      - run: pytest\n        env:\n          HOST: host.docker.internal\n",
            "    container: python:3.13\n",
        ),
        "host.docker.internal",
        "redis",
        "needless-port",
        'ports: ["6379:6379"]',
    ),
    "T6 service switched off on Windows": Trap(
        job(
            redis(image="${{ matrix.image }}"),
            RUN,
            "    strategy:\n      matrix:\n        include:\n"
            "          - {os: ubuntu-24.04, image: 'redis:8.2'}\n"
            "          - {os: windows-2025, image: ''}\n",
            "${{ matrix.os }}",
        ),
        "image: ''}",
        "image: 'redis:8.2'}",
        "non-linux-services",
        "runs-on",
    ),
    "T7 services from an expression": Trap(
        "on: push\njobs:\n  test:\n    runs-on: windows-2025\n    timeout-minutes: 10\n"
        "    services: ${{ fromJSON(vars.SERVICES) }}\n    steps:\n      - run: pytest\n",
        "${{ fromJSON(vars.SERVICES) }}",
        f"{{redis: {{image: 'redis:8.2', {PROBE.replace('options: ', 'options: ' + chr(39))}'}}}}",
        "non-linux-services",
        "runs-on",
    ),
    "T8 variables that the image reads": Trap(
        job(redis("env:", "  VALKEY_EXTRA_FLAGS: --save 60 1", image="valkey/valkey:8.1-alpine"), RUN),
        "VALKEY_EXTRA_FLAGS",
        "REDIS_MAXMEMORY",
        "ignored-variable",
        "REDIS_MAXMEMORY",
    ),
    "T9 matrix of objects": Trap(
        job(
            redis(image="${{ matrix.db.image }}:${{ matrix.db.version }}"),
            RUN,
            "    strategy:\n      matrix:\n        db:\n          - {image: redis, version: '8.2'}\n"
            "          - {image: valkey/valkey, version: '8.1'}\n",
        ),
        "version: '8.1'}",
        "tag: '8.1'}",
        "empty-image-tag",
        "image: ${{",
    ),
    "T10 the server as entrypoint in options": Trap(
        job(redis().replace("--health-retries 30", "--health-retries 30 --entrypoint redis-server"), RUN),
        "--entrypoint redis-server",
        "--entrypoint redis-server --save",
        "server-flag-in-options",
        "--save",
    ),
    "T11 a name of one's own": Trap(
        job(
            redis().replace("--health-retries 30", "--health-retries 30 --name redis"),
            "      - run: docker restart redis\n",
        ),
        " --name redis",
        "",
        "unknown-container",
        "docker restart redis",
    ),
    "T12 single quotes inside double ones": Trap(
        job(
            redis()
            .replace("redis-cli -e ping", "sh -c 'redis-cli -e ping'")
            .replace("options: ", "options: >-\n          "),
            RUN,
        ),
        "\"sh -c 'redis-cli -e ping'\"",
        "'redis-cli -e ping'",
        "single-quoted-option",
        "redis-cli",
    ),
    "T13 Redis by image, not by key": Trap(
        job(redis(name="database"), RUN),
        f"        {PROBE}\n",
        "",
        "missing-probe",
        "database:",
    ),
    "T14 other things called matrix": Trap(
        job(redis(image="redis:${{ needs.matrix.outputs.redis }}"), RUN),
        "${{ needs.matrix.outputs.redis }}",
        "${{ matrix.redis }}",
        "empty-image-tag",
        "image: redis:",
    ),
    "T15 a matrix that only a run knows": Trap(
        job(
            redis(image="redis:${{ matrix.redis }}"),
            RUN,
            "    strategy:\n      matrix: ${{ fromJSON(inputs.matrix) }}\n",
        ),
        "matrix: ${{ fromJSON(inputs.matrix) }}",
        "matrix: {python: ['3.13']}",
        "empty-image-tag",
        "image: redis:",
    ),
    "T16 a random port read from the context": Trap(
        job(
            redis(ports="[6379]"),
            "      - run: pytest\n        env:\n          REDIS_URL: redis://localhost:${{ "
            "job.services.redis.ports['6379'] }}\n",
        ),
        "${{ job.services.redis.ports['6379'] }}",
        "6379",
        "random-port-as-fixed",
        "ports: [6379]",
    ),
    "T17 redis-cli after its set-up": Trap(
        job(redis(), "      - uses: shogo82148/actions-setup-redis@v1\n      - run: redis-cli info\n"),
        "shogo82148/actions-setup-redis@v1",
        "actions/checkout@v4",
        "missing-redis-cli",
        "redis-cli info",
    ),
    "T18 numbers of YAML 1.1": Trap(
        job("      ftp:\n        image: example/ftp:1\n        ports:\n          - 21:21\n", RUN),
        "21:21",
        "21:99999",
        "refused-port",
        "21:99999",
    ),
    "T19 an address of nobody, on purpose": Trap(
        job(
            redis(ports='["16379:6379"]'),
            "      - run: pytest\n        env:\n          REDIS_ADDR: localhost:9999\n",
        ),
        "localhost:9999",
        "localhost:6379",
        "container-port-from-host",
        "REDIS_ADDR",
    ),
    "T20 a server that something else starts": Trap(
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 10\n    env:\n"
        "      REDIS_URL: redis://localhost:6379\n    steps:\n      - run: make test\n",
        "    steps:",
        "    services:\n      redis:\n        image: redis:8.2\n        " + PROBE + "\n    steps:",
        "unpublished-port",
        "redis:",
    ),
    "T21 overcommit in a step": Trap(
        job(redis(), "      - run: sudo sysctl -w vm.overcommit_memory=1\n"),
        "vm.overcommit_memory=1",
        "net.core.somaxconn=65535",
        "host-somaxconn",
        "somaxconn",
    ),
}


def found(text: str) -> tuple[Finding, ...]:
    return lint(Source(".github/workflows/ci.yml", text), GROUPS)


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_a_trap_is_silent(trap: Trap) -> None:
    assert [one.message for one in found(trap.text) if one.severity is not Severity.NOTICE] == []


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_its_twin_is_found_on_its_line(trap: Trap) -> None:
    assert trap.text.count(trap.old) >= 1
    text = trap.text.replace(trap.old, trap.new)
    hits = [one for one in found(text) if one.rule == trap.rule]
    assert hits, [one.rule for one in found(text)]
    assert any(trap.line in Source("", text).line(one.place.line) for one in hits)
