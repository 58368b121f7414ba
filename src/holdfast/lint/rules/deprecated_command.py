"""Workflow commands that runners refuse, or warn of.

`::set-env::` and `::add-path::` fail the step since 2020-11. `::set-output::` and `::save-state::` are deprecated
since 2022-10: they still work, with a warning in every run, and the day of their end was put off without a date.
Write to the file that the runner names instead.

Source:
https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/ and its
update of 2023-07-24.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step

_COMMAND = re.compile(r"::(set-output|save-state|set-env|add-path)\b[^:\n]*::")
_FILES = {
    "set-output": "GITHUB_OUTPUT",
    "save-state": "GITHUB_STATE",
    "set-env": "GITHUB_ENV",
    "add-path": "GITHUB_PATH",
}
_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: "


class DeprecatedCommand(StepRule):
    id = "deprecated-command"
    group = Group.SCRIPT
    severity = Severity.NOTICE
    actions = True
    key = "run"
    needs = frozenset(f"::{name}" for name in _FILES)
    examples = (
        Example(
            bad=f'{_HEAD}echo "«::set-output name=a::»1"\n',
            good=f'{_HEAD}echo "a=1" >> "$GITHUB_OUTPUT"\n',
        ),
        Example(
            bad=f"{_HEAD}|\n          make\n          echo «::set-env name=A::»b\n",
            good=f'{_HEAD}|\n          make\n          echo A=b >> "$GITHUB_ENV"\n',
        ),
    )
    allows = (f"{_HEAD}echo ::add-mask::secret\n",)

    def check(self, step: Step) -> Iterator[Finding]:
        script = step.run
        if script is None:
            return
        for found in _COMMAND.finditer(script.value):
            name = found.group(1)
            gone = name in ("set-env", "add-path")
            yield self.found(
                script.part(self.text, found.start(), found.end()),
                f"runners refuse the command {name}"
                if gone
                else f"the command {name} is deprecated, and runners warn of it in every run",
                cure=f'write to "${_FILES[name]}"',
                severity=Severity.ERROR if gone else None,
            )
