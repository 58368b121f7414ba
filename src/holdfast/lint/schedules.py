"""The schedules of a workflow."""

from __future__ import annotations

from holdfast.document import Scalar
from holdfast.document import Sequence as Items
from holdfast.lint.workflow import Workflow, mapping, scalar


def schedules(workflow: Workflow) -> tuple[tuple[Scalar | None, Scalar | None], ...]:
    """The `cron` and the `timezone` of each entry of `on.schedule`."""
    event = workflow.events.get("schedule")
    entries = event.value if event is not None and isinstance(event.value, Items) else ()
    found = (mapping(entry) for entry in entries)
    return tuple((scalar(one.get("cron")), scalar(one.get("timezone"))) for one in found if one is not None)
