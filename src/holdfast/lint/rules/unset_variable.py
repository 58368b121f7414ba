"""Variables that nothing in the file sets.

`env` holds what stands under `env` of the workflow, the job and the step, and what earlier steps wrote to
`$GITHUB_ENV`; not the runner's own environment, which only scripts see. Jobs that use other actions or run
scripts of the repository are not looked at.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#env-context (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Confidence, Group, Severity
from holdfast.lint.rule import Example, WalkRule

_HEAD = "env:\n  TARGET: all\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"


class UnsetVariable(WalkRule):
    id = "unset-variable"
    group = Group.EXPRESSION
    severity = Severity.NOTICE
    confidence = Confidence.LOW
    examples = (
        Example(
            bad=f"{_HEAD}      - run: make ${{{{ env.«TARGETS» }}}}\n",
            good=f"{_HEAD}      - run: make ${{{{ env.TARGET }}}}\n",
        ),
    )
    allows = (
        f"{_HEAD}      - run: echo A=b >> $GITHUB_ENV\n      - run: make ${{{{ env.A }}}}\n",
        f"{_HEAD}      - uses: a/b@v1\n      - run: make ${{{{ env.A }}}}\n",
        f"{_HEAD}      - run: ./build\n      - run: make ${{{{ env.A }}}}\n",
        f"{_HEAD}      - run: make ${{{{ env.A }}}}\n        env:\n          A: b\n",
    )
