"""What an expression gives when it names no context, and so is the same in every run.

Comparison and truth follow @actions/expressions 0.3.61 (result.js): unlike kinds are compared as numbers, texts
without regard to case, and 0, '', null and false are false.
"""

from __future__ import annotations

import math
import re

from holdfast.lint.expression.nodes import Comparison, Group, Literal, Logical, Node, Not, Value

_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")


class NotConstant(Exception):
    """The value depends on the run, or is not worth computing."""


def constant(node: Node) -> Value:
    """The value. Raises NotConstant."""
    match node:
        case Literal(value=value):
            return value
        case Group(of=of):
            return constant(of)
        case Not(of=of):
            return not truthy(constant(of))
        case Comparison(operator=operator, left=left, right=right):
            return compare(operator, constant(left), constant(right))
        case Logical(operator=operator, operands=operands):
            return _chain(operator, operands)
    raise NotConstant


def _chain(operator: str, operands: tuple[Node, ...]) -> Value:
    """The first operand that decides; one that depends on the run may stand behind it."""
    value: Value = None
    for operand in operands:
        value = constant(operand)
        if truthy(value) == (operator == "||"):
            return value
    return value


def truthy(value: Value) -> bool:
    return not (value is None or value is False or value == "" or value == 0 or value != value)


def as_number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        if not value.strip():
            return 0.0
        return float(value) if _NUMBER.fullmatch(value) else math.nan
    return float(value)


def compare(operator: str, left: Value, right: Value) -> bool:
    one: str | float
    other: str | float
    if isinstance(left, str) and isinstance(right, str):
        one, other = left.upper(), right.upper()
    elif type(left) is type(right) and left is None:
        one, other = 0.0, 0.0
    else:
        one, other = as_number(left), as_number(right)
    match operator:
        case "==":
            return one == other
        case "!=":
            return one != other
        case "<":
            return one < other  # type: ignore[operator]  # both are texts, or both are numbers
        case "<=":
            return one <= other  # type: ignore[operator]  # as above
        case ">":
            return one > other  # type: ignore[operator]  # as above
    return one >= other  # type: ignore[operator]  # as above
