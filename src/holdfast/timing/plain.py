"""Timings as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from holdfast.lint.scripts import said
from holdfast.timing.model import Timing


def as_text(found: Iterable[Timing]) -> str:
    """A block for each service."""
    blocks = [_block(timing) for timing in found]
    return "\n".join(blocks) if blocks else "no job has a service container\n"


def as_json(found: Iterable[Timing]) -> str:
    """A list of objects, seconds as numbers (docs: contracts)."""
    return json.dumps([_object(timing) for timing in found], indent=2) + "\n"


def _block(timing: Timing) -> str:
    lines = [f"{timing.job} / {timing.service} ({timing.image})"]
    for ready, begins in timing.steps_begin:
        said_begin = "never: it is given up before" if begins is None else f"{begins:g} s"
        lines.append(f"  ready after {ready:g} s".ljust(24) + f"steps begin at {said_begin}")
    if timing.reported_dead:
        lines.append("  dead".ljust(24) + f"reported at {between(*timing.reported_dead)}")
    elif not timing.unknown:
        lines.append("  dead".ljust(24) + "never noticed by the runner")
    if timing.budget:
        budget = timing.budget
        verdict = "fits" if budget.fits else f"{budget.attempts_that_fit} of {budget.attempts} attempts fit"
        lines.append(
            "  retries".ljust(24) + f"{said(budget.worst)} at worst of {said(budget.limit)}: {verdict}"
        )
    lines += [f"  -> {advice}" for advice in timing.advice]
    return "\n".join(lines) + "\n"


def between(earliest: float, latest: float) -> str:
    """A time, or two where they differ."""
    return f"{earliest:g} s" if earliest == latest else f"{earliest:g} s to {latest:g} s"


def _object(timing: Timing) -> dict[str, object]:
    budget = timing.budget
    return {
        "job": timing.job,
        "service": timing.service,
        "steps_begin": {f"{ready:g}": begins for ready, begins in timing.steps_begin},
        "reported_dead": list(timing.reported_dead) if timing.reported_dead else None,
        "budget": None
        if budget is None
        else {
            "limit": budget.limit,
            "worst": budget.worst,
            "fits": budget.fits,
            "attempts_that_fit": budget.attempts_that_fit,
        },
        "advice": list(timing.advice),
    }
