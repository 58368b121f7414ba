"""Well-known actions: the commit each version stands for, its inputs and outputs (facts/actions.json).

Read from the actions' repositories and from public files that pin them; retrieved 2026-11-23, the newest text
seen is of 2026-10-13. `evidence` says how a commit was verified: `tag` is read from the repository, and
`comment xN` means that N public files pin this commit with this version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

RETRIEVED = "2026-11-23"


class Pin(NamedTuple):
    """What a workflow writes: `uses: name@sha # version`."""

    name: str
    sha: str
    version: str


class Input(NamedTuple):
    """One input as declared; a default is always text, None where none is declared."""

    required: bool
    default: str | None
    deprecated: bool


class Action(NamedTuple):
    """What is known of an action.

    `complete` is False where inputs and outputs were read at another commit than the pin's: some may be
    missing. `using` is `node24`, `composite` or `docker`.
    """

    pin: Pin
    evidence: str
    using: str
    complete: bool
    inputs: Mapping[str, Input]
    outputs: tuple[str, ...]


def pin(name: str) -> Pin:
    """The pin of a known action, such as `actions/checkout`. Raises KeyError for another."""
    known = _known()[name]
    return Pin(name, known["sha"], known["version"])


def names() -> tuple[str, ...]:
    """All known actions."""
    return tuple(_known())


@cache
def action(name: str) -> Action | None:
    """What is known of an action; None for one that is not in the table."""
    known = _known().get(name)
    if known is None:
        return None
    inputs = {key: _input(declared) for key, declared in known["inputs"].items()}
    return Action(
        pin(name), known["evidence"], known["using"], known["complete"], inputs, tuple(known["outputs"])
    )


def _input(declared: Mapping[str, Any]) -> Input:
    return Input("required" in declared, declared.get("default"), "deprecated" in declared)


@cache
def _known() -> dict[str, dict[str, Any]]:
    table = json.loads(Path(__file__).with_name("actions.json").read_text(encoding="utf-8"))
    known: dict[str, dict[str, Any]] = table["actions"]
    return known
