"""A small parser of command lines for the fast path.

It understands what is plainly right and answers None to everything else, so that Typer says what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, fields
from typing import Any, TypeVar

from holdfast.cli.options import declared, is_required

T = TypeVar("T")


class _Unclear(Exception):
    """Something that Typer must look at."""


def parse(options: type[T], words: Sequence[str]) -> T | None:
    """The options that `words` give, or None if anything about them is not plain."""
    try:
        return options(**_values(fields(options), list(words)))  # type: ignore[arg-type]  # T is a dataclass
    except _Unclear:
        return None


def _values(known: Sequence[Field[Any]], words: list[str]) -> dict[str, Any]:
    by_name = {name: of for of in known for name in declared(of).names}
    values: dict[str, Any] = {}
    positional: list[str] = []
    while words:
        word = words.pop(0)
        if word == "--":
            positional += words
            break
        if word == "-" or not word.startswith("-"):
            positional.append(word)
            continue
        name, has_value, value = word.partition("=")
        of = by_name.get(name)
        if of is None:
            raise _Unclear
        if isinstance(of.default, bool):
            if has_value:
                raise _Unclear
            values[of.name] = not of.default
            continue
        if not has_value:
            if not words or (words[0].startswith("-") and words[0] != "-"):
                raise _Unclear
            value = words.pop(0)
        _add(values, of, value)
    _place(values, [of for of in known if not declared(of).names], positional)
    return values


def _add(values: dict[str, Any], of: Field[Any], word: str) -> None:
    wanted = declared(of)
    if wanted.choices and word not in wanted.choices:
        raise _Unclear
    try:
        value = wanted.kind(word)
    except ValueError as error:
        raise _Unclear from error
    if isinstance(of.default, tuple):
        values[of.name] = (*values.get(of.name, ()), value)
    else:
        values[of.name] = value


def _place(values: dict[str, Any], places: list[Field[Any]], words: list[str]) -> None:
    for of in places:
        if isinstance(of.default, tuple):
            values[of.name] = tuple(words)
            return
        if words:
            values[of.name] = words.pop(0)
        elif is_required(of):
            raise _Unclear
    if words:
        raise _Unclear
