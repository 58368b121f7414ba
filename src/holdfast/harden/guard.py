"""What makes a part unsafe: values shared with another job, no checkout, another machine, no bash."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.document import Mapping, Node
from holdfast.errors import UserError
from holdfast.harden.action import in_action
from holdfast.harden.find import Found
from holdfast.harden.layout import below, end_of
from holdfast.lint.matrix import texts
from holdfast.lint.workflow import Job, Service, Step, Workflow, text_of
from holdfast.text import Edit, Span

_OTHER_MACHINE = re.compile(r"(?:windows|macos)\b", re.IGNORECASE)
# Images of job containers that hold no bash unless a step adds it.
_NO_BASH = re.compile(r"(?:^|[:/-])(?:alpine|busybox)|-alpine")
# GitHub's own, and the drop-in ones of those who rent out runners.
_CHECKOUT = re.compile(r"^[\w-]+/checkout$", re.IGNORECASE)
_ADDS_BASH = re.compile(r"\bapk\b.*\bbash\b")


@dataclass(frozen=True, slots=True)
class Shared:
    """The places that more than one job is made of: `spans` are the anchored values, `own` the job itself."""

    own: Span
    spans: tuple[Span, ...]

    def refuses(self, edit: Edit) -> bool:
        """Whether an edit would change another job, too."""
        outside = not (self.own.start <= edit.start and edit.end <= self.own.end + 1)
        return outside or any(span.start < edit.start < span.end for span in self.spans)


def shared(workflow: Workflow, job: Job) -> Shared:
    """What of a job is written elsewhere, or used elsewhere."""
    indent = workflow.source.place(job.key.start)[1] - 1
    end = below(workflow.source, end_of(workflow.source, job.node, trim=True), indent)
    own = Span(job.key.start, max(end, end_of(workflow.source, job.node), job.node.end))
    spans = tuple(
        Span(alias.node.start, end_of(workflow.source, alias.node))
        for alias in workflow.document.aliases
        if not own.start <= alias.span.start < own.end
    )
    return Shared(own, spans)


def whole(found: Found, edits: Iterable[Edit], changed: Node | None) -> tuple[Edit, ...]:
    """The edits of a value of the job. Raises UserError if one of them reaches into another job."""
    made = tuple(edits)
    job = found.job
    guard = shared(job.workflow, job)
    place = changed.start if changed is not None else job.node.start
    within = any(span.start <= place < span.end for span in guard.spans)
    if made and (within or any(guard.refuses(edit) for edit in made)):
        raise UserError(
            "what would change is shared with another job by an anchor (&name, *name)",
            f"write it out in the job {job.id}, or change the other job on purpose by hand",
        )
    return made


def other_machines(found: Found) -> tuple[str, ...]:
    """The labels of the legs that reach their steps on Windows or macOS: services end such legs before."""
    if found.service is not None and not switched_off(found.service):
        return ()
    labels = (label for node in found.job.labels for label in texts(node, found.job))
    return tuple(label for label in labels if _OTHER_MACHINE.match(label))


def switched_off(service: Service) -> bool:
    """Whether the service's image is empty on some leg, which leaves the service out there."""
    image = service.image.value if service.image is not None else ""
    legs = texts(service.image, service.job)
    return any(not leg.strip() for leg in legs) or ("${{" in image and ("''" in image or "&&" in image))


def elsewhere(found: Found) -> None:
    """Raises UserError where every leg of the job runs its steps on Windows or macOS."""
    labels = [label for node in found.job.labels for label in texts(node, found.job)]
    if labels and all(_OTHER_MACHINE.match(label) for label in labels):
        raise UserError(
            f"the job runs on {labels[0]}, and the scripts are proved on Linux only",
            "run the tests that need Redis on Linux, too",
        )


def machine(found: Found) -> None:
    """Raises UserError where a leg of the job runs its steps on Windows or macOS."""
    if others := other_machines(found):
        raise UserError(
            f"a leg of the job runs on {others[0]}, and the runner is proved on Linux only",
            "put the Linux legs into a job of their own; the other parts are for these legs alone",
        )


def without_bash(found: Found) -> bool:
    """Whether a leg of the job's container may lack bash, and no step adds it.

    Raises UserError where none can be added.
    """
    image = found.job.container_image
    if image is None or not any(_NO_BASH.search(leg) for leg in texts(image, found.job)):
        return False
    if any(step.run is not None and _ADDS_BASH.search(step.run.value) for step in found.job.steps):
        return False
    container = found.job.container
    options = text_of(container.get("options")) if isinstance(container, Mapping) else None
    if re.search(r"busybox|distroless", image.value) or re.search(r"(?:--user|-u)\b", options or ""):
        raise UserError(
            f"the job's container {image.value} has no bash, which the scripts need, and none can be added",
            "take an image with bash",
        )
    return True


def folder(found: Found, scripts: str, before: int) -> str:
    """The folder of the scripts below the workspace, where a checkout before the step `before` puts it.

    Raises UserError without one.
    """
    if in_action(found.job):
        return scripts  # whoever uses the action has checked the repository out
    places = [
        place for step in found.job.steps[:before] if (place := _checked_out(step, scripts)) is not None
    ]
    if not places:
        raise UserError(
            "no step before it checks out this repository, and the scripts lie in it",
            "add a step with actions/checkout in front of the tests",
        )
    place = min(places, key=len)
    if "${{" in place:
        raise UserError(
            "the path of the checkout is an expression", "give actions/checkout a path as plain text, or none"
        )
    return f"{place.strip('/')}/{scripts}" if place not in ("", ".") else scripts


def is_checked_out(found: Found, scripts: str, before: int) -> bool:
    """Whether a step before the step `before` checks out this repository."""
    steps = found.job.steps[:before]
    return in_action(found.job) or any(_checked_out(step, scripts) is not None for step in steps)


def _checked_out(step: Step, scripts: str) -> str | None:
    """The path of a checkout of this repository; None for any other step."""
    if step.uses is None or not _CHECKOUT.search(step.uses.value.partition("@")[0]):
        return None
    given = step.with_ or Mapping(0, False, None, None)
    repository = text_of(given.get("repository")) or ""
    if repository and "github.repository" not in repository:
        return None
    sparse = text_of(given.get("sparse-checkout"))
    if sparse is not None and not re.search(rf"(?m)^/?{re.escape(scripts)}/?$", sparse):
        return None
    return (text_of(given.get("path")) or "").removeprefix("./")
