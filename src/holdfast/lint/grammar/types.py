"""The words in which the grammar is written: types of values, keys of mappings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SCHEMA = "workflow-v1.0.json and action-v1.0.json of @actions/workflow-parser 0.3.61, 2026-08"


class Type(NamedTuple):
    """What a value may be; several at once where GitHub takes several.

    `values` closes the text; `contexts` are the contexts and functions that an expression here may name,
    beside those of the value around it. `rule` owns a text that is none of `values`.
    """

    says: str
    text: bool = False
    values: frozenset[str] | None = None
    filled: bool = False
    boolean: bool = False
    number: bool = False
    null: bool = False
    item: Type | None = None
    maps: tuple[Map, ...] = ()
    contexts: frozenset[str] | None = None
    condition: bool = False
    anything: bool = False
    rule: str = "unknown-value"
    role: str = ""


class Key(NamedTuple):
    """A key of a mapping, and from where it is known; `since` is the day GitHub announced it, "" if not known.

    Without a `required` key GitHub refuses the file; without a `wished` one something is worse for it.
    """

    type: Type
    required: bool = False
    wished: bool = False
    since: str = ""
    source: str = SCHEMA


class Map(NamedTuple):
    """A mapping: its known keys, and the type of all other values where any name will do (`loose`).

    `what` names it in messages; `rule` owns its unknown keys, which GitHub ignores where it is `tolerant`.
    """

    what: str
    keys: Mapping[str, Key] = MappingProxyType({})
    loose: Type | None = None
    rule: str = "unknown-key"
    tolerant: bool = False


def announced(type_: Type, entry: str, required: bool = False) -> Key:
    """A key that an entry of GitHub's changelog brought; the entry's name begins with its day."""
    return Key(type_, required, since=entry[:10], source=f"https://github.blog/changelog/{entry}")


def contexts(words: str) -> frozenset[str]:
    return frozenset(words.split())


def one_of(says: str, *types: Type, role: str = "", within: frozenset[str] | None = None) -> Type:
    """A type that takes what any of the given types takes."""
    items = [one.item for one in types if one.item is not None]
    return Type(
        says,
        text=any(one.text for one in types),
        values=_values(types),
        filled=all(one.filled for one in types if one.text),
        boolean=any(one.boolean for one in types),
        number=any(one.number for one in types),
        null=any(one.null for one in types),
        item=items[0] if items else None,
        maps=tuple(each for one in types for each in one.maps),
        contexts=within,
        rule=next((one.rule for one in types if one.values), "unknown-value"),
        role=role,
    )


def _values(types: tuple[Type, ...]) -> frozenset[str] | None:
    texts = [one for one in types if one.text]
    if not texts or any(one.values is None for one in texts):
        return None
    return frozenset(value for one in texts for value in one.values or ())


def list_of(item: Type, says: str = "") -> Type:
    return Type(says or f"a list of {item.says.removeprefix('a ')}", item=item)


def mapping_of(map_: Map, within: frozenset[str] | None = None, role: str = "") -> Type:
    return Type("a mapping", maps=(map_,), contexts=within, role=role)


def choice(*values: str, rule: str = "unknown-value") -> Type:
    return Type("one of " + ", ".join(values), text=True, values=frozenset(values), rule=rule)


def inside(one: Type, within: frozenset[str], role: str = "") -> Type:
    """The same type where other contexts are allowed."""
    return one._replace(contexts=within, role=role or one.role)


TEXT = Type("a text", text=True)
FILLED = Type("a text", text=True, filled=True)
BOOLEAN = Type("true or false", boolean=True)
NUMBER = Type("a number", number=True)
NULL = Type("nothing", null=True)
ANY = Type("anything", text=True, boolean=True, number=True, null=True, anything=True)
ANY_LIST = Type("a list", item=ANY)
TEXTS = list_of(TEXT, "a list of texts")
FILLED_TEXTS = list_of(FILLED, "a list of texts")
TEXT_OR_TEXTS = one_of("a text or a list of texts", FILLED, FILLED_TEXTS)
SCALAR = one_of("a text, a number, true or false", TEXT, BOOLEAN, NUMBER)
