"""Combinations that cannot work, with reason and cure; and what works and is odd, with the number."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.spec.checks import jobs, retries, server, workflow
from holdfast.spec.checks.problem import Place, Problem
from holdfast.spec.model import Spec

EVERY = (*workflow.CHECKS, *jobs.CHECKS, *retries.CHECKS, *server.CHECKS)


def problems(spec: Spec) -> Iterator[Problem]:
    """Everything wrong or odd about a spec whose values are each right by themselves."""
    for check in workflow.CHECKS:
        yield from check(spec)
    for name, job in spec.jobs.items():
        place = Place(spec, name, job)
        for of_job in jobs.CHECKS:
            yield from of_job(place, job.redis)
        for of_retries in retries.CHECKS:
            yield from of_retries(place, job.retry)
        if job.redis is not None:
            for of_server in server.CHECKS:
                yield from of_server(place, job.redis)
