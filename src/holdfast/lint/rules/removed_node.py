"""Actions that run on a Node which runners no longer have.

Runners have Node 20 and 24; an action for Node 12 or 16 is run on a newer one, and may fail on it. Newer
versions of the well-known actions run on what there is.

Source: https://github.blog/changelog/2023-09-22-github-actions-transitioning-from-node-16-to-node-20/ and
https://github.blog/changelog/2025-09-19-deprecation-of-node-20-on-github-actions-runners/ (2026-11); the
actions' own metadata at each major version.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.references import metadata_of, remote
from holdfast.lint.rule import Example, StepRule
from holdfast.lint.rules.disabled_action import is_disabled
from holdfast.lint.workflow import Step

_HEAD = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
REMOVED = ("node12", "node16")
# action: the last major version for a removed Node
_LAST_OLD = {
    "actions/checkout": 3,
    "actions/setup-node": 3,
    "actions/setup-python": 4,
    "actions/setup-go": 4,
    "actions/setup-java": 3,
    "actions/setup-dotnet": 3,
    "actions/cache": 3,
    "actions/github-script": 6,
    "actions/stale": 8,
    "actions/labeler": 4,
    "docker/login-action": 2,
    "docker/build-push-action": 4,
    "docker/setup-buildx-action": 2,
    "docker/setup-qemu-action": 2,
    "docker/metadata-action": 4,
}


class RemovedNode(StepRule):
    id = "removed-node"
    group = Group.ACTIONS
    severity = Severity.NOTICE
    actions = True
    key = "uses"
    examples = (
        Example(
            bad=f"{_HEAD}      - uses: «actions/checkout@v3»\n",
            good=f"{_HEAD}      - uses: actions/checkout@v7\n",
        ),
        Example(
            bad=f"{_HEAD}      - uses: «./old»\n",
            good=f"{_HEAD}      - uses: ./new\n",
            files=(("old/action.yml", "name: old\nruns:\n  using: node16\n  main: index.js\n"),),
        ),
    )
    allows = (
        f"{_HEAD}      - uses: actions/checkout@v4\n      - uses: a/checkout@v3\n",
        f"{_HEAD}      - uses: actions/cache@v2\n        with:\n          path: out\n          key: a\n",
    )

    def check(self, step: Step) -> Iterator[Finding]:
        uses = step.uses
        if uses is None:
            return
        used = remote(uses.value)
        metadata = metadata_of(uses.value, step.project) if used is None else None
        if metadata is not None and metadata.using in REMOVED:
            yield self.found(uses, f"the action is for {metadata.using}", cure="let it run on node24")
        elif used is not None and _is_old(used.name.lower(), used.ref):
            message = f"{used.name}@{used.ref} is for a Node that runners no longer have"
            yield self.found(uses, message, cure=f"use v{_LAST_OLD[used.name.lower()] + 1} or later")


def _is_old(name: str, ref: str) -> bool:
    major = ref.removeprefix("v").partition(".")[0]
    old = ref.startswith("v") and major.isdigit() and 0 < int(major) <= _LAST_OLD.get(name, 0)
    return old and not is_disabled(name, ref)
