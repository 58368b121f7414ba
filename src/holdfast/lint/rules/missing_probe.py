"""Services that nobody waits for.

The runner waits for a service only if its image or its options define a health check; without one the service
counts as ready at once, and the first test races the server. Half of the Redis services in public workflows
are like that, and pass because setting up the language takes longer. Add a health check: with an interval of
1 s it costs about two seconds.

Source: actions/runner 2.336.0, ContainerOperationProvider.cs; 64 of 132 services in 150 repositories.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from holdfast.facts.images import shared_ping
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.images import Image, known
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.scripts import (
    waits,
)
from holdfast.lint.services import (
    images,
    is_redis,
    options,
)
from holdfast.lint.workflow import Service


class MissingProbe(ServiceRule):
    id = "missing-probe"
    group = Group.SERVICE
    severity = Severity.WARNING
    fixable = True
    needs = frozenset(("services",))
    examples = (
        Example(
            bad=sample.service('ports: ["6379:6379"]').replace("redis:\n", "«redis»:\n"),
            good=sample.service(
                'ports: ["6379:6379"]',
                'options: --health-cmd "redis-cli -e ping" --health-interval 1s '
                "--health-timeout 3s --health-retries 30",
            ),
        ),
        Example(
            bad=sample.service(
                job="strategy: {matrix: {image: ['redis:8.2', 'valkey/valkey:8.1']}}",
                image="${{ matrix.image }}",
            ).replace("redis:\n", "«redis»:\n"),
            good=sample.service(
                'options: --health-cmd "redis-cli ping | grep -q PONG" --health-interval 1s '
                "--health-timeout 3s --health-retries 30",
                job="strategy: {matrix: {image: ['redis:8.2', 'valkey/valkey:8.1']}}",
                image="${{ matrix.image }}",
            ),
        ),
        Example(
            bad=sample.service("options: >-", "  --cpus 1").replace("redis:\n", "«redis»:\n"),
            good=sample.service(
                "options: >-",
                "  --cpus 1",
                '  --health-cmd "redis-cli -e ping" --health-interval 1s --health-timeout '
                "3s --health-retries 30",
            ),
        ),
    )
    allows = (
        sample.service(
            job="strategy: {matrix: {image: ['redis:8.2', 'example/own:1']}}", image="${{ matrix.image }}"
        ),
        sample.redis(),
        sample.service("options: ${{ vars.OPTIONS }}"),
        sample.service(image="docker.dragonflydb.io/dragonflydb/dragonfly:v1.30"),
        sample.service(image="example/own-service:1"),
        sample.service(image="memcached:1.6"),
        sample.service(steps="- run: until redis-cli -e ping; do sleep 1; done\n- run: make test"),
        sample.service(steps="- run: scripts/redis-diagnostics.sh wait\n- run: make test"),
        sample.service("options: --health-interval 1s"),
        sample.service("options: --no-healthcheck"),
        sample.service("options: --healthcmd x"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        parsed = options(service)
        families = {known(image) for image in images(service)}
        probe = _probe(service, families)
        if probe is None or parsed.open:
            return
        if any("health" in option.name for option in parsed.options) or any(
            waits(step) for step in service.job.steps
        ):
            return
        slowest = max(image.starts for image in families if image is not None)
        words = (
            f'--health-cmd "{probe}" --health-interval 1s '
            f"--health-timeout 3s --health-retries {max(30, ceil(slowest * 6))}"
        )
        fix = (
            None
            if parsed.troubles or "'" in words or slowest > 30 or not probe
            else edits.with_options(self.source, service, parsed, words)
        )
        yield self.found(
            service.key,
            f"{service.id} has no health check, so the steps begin whether it is ready or not",
            cure="add --health-cmd and --health-interval 1s to options",
            fix=fix,
        )


def _probe(service: Service, families: set[Image | None]) -> str | None:
    """A health command for all legs; empty where they share none, None where a probe is not known to be missing."""
    found = [image for image in families if image is not None]
    if not found or len(found) != len(families) or any(image.checked or not image.probe for image in found):
        return None
    if all(image.name in ("redis", "valkey") for image in found):
        return shared_ping(images(service)) or ""
    if len(found) > 1:
        return "" if is_redis(service) else None
    return found[0].probe
