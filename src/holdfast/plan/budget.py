"""Whether retries fit their time limit: the arithmetic of the retry runner, in seconds.

A policy fits when attempts x minimum + delays + reserve <= deadline. No wait follows the last attempt; zero
means zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_UNITS = (("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0))
# A float's worth of dust in sums of waits is no overrun.
_DUST = 1e-6


def delays(schedule: str, attempts: int, cap: float | None = None) -> tuple[float, ...]:
    """The waits between attempts, one fewer than attempts.

    `schedule` is `linear:10s` (10, 20, 30 ...), `exponential:1s` (1, 2, 4 ...) or a list `10s,20s,30s`, whose
    last is repeated. Jitter is left out: these are the longest waits. Raises ValueError for other words.
    """
    kind, colon, base = schedule.partition(":")
    count = max(attempts - 1, 0)
    if colon and kind == "linear":
        found = [seconds(base) * (index + 1) for index in range(count)]
    elif colon and kind == "exponential":
        found = [seconds(base) * 2.0**index for index in range(min(count, 60))]
        found += [found[-1]] * (count - len(found)) if found else []
    elif not colon:
        listed = [seconds(word) for word in schedule.split(",")]
        found = [*islice(listed, count), *([listed[-1]] * (count - len(listed)))]
    else:
        raise ValueError(f"{schedule!r} is not a delay schedule")
    return tuple(found if cap is None else (min(wait, cap) for wait in found))


def seconds(text: str) -> float:
    """`500ms`, `3s`, `20m`, `1h`; a bare number is seconds. Raises ValueError."""
    word = text.strip()
    for unit, scale in _UNITS:
        if word.endswith(unit) and word[: -len(unit)].strip()[-1:].isdigit():
            return round(float(word[: -len(unit)]) * scale, 6)
    return float(word)


def default_reserve(deadline: float) -> float:
    """What is kept for diagnostics where nothing is written: 5 % of the deadline, at most 60 s."""
    return min(deadline * 0.05, 60.0)


def worst(attempts: int, delays: Iterable[float], length: float, reserve: float) -> float:
    """The time that all attempts of one length take, with their waits and the reserve."""
    return attempts * length + sum(delays) + reserve


def fits(attempts: int, delays: Iterable[float], minimum: float, reserve: float, deadline: float) -> bool:
    """Whether every attempt can have its minimum."""
    return worst(attempts, delays, minimum, reserve) <= deadline + _DUST


def attempts_that_fit(
    attempts: int, delays: Iterable[float], length: float, reserve: float, deadline: float
) -> int:
    """How many attempts of full length there is time for, at most `attempts`."""
    waits = [0.0, *delays]
    spent = 0.0
    for made in range(attempts):
        spent += length + (waits[made] if made < len(waits) else 0.0)
        if spent + reserve > deadline + _DUST:
            return made
    return attempts
