"""Inputs that an action does not have.

The action runs without them, and the log holds one warning that nobody reads. Only actions of the same
repository, and well-known ones at the version that the table was read at, are looked at.

Source: the actions' own metadata: of the repository, or the table of well-known actions in holdfast/facts
with its date.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Confidence, Finding, Group, Severity
from holdfast.lint.references import metadata_of
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.workflow import Step, is_expression

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
_LOCAL = (
    (
        ".github/actions/build/action.yml",
        "name: build\ninputs:\n  target:\n    required: true\n  old:\n    deprecationMessage: use target\n"
        "runs:\n  using: composite\n  steps: []\n",
    ),
)
_USES = "      - uses: ./.github/actions/build\n"


class UnknownActionInput(StepRule):
    id = "unknown-action-input"
    group = Group.ACTIONS
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    actions = True
    key = "uses"
    keys = frozenset(("with",))
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: actions/checkout@v7\n        with:\n          «fetch_depth»: 0\n",
            good=f"{_HEAD}      - uses: actions/checkout@v7\n        with:\n          fetch-depth: 0\n",
        ),
        Example(
            bad=f"{_HEAD}{_USES}        with:\n          «targets»: all\n",
            good=f"{_HEAD}{_USES}        with:\n          target: all\n",
            files=_LOCAL,
        ),
    )
    allows = (
        f"{_HEAD}      - uses: actions/checkout@v1\n        with:\n          fetch_depth: 0\n",
        f"{_HEAD}      - uses: actions/checkout@v7\n        with:\n          Fetch-Depth: 0\n",
        f"{_HEAD}      - uses: docker://alpine\n        with:\n          args: ls\n",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        metadata = metadata_of(step.uses.value, step.project) if step.uses else None
        if metadata is None or not step.with_:
            return
        known = {name.lower(): name for name in metadata.inputs}
        # every action in a container takes these two
        known |= {"args": "args", "entrypoint": "entrypoint"} if metadata.using == "docker" else {}
        for entry in step.with_:
            if entry.name.lower() in known or is_expression(entry.key):
                continue
            from difflib import get_close_matches  # slow to import, and seldom needed

            near = get_close_matches(entry.name.lower().replace("_", "-"), known, 1, 0.7)
            listed = ", ".join(sorted(known.values())) or "it takes none"
            cure = f'write "{known[near[0]]}"' if near else f"known: {listed}"
            yield self.found(entry, f'"{entry.name}" is not an input of {metadata.where}', cure=cure)
