"""Retries that do not fit their deadline, and what of them never happens."""

from __future__ import annotations

import re
import warnings

from holdfast.plan import budget
from holdfast.spec.checks.problem import Place, Problem, Problems, notice
from holdfast.spec.model import RetryPolicy
from holdfast.spec.units import Duration


def reserve_of(policy: RetryPolicy) -> Duration:
    """What is kept of the deadline for diagnostics."""
    if policy.reserve is not None:
        return policy.reserve
    return Duration(budget.default_reserve(policy.deadline))


def waits(policy: RetryPolicy) -> tuple[float, ...]:
    """The seconds between attempts, one fewer than attempts."""
    return budget.delays(policy.delays, policy.attempts, policy.cap)


def fits(place: Place, policy: RetryPolicy) -> Problems:
    """attempts x minimum + delays + reserve <= deadline, with a minimum of 0 where none is written."""
    minimum, reserve, between = policy.min_attempt or Duration(0), reserve_of(policy), waits(policy)
    if budget.fits(policy.attempts, between, minimum, reserve, policy.deadline):
        return
    total = Duration(budget.worst(policy.attempts, between, minimum, reserve))
    yield Problem(
        "retries-over-deadline",
        place.path("retry", "attempts"),
        f"{policy.attempts} attempts of at least {minimum}, {_sum(between)} of waits and "
        f"{reserve} of reserve are "
        f"{total}, and the deadline is {policy.deadline}",
        f"raise deadline to {_minutes_up(total)}, or lower attempts or delays",
        (place.path("retry", "deadline"), place.path("retry", "delays")),
    )


def limits(place: Place, policy: RetryPolicy) -> Problems:
    """The limits of an attempt fit into each other."""
    if policy.min_attempt is not None and policy.min_attempt > policy.attempt_timeout:
        yield Problem(
            "min-over-attempt",
            place.path("retry", "min-attempt"),
            f"an attempt of at least {policy.min_attempt} is stopped after {policy.attempt_timeout}",
            f"write {policy.attempt_timeout} or less",
            (place.path("retry", "attempt-timeout"),),
        )
    if reserve_of(policy) >= policy.deadline:
        yield Problem(
            "retries-over-deadline",
            place.path("retry", "reserve"),
            f"the reserve of {reserve_of(policy)} leaves nothing of the deadline of {policy.deadline}",
            "lower it",
            (place.path("retry", "deadline"),),
        )
    elif policy.attempt_timeout > policy.deadline:
        yield notice(
            "attempt-over-deadline",
            place.path("retry", "attempt-timeout"),
            f"the deadline of {policy.deadline} ends an attempt before its own limit of "
            f"{policy.attempt_timeout}",
            f"write {Duration(policy.deadline - reserve_of(policy))} or less",
            (place.path("retry", "deadline"),),
        )


def full_attempts(place: Place, policy: RetryPolicy) -> Problems:
    """How many attempts of full length there is time for."""
    length = min(policy.attempt_timeout, policy.deadline - reserve_of(policy))
    fitting = budget.attempts_that_fit(
        policy.attempts, waits(policy), length, reserve_of(policy), policy.deadline
    )
    if fitting < policy.attempts and length > 0:
        each = Duration(
            max((policy.deadline - reserve_of(policy) - sum(waits(policy))) // policy.attempts, 1)
        )
        yield notice(
            "attempts-that-fit",
            place.path("retry", "attempts"),
            f"{fitting} of {policy.attempts} attempts of {policy.attempt_timeout} fit in {policy.deadline}",
            f"write attempt-timeout: {each} for all {policy.attempts}",
            (place.path("retry", "attempt-timeout"), place.path("retry", "deadline")),
        )


def unused_delays(place: Place, policy: RetryPolicy) -> Problems:
    """A list of delays is as long as the waits."""
    listed = policy.delays.split(",") if ":" not in policy.delays else []
    useless = len(listed) - (policy.attempts - 1)
    if listed and useless > 0 and len(listed) > 1:
        yield notice(
            "delay-never-waited",
            place.path("retry", "delays"),
            f"{policy.attempts} attempts have {policy.attempts - 1} waits between them, and "
            f"{len(listed)} are listed: "
            f"no attempt follows {_words(listed[policy.attempts - 1 :])}",
            "remove what is too much",
            (place.path("retry", "attempts"),),
        )
    elif listed and useless < 0:
        yield notice(
            "delay-repeated",
            place.path("retry", "delays"),
            f"{len(listed)} delays are listed for {policy.attempts - 1} waits: the last, "
            f"{listed[-1]}, is repeated",
            "write them all, or linear:10s",
        )


def patterns(place: Place, policy: RetryPolicy) -> Problems:
    """Own patterns are regular expressions of one line."""
    for name, expressions in policy.patterns.items():
        for index, expression in enumerate(expressions):
            path = place.path("retry", "patterns", name, index)
            if "\n" in expression:
                yield Problem("bad-pattern", path, "a pattern is one line", "write two patterns")
            elif reason := _why_not(expression):
                yield Problem(
                    "bad-pattern", path, f"the regular expression cannot be read: {reason}", "repair it"
                )


def classes(place: Place, policy: RetryPolicy) -> Problems:
    """Failures that Redis did not cause are not worth a retry."""
    for name in ("assertion", "build", "usage", "noauth"):
        if name in policy.retry_on:
            yield notice(
                "retries-a-real-failure",
                place.path("retry", "retry-on"),
                f"a failure of class {name} is not Redis' doing: trying it again hides it",
                f"remove {name}",
            )


def _why_not(expression: str) -> str:
    """Why a regular expression cannot be read; empty for one that can."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(expression)
        except re.error as reason:
            return reason.msg
        except (RecursionError, OverflowError):
            return "it is too large"
    return ""


def _sum(seconds: tuple[float, ...]) -> Duration:
    return Duration(round(sum(seconds), 3))


def _words(delays: list[str]) -> str:
    return ", ".join(delays)


def _minutes_up(seconds: float) -> str:
    return f"{int(-(-seconds // 60))}m"


CHECKS = (fits, limits, full_attempts, unused_delays, patterns, classes)
