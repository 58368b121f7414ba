"""The commits that a plan pins its actions to."""

from __future__ import annotations

from holdfast.facts import actions
from holdfast.plan.model import Uses


def uses(name: str) -> Uses:
    """A known action at its verified commit."""
    pin = actions.pin(name)
    return Uses(pin.name, pin.sha, pin.version)
