"""A start interval for engines that do not know it.

`--health-start-interval` needs engine 25 (API 1.44). Hosted machines have 28; Enterprise Server and self-hosted
machines may be older, and there `docker create` refuses the flag.

Source: docker/cli, opts.go; measured on engine 20.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    job_labels,
    options,
)
from holdfast.lint.workflow import Service


class StartIntervalEngine(ServiceRule):
    id = "start-interval-engine"
    group = Group.PORTABILITY
    severity = Severity.NOTICE
    needs = frozenset(("health-start-interval",))
    examples = (
        Example(
            bad=sample.service('options: --health-cmd "x" «--health-start-interval 1s»').replace(
                "ubuntu-24.04", "self-hosted"
            ),
            good=sample.service('options: --health-cmd "x" --health-interval 1s').replace(
                "ubuntu-24.04", "self-hosted"
            ),
        ),
    )
    allows = (sample.service('options: --health-cmd "x" --health-start-interval 1s'),)

    def check(self, service: Service) -> Iterator[Finding]:
        option, scalar = options(service).last("health-start-interval"), service.options
        own = "self-hosted" in job_labels(service.job) or "ghes" in self.settings.targets
        if option is not None and scalar is not None and own:
            yield self.found(
                scalar.part(self.text, option.start, option.end),
                "engines before 25 refuse this flag, and the machine is not GitHub's",
                cure="write --health-interval 1s instead",
            )
