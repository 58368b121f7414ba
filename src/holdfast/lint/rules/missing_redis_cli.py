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
        if self._installed(step, text):
            return
        for found in re.finditer(r"(?<![\w./-])(redis-cli|valkey-cli)(?=\s|$|\))", text):
            if _run_here(text, found.start()) and not _tolerated(text, found.end()):
                yield self.found(
                    run.part(self.text, found.start(), found.end()),
                    f"hosted machines have no {found[1]}, and nothing before installs it",
                    cure="run it inside the service by docker exec, or install redis-tools first",
                )
                return

    def _installed(self, step: Step, text: str) -> bool:
        """Whether this or an earlier step may bring the client."""
        for earlier in step.job.steps:
            if earlier.index > step.index:
                break
            if earlier.uses is not None and not _WITHOUT.match(earlier.uses.value):
                return True
            own = earlier.run.value if earlier.run else ""
            if re.search(
                r"install|apt|brew|setup|bootstrap|deps|\bnix\b|\bmake\b|which "
                r"redis|command -v|type redis|alias|\.sh\b|ln -s|PATH",
                own,
            ) and (earlier.index < step.index or re.search(r"redis|valkey", own)):
                if re.search(
                    r"redis|valkey|\.sh\b|\bmake\b|setup|bootstrap|deps|nix|PATH",
                    own.replace("redis-cli", "") if earlier.index == step.index else own,
                ):
                    return True
                if re.search(r"which|command -v|type|alias", own):
                    return True
        return False


# Actions that install a language and its packages, and no Redis.
_WITHOUT = re.compile(
    r"(actions|docker|codecov|astral-sh|actions-rs|dtolnay|Swatinem|oven-sh|denoland|erlef)/"
    r"|ruby/setup-ruby@|pnpm/action-setup@|shivammathur/setup-php@|golangci/golangci-lint-action@",
    re.IGNORECASE,
)


def _run_here(text: str, at: int) -> bool:
    """Whether the word is run as a program on the machine, not named, printed or run in a container."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if "#" in line or re.search(
        r"\b(docker|compose|podman|kubectl|echo|printf|ssh|cat|grep|which|hash)\b", line
    ):
        return False
    return bool(
        re.search(
            r"(^|[;&|({`'\"!]|\$\(|\b(do|then|else|until|while|if|sudo|exec|time|timeout\s+\S+))\s*$", line
        )
    )


def _tolerated(text: str, at: int) -> bool:
    line = text[at : (text.find("\n", at) + 1 or len(text) + 1) - 1]
    return bool(re.search(r"\|\|\s*(true|:|echo)", line))
