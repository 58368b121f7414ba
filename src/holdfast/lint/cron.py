"""Schedules as GitHub reads them: five fields, POSIX with names, lists, ranges and steps.

Source: cron.js of @actions/workflow-parser 0.3.61 (2026-08);
https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule (2026-11).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

MINIMUM = 5  # minutes between two runs


class Field(NamedTuple):
    """One of the five fields: its range, and the names that stand for numbers."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of the month", 1, 31),
    Field(
        "month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    ),
    Field("day of the week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
# JavaScript's Number(): blanks around, a sign, a fraction and hexadecimal are all numbers to GitHub's port
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F]+")


class Mistake(NamedTuple):
    """What is wrong in `text[start:end]` of the schedule."""

    start: int
    end: int
    message: str
    cure: str


def mistake(text: str) -> Mistake | None:
    """Why GitHub does not take a schedule, or None."""
    parts = _parts(text)
    if len(parts) != len(FIELDS):
        shown = len([part for part, _ in parts if part])
        if text.startswith("@"):
            message = f'"{text}" is no schedule to GitHub'
        else:
            message = f"the schedule has {shown} fields" if shown != 5 else "blanks surround the schedule"
        return Mistake(0, len(text), message, "write five: minute hour day month weekday")
    for (part, start), field in zip(parts, FIELDS, strict=True):
        if not _fits(part, field):
            message = f'"{part}" is no {field.name}'
            return Mistake(start, start + len(part), message, _cure(field))
    return None


def interval(text: str) -> int:
    """The shortest time between two runs within an hour, in minutes; 60 for one run an hour or less."""
    minutes = sorted(_values(_parts(text)[0][0], FIELDS[0]))
    if len(minutes) < 2:
        return 60
    gaps = [later - earlier for earlier, later in pairwise(minutes)]
    return min(*gaps, minutes[0] + 60 - minutes[-1])


def _parts(text: str) -> list[tuple[str, int]]:
    """The fields and their offsets; only blanks separate them, and those at the ends make empty fields."""
    parts = []
    at = 0
    for gap in re.finditer(" +", text):
        parts.append((text[at : gap.start()], at))
        at = gap.end()
    parts.append((text[at:], at))
    return parts


def _cure(field: Field) -> str:
    if field.names:
        return (
            f"write {field.least} to {field.most}, or {field.names[0].upper()} to {field.names[-1].upper()}"
        )
    return f"write {field.least} to {field.most}, * or */step"


def _fits(part: str, field: Field) -> bool:
    """A list of ranges, values and steps; the step's number has the field's range, too."""
    if part.lower() in field.names or part == "*":
        return True
    if "," in part:
        return all(item and _fits(item, field) for item in part.split(","))
    if "/" in part:
        start, _, step = part.partition("/")
        return bool(start) and "/" not in step and _is_step(step, field) and _fits(start, field)
    if "-" in part:
        return _is_range(part, field)
    return _is_value(part, field)


def _is_step(step: str, field: Field) -> bool:
    number = _number(step)
    return number is not None and number > 0 and field.least <= number <= field.most


def _is_range(part: str, field: Field) -> bool:
    ends = part.split("-")
    if len(ends) != 2 or not all(_is_value(end, field) for end in ends):
        return False
    first, last = (_named(end, field) for end in ends)
    return first is not None and last is not None and first <= last


def _is_value(part: str, field: Field) -> bool:
    if part.lower() in field.names or part == "*":
        return True
    number = _number(part)
    return number is not None and field.least <= number <= field.most


def _named(part: str, field: Field) -> float | None:
    if part.lower() in field.names:
        return field.names.index(part.lower()) + field.least
    return _number(part)


def _number(part: str) -> float | None:
    if not _NUMBER.fullmatch(part):
        return None
    return float(int(part, 16)) if part[:2].lower() == "0x" else float(part)


def _values(part: str, field: Field) -> set[int]:
    """The minutes that a field names."""
    found: set[int] = set()
    for item in part.split(","):
        span, _, step = item.partition("/")
        first, last = _span(span, field, bool(step))
        found.update(range(first, last + 1, max(int(_number(step) or 1), 1)))
    return found


def _span(span: str, field: Field, stepped: bool) -> tuple[int, int]:
    if span == "*":
        return field.least, field.most
    first, dash, last = span.partition("-")
    begin = int(_number(first) or 0)
    if dash:
        return begin, int(_number(last) or 0)
    return begin, field.most if stepped else begin


@cache
def time_zones() -> frozenset[str]:
    """Every IANA time zone, empty where the machine has no table of them."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())
