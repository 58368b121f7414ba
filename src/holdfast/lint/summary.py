"""The last lines of a report: one for each job with findings, what fails, what fails sometimes, what could be saved."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from holdfast.finding import Finding, Severity
from holdfast.lint.names import names
from holdfast.lint.services import family, health
from holdfast.lint.workflow import Job, Service, Workflow
from holdfast.plan.readiness import faster, steps_begin


class Outcome(Enum):
    """What a finding means for a run of its job, in the order and the words of the line."""

    FAILS = "will fail"
    MAY_FAIL = "may fail"
    HIDES = "hides failure"
    WASTES = "may run for hours"
    OTHER = "also"


_OF_WARNINGS = {
    Outcome.MAY_FAIL: names(
        "always-passing-probe bitnami-image command-unexpanded-variable fall-through-wait flag-in-probe "
        "floating-image flush-of-another-database flush-with-parallel-workers inner-limit ipv6-localhost "
        "long-window maxmemory-beyond-limit memory-without-maxmemory missing-probe needless-password network-option "
        "port-check-as-wait retry-beyond-limit short-probe-limit short-window sleep-as-wait swallowed-wait "
        "unpublished-port untagged-image unwaited-action unwaited-server wait-beyond-limit weak-ping workspace-volume "
        "yaml-number-tag yaml-number-version incomplete-credentials"
    ),
    Outcome.HIDES: names(
        "compose-v1 fall-through-retry killed-run-success retried-assertions swallowed-failure tolerated-tests "
        "unused-matrix-row"
    ),
    Outcome.WASTES: names("endless-wait unbounded-job"),
}
OUTCOMES = {rule: outcome for outcome, rules in _OF_WARNINGS.items() for rule in rules}


def summary(workflow: Workflow, findings: Iterable[Finding]) -> tuple[str, ...]:
    """`test: will fail: unserved-port; may fail: missing-probe; 12 s to save in every run`."""
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
    parts = [_part(outcome, inside) for outcome in Outcome]
    seconds = max((saved(service) for service in job.services), default=0.0)
    if seconds >= 1:
        parts.append(f"{seconds:.0f} s to save in every run")
    said = "; ".join(part for part in parts if part)
    return f"{job.id}: {said}" if said else ""


def _part(outcome: Outcome, found: Iterable[Finding]) -> str:
    rules = dict.fromkeys(one.rule for one in found if _outcome(one) is outcome)
    return f"{outcome.value}: {', '.join(rules)}" if rules else ""


def _outcome(finding: Finding) -> Outcome | None:
    """None for notices, and for a slow probe, whose seconds are said."""
    if finding.severity is Severity.ERROR:
        return Outcome.FAILS
    if finding.severity is Severity.NOTICE or finding.rule == "slow-probe":
        return None
    return OUTCOMES.get(finding.rule, Outcome.OTHER)
