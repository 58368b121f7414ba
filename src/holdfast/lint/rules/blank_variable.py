"""Empty variables of a service.

The runner hands a variable without a value to docker as `-e NAME`, which takes the value from the machine's
own environment; where the machine has none, the container has no such variable at all.

Source: actions/runner, DockerCommandManager.cs; docs.docker.com, `docker run -e`.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.rule import Example, ServiceRule
from holdfast.lint.workflow import Service


class BlankVariable(ServiceRule):
    id = "blank-variable"
    group = Group.SERVICE
    severity = Severity.NOTICE
    needs = frozenset(("env",))
    examples = (
        Example(
            bad=sample.service(
                "env:", '  «MYSQL_ROOT_PASSWORD»: ""', "  MYSQL_ALLOW_EMPTY_PASSWORD: yes", image="mysql:8.4"
            ),
            good=sample.service("env:", "  MYSQL_ALLOW_EMPTY_PASSWORD: yes", image="mysql:8.4"),
        ),
    )
    allows = (sample.service("env:", "  A: ${{ vars.A }}", "  B: x"),)

    def check(self, service: Service) -> Iterator[Finding]:
        for entry in service.env or ():
            if (isinstance(entry.value, Scalar) and entry.value.value == "") or (
                isinstance(entry.value, Scalar) and entry.value.tag == "null"
            ):
                yield self.found(
                    entry,
                    f"{entry.name} is handed over without a value, so the container gets the machine's or none",
                    cure="write a value, or drop it",
                )
