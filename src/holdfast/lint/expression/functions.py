"""The functions of the expression language: arguments, and what they give.

Source: @actions/expressions 0.3.61 (funcs.js) and the function entries of workflow-v1.0.json (2026-08);
https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions (2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.lint.expression.types import ANY, BOOLEAN, TEXT, Type

MANY = 2**31


@dataclass(frozen=True, slots=True)
class Function:
    """`takes` holds what each argument may be: "scalar" or "any"; the last repeats.

    `placed` functions exist only where the grammar lists them.
    """

    name: str
    least: int
    most: int
    takes: tuple[str, ...]
    gives: Type
    placed: bool = False


_ALL = (
    Function("contains", 2, 2, ("any", "scalar"), BOOLEAN),
    Function("startsWith", 2, 2, ("scalar",), BOOLEAN),
    Function("endsWith", 2, 2, ("scalar",), BOOLEAN),
    Function("format", 1, 255, ("scalar",), TEXT),
    Function("join", 1, 2, ("any", "scalar"), TEXT),
    Function("toJSON", 1, 1, ("any",), TEXT),
    Function("fromJSON", 1, 1, ("scalar",), ANY),
    Function("case", 3, MANY, ("any",), ANY),
    Function("hashFiles", 1, 255, ("scalar",), TEXT, placed=True),
    Function("always", 0, 0, (), BOOLEAN, placed=True),
    Function("cancelled", 0, 0, (), BOOLEAN, placed=True),
    Function("success", 0, MANY, ("scalar",), BOOLEAN, placed=True),
    Function("failure", 0, MANY, ("scalar",), BOOLEAN, placed=True),
)
FUNCTIONS = {function.name.lower(): function for function in _ALL}
STATUS = frozenset(("always", "cancelled", "success", "failure"))
