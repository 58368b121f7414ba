"""GitHub's expressions: read and evaluated as the hosted runner does.

Source of the rules: docs.github.com, "Evaluate expressions in workflows and actions" (loose equality, falsy
values, case-insensitive comparison of strings), and actions/runner, src/Sdk/Expressions.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Value = str | float | bool | None | Mapping[str, "Value"] | Sequence["Value"]
Function = Callable[[Sequence[Value]], Value]
STATUS_FUNCTIONS = ("success", "failure", "always", "cancelled")

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>[-+]?(?:0[xX][0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))(?![\w])"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>&&|\|\||[!=<>]=|[!<>()\[\],.*]))"
)


class ExpressionError(ValueError):
    """The text is no expression, or names something that is not there."""


@dataclass(frozen=True)
class Scope:
    """What an expression sees: contexts by name, and functions beyond the built-in ones."""

    contexts: Mapping[str, Value]
    functions: Mapping[str, Function]


def evaluate(text: str, scope: Scope) -> Value:
    """The value of an expression, written without `${{` and `}}`."""
    reader = _Reader(_tokens(text), scope)
    value = reader.either()
    if reader.next != ("end", ""):
        raise ExpressionError(f"unexpected {reader.next[1]!r} in {text!r}")
    return value


def interpolate(text: str, scope: Scope) -> str:
    """The text with each `${{ ... }}` replaced by its value."""
    parts: list[str] = []
    rest = text
    while (start := rest.find("${{")) >= 0:
        end = _closing(rest, start)
        parts += [rest[:start], shown(evaluate(rest[start + 3 : end], scope))]
        rest = rest[end + 2 :]
    return "".join([*parts, rest])


def condition(text: str, scope: Scope) -> bool:
    """Whether a step with this `if` runs: without a status function, only after success."""
    inner = text.strip()
    if inner.startswith("${{") and inner.endswith("}}") and inner.count("${{") == 1:
        inner = inner[3:-2]
    names = {value.lower() for kind, value in _tokens(inner) if kind == "name"}
    if not names & set(STATUS_FUNCTIONS):
        inner = f"success() && ({inner})" if inner.strip() else "success()"
    return truthy(evaluate(inner, scope))


def truthy(value: Value) -> bool:
    """False, 0, NaN, the empty text and null are false; all else is true."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    if isinstance(value, Mapping | list | tuple):
        return True
    return bool(value)


