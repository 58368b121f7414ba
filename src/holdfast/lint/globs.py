"""Patterns of branches, tags and paths.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
(2026-11), and git-check-ref-format for what no branch or tag can be named.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# characters that no branch or tag has; * ? [ ] + ! belong to the pattern
_NOT_IN_REFS = " ~^:\t"


class Mistake(NamedTuple):
    """What is wrong in `pattern[start:end]`."""

    start: int
    end: int
    message: str
    cure: str


@lru_cache(maxsize=1024)
def ref_mistake(pattern: str) -> Mistake | None:
    """Why a pattern matches no branch or tag."""
    body = pattern.removeprefix("!")
    shift = len(pattern) - len(body)
    found = _pattern_mistake(body, shift)
    if found is not None:
        return found
    if body.startswith("refs/heads/") or body.startswith("refs/tags/"):
        kind = "refs/heads/" if body.startswith("refs/heads/") else "refs/tags/"
        message = f'a name is compared without "{kind}"'
        return Mistake(shift, shift + len(kind), message, f"write {body[len(kind) :]}")
    for wrong in ("/", "."):
        if body.startswith(wrong) and not body.startswith("./**"):
            return Mistake(shift, shift + 1, f'no branch or tag begins with "{wrong}"', "leave it out")
    if body.endswith(("/", ".lock")) or (body.endswith(".") and not body.endswith("\\.")):
        return Mistake(len(pattern) - 1, len(pattern), f'no branch or tag ends so: "{body}"', "leave it out")
    for at, char in enumerate(body):
        if char in _NOT_IN_REFS and not _inside_class(body, at):
            shown = "a blank" if char in " \t" else f'"{char}"'
            return Mistake(shift + at, shift + at + 1, f"no branch or tag holds {shown}", "mend the name")
    return None


@lru_cache(maxsize=1024)
def path_mistake(pattern: str) -> Mistake | None:
    """Why a pattern matches no path."""
    body = pattern.removeprefix("!")
    shift = len(pattern) - len(body)
    if body.startswith(("./", "../")) or body in (".", ".."):
        message = "paths are compared from the root of the repository, without ./"
        cure = f"write {pattern[:shift]}{body.lstrip('./') or '**'}"
        return Mistake(shift, shift + body.index("/") + 1 if "/" in body else len(pattern), message, cure)
    if body != body.strip():
        return Mistake(0, len(pattern), "blanks surround the path", "leave them out")
    return _pattern_mistake(body, shift)


def _pattern_mistake(body: str, shift: int) -> Mistake | None:
    """What is wrong with the pattern itself: brackets, repetitions, an empty one."""
    if not body:
        return Mistake(0, max(shift, 1), "the pattern is empty", "write a name")
    at = 0
    while at < len(body):
        char = body[at]
        if char == "\\":
            at += 2
            continue
        if char == "[":
            found = _class_mistake(body, at)
            if found is not None:
                start, end, message, cure = found
                return Mistake(start + shift, end + shift, message, cure)
            at = body.index("]", at + 1)
        elif char in "?+" and (at == 0 or body[at - 1] in "*?+/"):
            message = f'"{char}" repeats the character before it, and there is none'
            return Mistake(shift + at, shift + at + 1, message, f"write \\{char} for the character itself")
        at += 1
    return None


def _class_mistake(body: str, at: int) -> Mistake | None:
    """What is wrong with a list of characters that opens at `at`."""
    end = body.find("]", at + 1)
    if end < 0:
        return Mistake(at, len(body), "the list of characters is not closed", "add a ]")
    if end == at + 1:
        return Mistake(at, end + 1, "the list of characters is empty", "write characters between [ and ]")
    inner = body[at + 1 : end]
    for middle in range(1, len(inner) - 1):
        if inner[middle] == "-" and inner[middle - 1] > inner[middle + 1]:
            start = at + middle
            message = f'the range "{inner[middle - 1 : middle + 2]}" runs backwards'
            return Mistake(start, start + 3, message, "turn it round")
    return None


def _inside_class(body: str, at: int) -> bool:
    return body.rfind("[", 0, at) > body.rfind("]", 0, at)


_MOST_STARS = 6  # a pattern with more is not compared: each one more is another loop through every path
_TOKEN = re.compile(r"\\(.)|(\*\*/)|(\*\*)|(\*)|([?+])|(\[[^\]]*\])|(.)", re.DOTALL)


@lru_cache(maxsize=256)
def path_pattern(pattern: str) -> re.Pattern[str] | None:
    """What a pattern of paths means, for `fullmatch`; None for one that is broken or has too many stars."""
    if path_mistake(pattern) is not None or pattern.count("*") > _MOST_STARS:
        return None
    parts: list[str] = []
    for found in _TOKEN.finditer(pattern):
        escaped, folders, any_depth, star, repeat, chars, plain = found.groups()
        if folders:
            at_start = found.start() == 0 or pattern[found.start() - 1] == "/"
            parts.append("(?:.*/)?" if at_start else ".*/")
        elif any_depth or star:
            parts.append(".*" if any_depth else "[^/]*")
        elif repeat:
            parts.append(repeat)
        elif chars:
            parts.append(
                "[" + chars[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^") + "]"
            )
        else:
            parts.append(re.escape(escaped or plain))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:
        return None
