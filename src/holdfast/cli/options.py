"""How a command declares its parameters: a frozen dataclass whose fields say what the command line shows.

One declaration serves two readers: Typer (`cli/typed.py`, the full program with help and errors) and the
small parser of the fast path (`cli/parse.py`), which starts without importing Typer.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, field
from typing import Any, NamedTuple


class Declared(NamedTuple):
    """What the command line knows of one field.

    `names` is empty for a positional argument. A `tuple` default makes the parameter repeatable, a `bool`
    default a switch; `choices` closes its values; `kind` reads a value (str unless given).
    """

    names: tuple[str, ...]
    help: str
    metavar: str
    choices: tuple[str, ...]
    kind: type


def option(
    default: Any,  # any field type; the dataclass' own annotation is the truth
    *names: str,
    help: str,  # noqa: A002  (the field's usual word)
    metavar: str = "",
    choices: tuple[str, ...] = (),
    kind: type = str,
) -> Any:
    """A dataclass field that is a command-line option."""
    return field(default=default, metadata={"cli": Declared(names, help, metavar, choices, kind)})


def argument(default: Any, *, help: str, metavar: str) -> Any:  # noqa: A002
    """A dataclass field that is a positional argument; `None` makes it optional, `...` required."""
    declared = {"cli": Declared((), help, metavar, (), str)}
    if default is ...:
        return field(metadata=declared)
    return field(default=default, metadata=declared)


def declared(of: Field[Any]) -> Declared:
    """The declaration of a field; every field of a command's options has one."""
    found: Declared = of.metadata["cli"]
    return found


def is_required(of: Field[Any]) -> bool:
    return of.default is MISSING


def color_option() -> Any:
    """`--color`, the same in every command that prints for people."""
    return option("auto", "--color", help="When to colour the output.", choices=("auto", "always", "never"))


def exit_zero_option() -> Any:
    """`--exit-zero`: findings and drift end with 0."""
    return option(False, "--exit-zero", help="Exit with 0 also when there are findings or drift.")
