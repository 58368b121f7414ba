"""A composite action, seen as a workflow of one job: its steps are found and wrapped like any others.

What an action has not (docs.github.com, "Metadata syntax"): services, limits of its own or of its steps, and a shell
that is left to the runner.
"""

from __future__ import annotations

from holdfast.document import Mapping
from holdfast.lint.workflow import Job, Workflow, once, text_of


class Composite(Workflow):
    """The action's file; its one job is called `runs`, as its key."""

    @once
    def jobs(self) -> tuple[Job, ...]:
        runs = self.entry("runs")
        if (
            runs is None
            or not isinstance(runs.value, Mapping)
            or text_of(runs.value.get("using")) != "composite"
        ):
            return ()
        return (Job(runs, runs.value, self),)


def in_action(job: Job) -> bool:
    """Whether a job stands for a composite action."""
    return isinstance(job.workflow, Composite)
