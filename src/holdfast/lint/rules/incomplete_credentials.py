"""Registry credentials with only one of user name and password.

A login needs both; with one of them the runner leaves the login out, and a private image cannot be pulled.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job

_HEAD = (
    "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
    "    container:\n      image: ghcr.io/a/b:1\n"
)


class IncompleteCredentials(JobRule):
    id = "incomplete-credentials"
    group = Group.SERVICE
    severity = Severity.WARNING
    keys = frozenset(("credentials",))
    examples = (
        Example(
            bad=f"{_HEAD}      «credentials»:\n        username: me\n",
            good=f"{_HEAD}      credentials:\n        username: me\n        password: ${{{{ secrets.TOKEN }}}}\n",
        ),
    )
    allows = (f"{_HEAD}      credentials: ${{{{ fromJSON(secrets.LOGIN) }}}}\n",)

    def check(self, job: Job) -> Iterator[Finding]:
        yield from self._container(job.container)
        for service in job.services:
            yield from self._container(service.node)

    def _container(self, node: Node | None) -> Iterator[Finding]:
        entry = node.entry("credentials") if isinstance(node, Mapping) else None
        if entry is None or not isinstance(entry.value, Mapping):
            return
        missing = [name for name in ("username", "password") if not entry.value.entry(name)]
        if missing:
            message = f"credentials without {' and '.join(missing)}"
            yield self.found(entry, message, cure=f"add {' and '.join(missing)}")
