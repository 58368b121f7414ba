"""Registry passwords written into the workflow.

Whoever reads the repository reads the password, and so does its history. Put it into a secret, and change
it.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, scalar

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
    "    container:\n      image: ghcr.io/a/b:1\n      credentials:\n        username: me\n"
)


class LiteralPassword(JobRule):
    id = "literal-password"
    group = Group.SERVICE
    severity = Severity.WARNING
    keys = frozenset(("credentials",))
    examples = (
        Example(
            bad=f"{_HEAD}        password: «hunter2»\n",
            good=f"{_HEAD}        password: ${{{{ secrets.TOKEN }}}}\n",
        ),
    )
    allows = (f"{_HEAD}        password: ${{{{ env.TOKEN }}}}\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        for node in (job.container, *(service.node for service in job.services)):
            password = _password(node)
            if password is not None and password.value and "${{" not in password.value:
                yield self.found(
                    password, "the password stands in the file", cure="use a secret, and change it"
                )


def _password(node: Node | None) -> Scalar | None:
    credentials = node.get("credentials") if isinstance(node, Mapping) else None
    return scalar(credentials.get("password")) if isinstance(credentials, Mapping) else None
