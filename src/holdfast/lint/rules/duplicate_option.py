"""The same flag of docker's twice.

A flag that holds one value keeps the last one; the first is without effect, and whoever edits it wonders why.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.flags import FLAGS
from holdfast.lint.options import HOLE
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.services import (
    options,
)
from holdfast.lint.workflow import Service


class DuplicateOption(ServiceRule):
    id = "duplicate-option"
    group = Group.SERVICE
    severity = Severity.WARNING
    needs = frozenset(("options",))
    examples = (
        Example(
            bad=sample.service('options: «--health-interval 1s» --health-cmd "x" --health-interval 10s'),
            good=sample.service('options: --health-cmd "x" --health-interval 10s'),
        ),
    )
    allows = (
        sample.service("options: --ulimit nofile=9:9 --ulimit core=0:0 --label a --label b -e A=1 -e B=2"),
    )

    def check(self, service: Service) -> Iterator[Finding]:
        scalar = service.options
        parsed = options(service)
        for place, option in enumerate(parsed.options):
            known_flag = FLAGS.get(option.name)
            if scalar is None or known_flag is None or known_flag.repeats:
                continue
            later = next((one for one in parsed.options[place + 1 :] if one.name == option.name), None)
            if later is not None:
                yield self.found(
                    scalar.part(self.text, option.start, option.end),
                    f"--{option.name} is written again, and docker keeps the last"
                    + (f", {later.value}" if later.value and HOLE not in later.value else ""),
                    cure="drop one",
                    also=((scalar.part(self.text, later.start, later.end), "the last"),),
                )
