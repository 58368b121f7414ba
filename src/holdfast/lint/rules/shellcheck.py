"""What shellcheck warns of in a script.

Where shellcheck is installed, each `run:` in bash or sh goes through it: the dialect follows the step's shell,
expressions are replaced, and its answer is shown at the exact place in the workflow. Its findings are notices,
of its severities error and warning. `--shellcheck off` leaves them out; a `# shellcheck disable=SC...` comment
in the script works as everywhere.

One process checks all scripts of a run. It is ended when it gives no answer within 30 seconds, and 50 ms more
for each script; standard error then says that its findings are missing. HOLDFAST_SHELLCHECK_SECONDS sets other
seconds than 30.

Source: https://www.shellcheck.net/wiki/
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n"


class Shellcheck(WalkRule):
    id = "shellcheck"
    group = Group.SCRIPT
    severity = Severity.NOTICE
    examples = (
        Example(
            bad=f"{_HEAD}          «cd build»\n          make ${{{{ matrix.target }}}}\n",
            good=f"{_HEAD}          cd build || exit\n          make ${{{{ matrix.target }}}}\n",
        ),
    )
    allows = (
        f"{_HEAD.replace('- run', '- shell: pwsh' + chr(10) + '        run')}          cd build\n",
        f"{_HEAD}          # shellcheck disable=SC2164\n          cd build\n",
    )
