"""Types of expression values: what is known of a value before the workflow runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce


@dataclass(frozen=True, slots=True)
class Any:
    """Nothing is known."""


@dataclass(frozen=True, slots=True)
class Null:
    pass


@dataclass(frozen=True, slots=True)
class Boolean:
    pass


@dataclass(frozen=True, slots=True)
class Number:
    pass


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `values` are all that it can be, where that is known."""

    values: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """A list; of a `filtered` one (`.*`) a property is the list of its items' properties."""

    item: Type
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """Properties by their name in lower case.

    `rest` is the type of all others; None where there are no others. `rule` reports one that is unknown, and
    `what` names the whole in its message; `cure` says what to do instead of listing the known.
    """

    properties: Mapping[str, Type] = field(default_factory=dict)
    rest: Type | None = None
    rule: str = "unknown-property"
    what: str = ""
    cure: str = ""
    # the names as written, for messages
    names: tuple[str, ...] = ()

    def get(self, name: str) -> Type | None:
        """A property's type; names are not told apart by case."""
        found = self.properties.get(name.lower())
        return found if found is not None else self.rest


Type = Any | Null | Boolean | Number | Text | Array | Object

COLLECTIONS = (Array, Object)

ANY = Any()
NULL = Null()
BOOLEAN = Boolean()
NUMBER = Number()
TEXT = Text()
LOOSE = Object(rest=ANY)


def closed(
    properties: Mapping[str, Type], what: str, rule: str = "unknown-property", cure: str = ""
) -> Object:
    """An object with these properties and no others."""
    return Object(
        {name.lower(): value for name, value in properties.items()}, None, rule, what, cure, tuple(properties)
    )


def texts(values: Iterable[str]) -> Text:
    return Text(frozenset(values))


def union(types: Iterable[Type]) -> Type:
    """What a value is that may be any of these; ANY unless all agree in kind."""
    kinds = list(types)
    values = [one.values for one in kinds if isinstance(one, Text) and one.values is not None]
    if kinds and len(values) == len(kinds):
        return Text(frozenset().union(*values))
    return reduce(_joined, kinds) if kinds else ANY


def _joined(one: Type, other: Type) -> Type:
    if isinstance(one, Text) and isinstance(other, Text):
        both = one.values is not None and other.values is not None
        return Text((one.values or frozenset()) | (other.values or frozenset())) if both else TEXT
    if isinstance(one, Object) and isinstance(other, Object):
        return _joined_objects(one, other)
    if isinstance(one, Array) and isinstance(other, Array):
        return Array(_joined(one.item, other.item))
    return one if type(one) is type(other) else ANY


def _joined_objects(one: Object, other: Object) -> Object:
    properties = dict(one.properties)
    for name, value in other.properties.items():
        properties[name] = _joined(properties[name], value) if name in properties else value
    names = tuple(dict.fromkeys((*one.names, *other.names)))
    rest = ANY if one.rest is not None or other.rest is not None else None
    return Object(properties, rest, one.rule, one.what, one.cure, names)


def said(value: Type) -> str:
    """The type in words."""
    match value:
        case Null():
            return "null"
        case Boolean():
            return "a truth value"
        case Number():
            return "a number"
        case Text():
            return "a text"
        case Array():
            return "a list"
        case Object():
            return "a mapping"
    return "a value"
