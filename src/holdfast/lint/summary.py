"""The last lines of a report: one for each job with findings, what fails, what fails sometimes, what could be saved."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.finding import Finding, Severity
from holdfast.lint.services import family, health
from holdfast.lint.workflow import Job, Service, Workflow
from holdfast.plan.readiness import faster, steps_begin


def summary(workflow: Workflow, findings: Iterable[Finding]) -> tuple[str, ...]:
    """`test: cannot work: unserved-port; fails sometimes or hides failure: missing-probe; 12 s to save`."""
    found = tuple(findings)
    return tuple(line for job in workflow.jobs if (line := _line(job, found)))


def saved(service: Service) -> float:
    """The seconds by which steps could begin earlier with probes every second; 0 where that is not known."""
    image, numbers = family(service), health(service)
    if image is None or numbers is None:
        return 0.0
    now, then = steps_begin(numbers, image.starts), steps_begin(faster(numbers), image.starts)
    return max(now - then, 0.0) if now is not None and then is not None else 0.0


def _line(job: Job, found: tuple[Finding, ...]) -> str:
    inside = [one for one in found if job.key.start <= one.place.start < max(job.node.end, job.key.end)]
    parts = [
        _part("cannot work", inside, Severity.ERROR),
        _part("fails sometimes or hides failure", inside, Severity.WARNING),
    ]
    seconds = max((saved(service) for service in job.services), default=0.0)
    if seconds >= 1:
        parts.append(f"{seconds:.0f} s to save in every run")
    said = "; ".join(part for part in parts if part)
    return f"{job.id}: {said}" if said else ""


def _part(title: str, found: list[Finding], severity: Severity) -> str:
    rules = dict.fromkeys(one.rule for one in found if one.severity is severity)
    return f"{title}: {', '.join(rules)}" if rules else ""
