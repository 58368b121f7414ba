"""Runner groups with a prefix that GitHub does not know.

A group is named alone, or with the prefix `org/`, `organization/`, `ent/` or `enterprise/`. GitHub refuses
the file otherwise.

Source: @actions/workflow-parser 0.3.61, converter/job/runs-on (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Mapping
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, scalar

_PREFIXES = ("org", "organization", "ent", "enterprise")
_HEAD = "jobs:\n  test:\n    steps:\n      - run: make\n    runs-on:\n"


class MalformedRunnerGroup(JobRule):
    id = "malformed-runner-group"
    group = Group.SYNTAX
    severity = Severity.ERROR
    keys = frozenset(("group",))
    examples = (
        Example(bad=f"{_HEAD}      group: «team/large»\n", good=f"{_HEAD}      group: org/large\n"),
        Example(bad=f"{_HEAD}      group: «org/»\n", good=f"{_HEAD}      group: org/large\n"),
    )
    allows = (
        f"{_HEAD}      group: large\n",
        f"{_HEAD}      group: enterprise/large\n",
        f"{_HEAD}      group: ${{{{ vars.A }}}}/b/c\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        runs_on = job.runs_on
        group = scalar(runs_on.get("group")) if isinstance(runs_on, Mapping) else None
        if group is None or "${{" in group.value or "/" not in group.value:
            return
        prefix, _, name = group.value.partition("/")
        if prefix not in _PREFIXES or not name or "/" in name:
            cure = "write the name alone, or with org/ or enterprise/ before it"
            yield self.found(group, f'"{group.value}" is not the name of a runner group', cure=cure)
