"""Shells that the runner does not have.

GitHub knows `bash`, `sh`, `pwsh`, `python`, and on Windows `cmd` and `powershell`; any other shell is a
command with `{0}` where the script's file goes. A name alone that it does not know fails the step.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.labels import system_of
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, scalar

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_EVERYWHERE = frozenset(("bash", "sh", "pwsh", "python"))
_WINDOWS = frozenset(("cmd", "powershell"))


class UnknownShell(JobRule):
    id = "unknown-shell"
    group = Group.SCRIPT
    severity = Severity.ERROR
    keys = frozenset(("shell",))
    examples = (
        Example(bad=f"{_HEAD}        shell: «fish»\n", good=f"{_HEAD}        shell: fish {{0}}\n"),
        Example(bad=f"{_HEAD}        shell: «cmd»\n", good=f"{_HEAD}        shell: bash\n"),
    )
    allows = (
        f"{_HEAD}        shell: bash -x {{0}}\n",
        f"{_HEAD.replace('ubuntu-24.04', 'windows-2025')}        shell: cmd\n",
        f"{_HEAD.replace('ubuntu-24.04', '${{ matrix.os }}')}        shell: powershell\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        systems = {system_of(label.value.lower()) for label in job.labels}
        system = systems.pop() if len(systems) == 1 else None
        yield from self._shell(job.defaults_run.get("shell") if job.defaults_run else None, system)
        for step in job.steps:
            if isinstance(step.node, Mapping):
                yield from self._shell(step.shell, system)

    def _shell(self, node: Node | None, system: str | None) -> Iterator[Finding]:
        shell: Scalar | None = scalar(node)
        if shell is None or not shell.value or "${{" in shell.value or "{0}" in shell.value:
            return
        name = shell.value.strip()
        if name in _EVERYWHERE:
            return
        if name in _WINDOWS:
            if system not in (None, "windows"):
                yield self.found(shell, f"{name} is on Windows runners only", cure="use bash or pwsh")
        elif " " not in name:
            cure = f"write {name} {{0}}, or use one of {', '.join(sorted(_EVERYWHERE | _WINDOWS))}"
            yield self.found(shell, f'GitHub knows no shell "{name}"', cure=cure)
