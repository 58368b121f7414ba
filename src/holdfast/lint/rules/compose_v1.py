"""docker-compose, which hosted machines no longer have.

Compose 1 left the hosted images in mid-2024; the command ends with "command not found", which a condition and `||`
hide. `docker compose` is the same program's second version.

Source: the hosted images' lists of software (2026-08).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import edits, sample
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.scripts import (
    job_text,
    script,
    steps_commands,
)
from holdfast.lint.services import (
    hosted_linux,
    on_host,
)
from holdfast.lint.workflow import Step


class ComposeV1(StepRule):
    id = "compose-v1"
    group = Group.PORTABILITY
    severity = Severity.ERROR
    fixable = True
    key = "run"
    needs = frozenset(("docker-compose",))
    examples = (
        Example(
            bad=sample.script("«docker-compose» up -d --wait"),
            good=sample.script("docker compose up -d --wait"),
        ),
        Example(
            bad=sample.script("sudo «docker-compose» -f docker-compose.ci.yml up -d"),
            good=sample.script("sudo docker compose -f docker-compose.ci.yml up -d"),
        ),
        Example(
            bad=sample.script("if «docker-compose» ps | grep unhealthy; then exit 1; fi"),
            good=sample.script("if docker compose ps | grep unhealthy; then exit 1; fi"),
        ),
    )
    allows = (
        sample.script("docker compose -f docker-compose.yml up -d"),
        sample.script("pip install docker-compose", "docker-compose up -d"),
        sample.script("docker-compose up -d").replace("ubuntu-24.04", "self-hosted"),
        sample.script(
            "curl -L https://example.com/docker-compose -o /usr/local/bin/docker-compose", "docker-compose up"
        ),
    )

    def check(self, step: Step) -> Iterator[Finding]:
        run, text = step.run, script(step)
        if run is None or text is None or not hosted_linux(step.job) or not on_host(step.job):
            return
        if re.search(
            r"install\b[^\n]*docker-compose|bin/docker-compose|compose-switch|alias "
            r"docker-compose|function docker-compose",
            job_text(step.job),
        ):
            return
        if any(one.uses and "compose" in one.uses.value for one in step.job.steps):
            return
        for command in steps_commands(step):
            place = command.runs("docker-compose")
            if place is not None and command.words[place].raw == "docker-compose":
                word = command.words[place]
                yield self.found(
                    run.part(self.text, word.start, word.end),
                    "hosted machines have no docker-compose since mid-2024",
                    cure="write docker compose",
                    severity=Severity.WARNING if _excused(text, word.start, word.end) else None,
                    fix=edits.replaced(self.source, run, word.start, word.end, "docker compose"),
                )


def _excused(text: str, start: int, end: int) -> bool:
    """Whether the step goes on although the command is not found: in a condition, or before ||."""
    before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].partition("\n")[0]
    return "||" in after or bool(re.search(r"(?:^|[\s;&|(])(?:if|elif|while|until)\s[^;]*$", before))
