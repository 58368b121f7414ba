"""redis-cli on a machine that has none.

Hosted machines have neither Redis nor its client. Run the client inside the service, `docker exec ${{
job.services.redis.id }} redis-cli`, or install redis-tools first.

Source: actions/runner-images, the images' lists of software (2026-08).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.installed import may_bring_redis, run_here, tolerated
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    script,
)
from holdfast.lint.services import (
    hosted_linux,
    on_host,
)
from holdfast.lint.workflow import Step


class MissingRedisCli(StepRule):
    id = "missing-redis-cli"
    group = Group.REDIS
    severity = Severity.ERROR
    confidence = Confidence.MEDIUM
    key = "run"
    needs = frozenset(("redis-cli", "valkey-cli"))
    examples = (
        Example(
            bad=sample.redis(steps="«redis-cli» config set maxmemory 1gb"),
            good=sample.redis(
                steps="docker exec ${{ job.services.redis.id }} redis-cli config set maxmemory 1gb"
            ),
        ),
        Example(
            bad=sample.redis(
                steps="- uses: actions-rs/toolchain@v1\n- run: |\n    for i in {1..10}; do\n"
                "      if «redis-cli» -h 127.0.0.1 ping | grep -q PONG; then exit 0; fi\n"
                "      sleep 1\n    done\n    exit 1"
            ),
            good=sample.redis(steps="make test"),
        ),
        Example(
            bad=sample.redis(steps="timeout 30 sh -c 'until «redis-cli» -e ping; do sleep 1; done'"),
            good=sample.redis(steps="make test"),
        ),
    )
    allows = (
        sample.redis(steps="sudo apt-get install -y redis-tools && redis-cli ping"),
        sample.redis(steps="- uses: shogo82148/actions-setup-redis@v1\n- run: redis-cli ping"),
        sample.redis(steps="- uses: ./.github/actions/setup\n- run: redis-cli ping"),
        sample.redis(job="container: example/tools:1", steps="redis-cli -h redis ping"),
        sample.redis(steps="command -v redis-cli && redis-cli ping"),
        sample.redis(steps="- run: ./scripts/install.sh\n- run: redis-cli ping"),
        sample.redis(steps="redis-cli ping").replace("ubuntu-24.04", "self-hosted"),
        sample.redis(steps="redis-cli ping || true"),
        sample.redis(steps="docker exec cache redis-cli ping"),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run, text = step.run, script(step)
        if text is None or ("redis-cli" not in text and "valkey-cli" not in text):
            return
        if run is None or not hosted_linux(step.job) or not on_host(step.job):
            return
        if may_bring_redis(step, text):
            return
        for found in re.finditer(r"(?<![\w./-])(redis-cli|valkey-cli)(?=\s|$|\))", text):
            if run_here(text, found.start()) and not tolerated(text, found.end()):
                yield self.found(
                    run.part(self.text, found.start(), found.end()),
                    f"hosted machines have no {found[1]}, and nothing before installs it",
                    cure="run it inside the service by docker exec, or install redis-tools first",
                )
                return