def shown(value: Value) -> str:
    """A value as text: numbers without a needless fraction, null as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else f"{value:.15g}"
    if isinstance(value, str):
        return value
    return "Object" if isinstance(value, Mapping) else "Array"


def _closing(text: str, start: int) -> int:
    quoted = False
    for place in range(start + 3, len(text)):
        if text[place] == "'":
            quoted = not quoted
        elif text.startswith("}}", place) and not quoted:
            return place
    raise ExpressionError(f"no closing braces in {text!r}")


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"cannot read {text[place:]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return [*found, ("end", "")]


class _Reader:
    """Recursive descent over the tokens; evaluates while it reads.

    `&&` and `||` read both sides, as every expression here is free of effects.
    """

    def __init__(self, tokens: list[tuple[str, str]], scope: Scope) -> None:
        self._tokens = tokens
        self._place = 0
        self._scope = scope

    @property
    def next(self) -> tuple[str, str]:
        return self._tokens[self._place]

    def _take(self, sign: str) -> bool:
        if self.next != ("sign", sign):
            return False
        self._place += 1
        return True

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ExpressionError(f"expected {sign!r}, found {self.next[1]!r}")

    def either(self) -> Value:
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value if truthy(value) else other
        return value

    def _both(self) -> Value:
        value = self._equality()
        while self._take("&&"):
            other = self._equality()
            value = other if truthy(value) else value
        return value

    def _equality(self) -> Value:
        value = self._order()
        while self.next[1] in ("==", "!="):
            wanted = self._tokens[self._place][1] == "=="
            self._place += 1
            value = _equal(value, self._order()) == wanted
        return value

    def _order(self) -> Value:
        value = self._negation()
        while self.next[0] == "sign" and self.next[1] in ("<", "<=", ">", ">="):
            sign = self.next[1]
            self._place += 1
            value = _ordered(sign, value, self._negation())
        return value

    def _negation(self) -> Value:
        if self._take("!"):
            return not truthy(self._negation())
        return self._access(self._primary())

    def _primary(self) -> Value:
        kind, text = self.next
        if self._take("("):
            value = self.either()
            self._need(")")
            return value
        self._place += 1
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return _number(text)
        if kind != "name":
            raise ExpressionError(f"unexpected {text!r}")
        return self._named(text)

    def _named(self, name: str) -> Value:
        literals: dict[str, Value] = {"true": True, "false": False, "null": None}
        if self._take("("):
            return self._call(name)
        if name in literals:
            return literals[name]
        found = _member(self._scope.contexts, name)
        if found is None and name.lower() not in {known.lower() for known in self._scope.contexts}:
            raise ExpressionError(f"no context is named {name!r}")
        return found

    def _call(self, name: str) -> Value:
        arguments: list[Value] = []
        while not self._take(")"):
            arguments.append(self.either())
            if self.next != ("sign", ")"):
                self._need(",")
        functions = {known.lower(): call for known, call in {**_FUNCTIONS, **self._scope.functions}.items()}
        if name.lower() not in functions:
            raise ExpressionError(f"no function is named {name!r}")
        return functions[name.lower()](arguments)

    def _access(self, value: Value) -> Value:
        while True:
            if self._take("."):
                value = self._dotted(value)
            elif self._take("["):
                value = self._indexed(value)
            else:
                return value

    def _dotted(self, value: Value) -> Value:
        if self._take("*"):
            return _members(value)
        name = self.next[1]
        self._place += 1
        if isinstance(value, list):
            return [_member(item, name) for item in value if isinstance(item, Mapping)]
        return _member(value, name)

    def _indexed(self, value: Value) -> Value:
        if self._take("*"):
            self._need("]")
            return _members(value)
        index = self.either()
        self._need("]")
        if isinstance(value, list | tuple):
            place = int(_as_number(index))
            return value[place] if 0 <= place < len(value) else None
        return _member(value, shown(index))


def _member(value: Value, name: str) -> Value:
    if not isinstance(value, Mapping):
        return None
    return next((found for key, found in value.items() if key.lower() == name.lower()), None)


def _members(value: Value) -> list[Value]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


def _number(text: str) -> float:
    if text.lower().startswith("0x"):
        return float(int(text, 16))
    return float(int(text[2:], 8)) if text.startswith("0o") else float(text)


def _as_number(value: Value) -> float:
    if value is None or value == "":
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        return _number(value.strip()) if isinstance(value, str) else math.nan
    except ValueError:
        return math.nan


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if isinstance(left, Mapping | list | tuple) or isinstance(right, Mapping | list | tuple):
        return left is right
    if type(left) is type(right):
        return left == right
    return _as_number(left) == _as_number(right)


def _ordered(sign: str, left: Value, right: Value) -> bool:
    a: str | float
    b: str | float
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.lower(), right.lower()
    else:
        a, b = _as_number(left), _as_number(right)
    compared = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b} if type(a) is type(b) else {}  # type: ignore[operator]
    return compared.get(sign, False)


def _contains(arguments: Sequence[Value]) -> Value:
    where, what = arguments
    if isinstance(where, list | tuple):
        return any(_equal(item, what) for item in where)
    return shown(what).lower() in shown(where).lower()


def _format(arguments: Sequence[Value]) -> Value:
    template, *values = arguments
    return re.sub(r"\{\{|\}\}|\{(\d+)\}", lambda found: _filled(found, values), shown(template))


def _filled(found: re.Match[str], values: Sequence[Value]) -> str:
    return shown(values[int(found[1])]) if found[1] else found[0][0]


def _join(arguments: Sequence[Value]) -> Value:
    items, separator = arguments[0], shown(arguments[1]) if len(arguments) > 1 else ","
    return separator.join(map(shown, items)) if isinstance(items, list | tuple) else shown(items)


def _from_json(arguments: Sequence[Value]) -> Value:
    value: Value = json.loads(shown(arguments[0]))
    return value


_FUNCTIONS: Mapping[str, Function] = {
    "contains": _contains,
    "startsWith": lambda words: shown(words[0]).lower().startswith(shown(words[1]).lower()),
    "endsWith": lambda words: shown(words[0]).lower().endswith(shown(words[1]).lower()),
    "format": _format,
    "join": _join,
    "toJSON": lambda words: json.dumps(words[0], indent=2),
    "fromJSON": _from_json,
}
