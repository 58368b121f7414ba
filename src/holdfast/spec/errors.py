"""What pydantic refuses, said in the user's words at the user's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from holdfast.document import Node, Scalar
from holdfast.spec.locate import Found, find
from holdfast.spec.model import Model, Spec, key
from holdfast.spec.plain import OddInt, Reading
from holdfast.spec.units import quoted, short

# What a field wants, by the type of pydantic's error; these say least, so another error at the place wins.
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}
_SILENT = {"none_required"}

# Words of other tools and of GitHub that people write; said when no known name is near.
_ELSEWHERE = {
    "timeout-minutes": "timeout",
    "runs-on": "runner",
    "steps": "before",
    "ports": "port",
    "requirepass": "password",
    "maxretries": "attempts",
    "retries": "attempts",
    "triggers": "on",
    "strategy": "matrix",
    "command": "flags",
    "python-version": "versions",
    "node-version": "versions",
    "go-version": "versions",
    "cmd": "command",
    "healthcheck": "health",
    "tag": "image",
}


class _Told(NamedTuple):
    """One error with its place in the document."""

    error: ErrorDetails
    found: Found
    weak: bool


def tell(errors: Iterable[ErrorDetails], root: Node, reading: Reading) -> None:
    """Add a finding for each place that pydantic refuses."""
    groups: dict[tuple[str | int, ...], list[_Told]] = {}
    for error in errors:
        if error["type"] in _SILENT:
            continue
        found = find(root, error["loc"])
        weak = error["type"] in _WANTED or error["type"] == "literal_error"
        groups.setdefault(_union_of(error["loc"], found), []).append(_Told(error, found, weak))
    for members in groups.values():
        _tell_one(members, reading)


def _union_of(loc: tuple[str | int, ...], found: Found) -> tuple[str | int, ...]:
    """The path up to the first part that the document does not have: errors of one union share it."""
    parts = list(found.path)
    shared: list[str | int] = []
    for part in loc:
        if not parts or part != parts[0]:
            break
        shared.append(parts.pop(0))
    return tuple(shared)


def _tell_one(members: list[_Told], reading: Reading) -> None:
    strong = [member for member in members if not member.weak]
    if strong:
        deepest = max(len(member.found.path) for member in strong)
        for member in strong:
            if len(member.found.path) == deepest:
                _say_strong(member, reading)
        return
    _say_weak(members, reading)


def _say_strong(member: _Told, reading: Reading) -> None:
    error, found = member.error, member.found
    kind, context = error["type"], error.get("ctx", {})
    name = str(error["loc"][-1])
    if kind == "extra_forbidden":
        cure = _nearest_key(error["loc"])
        return reading.say("unknown-key", found.key_span, f"unknown key {quoted(name)}", cure)
    if kind == "missing":
        return reading.say("spec-value", found.key_span, f"{quoted(name)} is missing", f"write {name}")
    span = found.key_span if name == "[key]" else found.node.span
    if kind in ("spec-value", "written-password"):
        return reading.say(kind, span, context["message"], context["cure"])
    return reading.say("spec-value", span, _sentence(error, found), "")


def _sentence(error: ErrorDetails, found: Found) -> str:
    """Ranges, and what our own units say."""
    context: Mapping[str, Any] = error.get("ctx", {})
    written = short(found.node.value if isinstance(found.node, Scalar) else error["input"])
    match error["type"]:
        case "greater_than_equal":
            return f"{written} is less than {context['ge']}"
        case "less_than_equal":
            return f"{written} is more than {context['le']}"
        case "value_error":
            return str(context["error"])
    return error["msg"]


def _say_weak(members: list[_Told], reading: Reading) -> None:
    """The value is of another kind than the field wants, or is none of its words."""
    found, value = members[0].found, members[0].error["input"]
    node = found.node
    span = found.key_span if members[0].error["loc"][-1] == "[key]" else node.span
    kinds = {member.error["type"] for member in members}
    if "string_type" in kinds and isinstance(node, Scalar) and isinstance(value, float | OddInt):
        return reading.unquoted(node.span, node.value, value)
    choices = [word for member in members for word in _choices(member.error)]
    wanted = [_WANTED[kind] for kind in dict.fromkeys(m.error["type"] for m in members) if kind in _WANTED]
    if choices and (isinstance(value, str) or not wanted):
        near = get_close_matches(str(value), choices, 1)
        message = f"{quoted(_shown(value))} is not one of: {', '.join([*choices, *wanted])}"
        return reading.say("spec-value", span, message, f"write {near[0] if near else 'one of them'}")
    message = f"{_joined([*wanted, *choices])} is wanted, and this is {_kind(value)}"
    return reading.say("spec-value", span, message, _retype(value, kinds))


def _choices(error: ErrorDetails) -> list[str]:
    """The words of a literal: pydantic gives them as one text, `'a', 'b' or 'c'`."""
    if error["type"] != "literal_error":
        return []
    expected: str = error["ctx"]["expected"]
    return [word.strip("' ") for word in expected.replace(" or ", ", ").split(", ")]


def _joined(words: Iterable[str]) -> str:
    listed = list(words)
    return " or ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str | int | float) else _kind(value)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value:g}"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return "a mapping" if isinstance(value, dict) else "a list"


def _retype(value: object, kinds: set[str]) -> str:
    """How the same value is written in the kind that is wanted."""
    if "int_type" in kinds and isinstance(value, str) and value.isdigit() and len(value) < 10:
        return f"write {value} without quotes"
    if (
        "bool_type" in kinds
        and isinstance(value, str)
        and value.lower() in ("yes", "on", "no", "off", "true", "false")
    ):
        return f"write {str(value.lower() in ('yes', 'on', 'true')).lower()}"
    if "tuple_type" in kinds and value is not None:
        return "write a list: [...]"
    return ""


def _nearest_key(loc: tuple[str | int, ...]) -> str:
    """The known key that was probably meant."""
    name = str(loc[-1])
    known = _keys_at(loc[:-1])
    near = get_close_matches(name.replace("_", "-").lower(), known, 1, cutoff=0.7)
    if near:
        return f"write {near[0]}"
    if (other := _ELSEWHERE.get(name)) in known:
        return f"write {other}"
    at_home = _home_of(name)
    if at_home and at_home != loc[:-1]:
        return f"write it under {'.'.join(at_home)}"
    return f"write one of {', '.join(known)}" if known else ""


def _keys_at(loc: tuple[str | int, ...]) -> list[str]:
    model = _model_at(loc)
    return [field.alias or key(name) for name, field in model.model_fields.items()] if model else []


def _model_at(loc: tuple[str | int, ...]) -> type[Model] | None:
    """The model whose keys stand at a path; entries of a mapping or list count for what they hold."""
    model: type[Model] = Spec
    named = False
    for part in loc:
        fields = {field.alias or key(name): field for name, field in model.model_fields.items()}
        if named or part not in fields:
            named = False
            continue
        annotation = fields[str(part)].annotation
        inside = tuple(models_in(annotation))
        named = getattr(annotation, "__origin__", None) is dict
        model = inside[0] if inside else model
    return model


def models_in(annotation: Any) -> Iterable[type[Model]]:
    """The models that a field's type mentions, outermost first."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
        return
    for inner in getattr(annotation, "__args__", ()):
        yield from models_in(inner)


def _home_of(name: str) -> tuple[str, ...] | None:
    """The section of the top level that has the key."""
    for section, field in Spec.model_fields.items():
        model = next(iter(models_in(field.annotation)), None)
        if section != "jobs" and model and name in [f.alias or key(n) for n, f in model.model_fields.items()]:
            return (key(section),)
    return None
