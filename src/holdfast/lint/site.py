"""Where a text with expressions stands: what the grammar knows of the place.

The walk calls `holdfast.lint.expression.check.check(scalar, site)` for every scalar that holds `${{` and for
every condition, and takes the problems that it yields.
"""

from __future__ import annotations

from typing import NamedTuple

from holdfast.lint.workflow import Action, Job, Step, Workflow


class Site(NamedTuple):
    """`contexts` names the contexts and functions allowed; `condition` is an `if` (`${{ }}` may be left out).

    `wants` says what the whole value must be: "text", "boolean", "number", "list", "mapping", or several
    joined by "|"; "anything" where all will do.
    `job` and `step` are None outside of one; exactly one of `workflow` and `action` is set.
    """

    text: str
    contexts: frozenset[str]
    wants: str
    condition: bool
    workflow: Workflow | None
    action: Action | None
    job: Job | None
    step: Step | None
