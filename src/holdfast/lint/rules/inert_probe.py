"""Health settings that end the job instead of checking anything.

Health flags without a command on an image that has no health check of its own, or `--no-healthcheck`, make
Docker keep a health configuration without a state. The runner asks for that state, its `docker inspect` fails,
and the job stops at "Initialize containers".

Source: actions/runner 2.336.0, DockerCommandManager.cs; measured on engine 20.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.options import Kind
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    family,
    images,
    options,
)
from holdfast.lint.workflow import Service


class InertProbe(ServiceRule):
    id = "inert-probe"
    group = Group.SERVICE
    severity = Severity.ERROR
    needs = frozenset(("health",))
    examples = (
        Example(
            bad=sample.service("options: «--health-interval 5s» --health-retries 5"),
            good=sample.service(
                'options: --health-cmd "redis-cli -e ping" --health-interval 5s --health-retries 5'
            ),
        ),
        Example(bad=sample.service("options: «--no-healthcheck»"), good=sample.service("options: --cpus 1")),
    )
    allows = (
        sample.service(
            "options: --health-interval 1s", image="docker.dragonflydb.io/dragonflydb/dragonfly:v1.30"
        ),
        sample.service("options: --health-interval 1s", image="example/own:1"),
        sample.service("options: --healthcmd x --health-interval 5s"),
        sample.service("options: ${{ vars.OPTIONS }} --health-interval 5s"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        parsed = options(service)
        command = parsed.last("health-cmd")
        if scalar is None or parsed.open or (command is not None and command.value != ""):
            return
        off = parsed.last("no-healthcheck")
        image = family(service)
        if off is not None:
            yield self.found(
                scalar.part(self.text, off.start, off.end),
                "the runner asks for a health state that --no-healthcheck leaves out, and the job stops there",
                cure="drop it",
            )
            return
        first = next((option for option in parsed.options if option.name.startswith("health-")), None)
        said = (
            "an empty --health-cmd is none"
            if command
            else f"--{first.name if first else ''} has no --health-cmd"
        )
        misspelt = any(
            trouble.kind is Kind.UNKNOWN_FLAG and "cmd" in trouble.name for trouble in parsed.troubles
        )
        if first is None or image is None or image.checked or misspelt:
            return
        yield self.found(
            scalar.part(self.text, first.start, first.end),
            f"{said}, and {images(service)[0]} has no health check of its own",
            cure=f'add --health-cmd "{image.probe}"' if image.probe else "add --health-cmd",
        )
