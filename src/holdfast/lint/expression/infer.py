"""The type of an expression, and what is wrong with it on the way there."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from holdfast.finding import Severity
from holdfast.lint.expression.constant import NotConstant, as_number, compare, constant, truthy
from holdfast.lint.expression.contexts import CONTEXTS
from holdfast.lint.expression.functions import FUNCTIONS, Function
from holdfast.lint.expression.nodes import (
    Call,
    Comparison,
    Group,
    Index,
    Literal,
    Logical,
    Name,
    Node,
    Not,
    Value,
    below,
    inside,
)
from holdfast.lint.expression.placeholders import BrokenFormat, placeholders
from holdfast.lint.expression.types import (
    ANY,
    BOOLEAN,
    COLLECTIONS,
    NULL,
    NUMBER,
    TEXT,
    Any,
    Array,
    Boolean,
    Null,
    Number,
    Object,
    Text,
    Type,
    closed,
    said,
    texts,
    union,
)
from holdfast.lint.words import nearest

_SCALARS = (Text, Number, Boolean)
_MANY_NAMES = 200  # more are neither listed nor searched for a name that is near


class Note(NamedTuple):
    """A problem inside one expression; offsets in its text."""

    rule: str
    start: int
    end: int
    message: str
    cure: str = ""
    severity: Severity | None = None


class Inference:
    """One expression at one place: `allowed` are the contexts and functions there."""

    def __init__(self, allowed: frozenset[str], context: Callable[[str], Type]) -> None:
        self.allowed = allowed
        self.context = context
        self.notes: list[Note] = []

    def say(
        self, rule: str, node: Node, message: str, cure: str = "", severity: Severity | None = None
    ) -> None:
        self.notes.append(Note(rule, node.start, node.end, message, cure, severity))

    def type_of(self, node: Node) -> Type:
        match node:
            case Literal(value=value):
                return type_of_value(value)
            case Name():
                return self.name(node)
            case Index():
                return self.index(node)
            case Call():
                return self.call(node)
            case Not(of=of):
                self.type_of(of)
                return BOOLEAN
            case Comparison():
                return self.comparison(node)
            case Logical():
                return self.logical(node)
            case Group(of=of):
                return self.type_of(of)

    # contexts ----------------------------------------------------------------------------------------------

    def name(self, node: Name) -> Type:
        name = node.name.lower()
        if name in self.allowed and name in CONTEXTS:
            return self.context(name)
        here = sorted(self.allowed & CONTEXTS)
        if name in CONTEXTS:
            cure = f"available here: {', '.join(here)}" if here else "no context is available here"
            self.say("forbidden-context", node, f'the context "{node.name}" is not available here', cure)
        else:
            near = nearest(name, here, 0.7)
            cure = f'write "{near}"' if near else f"known here: {', '.join(here)}"
            self.say("unknown-context", node, f'"{node.name}" is not a context', cure)
        return ANY

    def index(self, node: Index) -> Type:
        of = self.type_of(node.of)
        if node.index is None:
            return self.star(node, of)
        inner = TEXT if node.dotted else self.type_of(node.index)
        key = inside(node.index)
        if isinstance(of, Array):
            return self.item(node, of, inner)
        if isinstance(of, Object):
            return self.property(node, of, key)
        if isinstance(of, _SCALARS):
            self.say("unknown-property", node, f"{said(of)} has no properties, this is always null")
        return ANY

    def star(self, node: Index, of: Type) -> Type:
        match of:
            case Object(properties=properties, rest=rest):
                return Array(union([*properties.values(), *([rest] if rest else [])]), True)
            case Array(item=item):
                return Array(item, True)
            case Text() | Number() | Boolean():
                self.say("unknown-property", node, f"{said(of)} has no parts, .* of it is always empty")
        return Array(ANY, True)

    def item(self, node: Index, of: Array, index: Type) -> Type:
        if not of.filtered:
            if isinstance(index, Text) and node.dotted:
                message = "a list has no properties, this is always null"
                self.say("unknown-property", node, message, "take one item, or all with .*")
                return ANY
            return of.item if isinstance(index, Number) else ANY
        if isinstance(of.item, Object) and node.index is not None:
            return Array(self.property(node, of.item, inside(node.index)), True)
        return Array(ANY, True)

    def property(self, node: Index, of: Object, key: Node) -> Type:
        if not isinstance(key, Literal) or isinstance(key.value, bool) or key.value is None:
            return of.rest or union(of.properties.values())
        name = key.value if isinstance(key.value, str) else f"{key.value:g}"
        found = of.get(name)
        if found is not None:
            return found
        self.notes.append(unknown(of, name, key.start, key.end))
        return ANY

    # functions ---------------------------------------------------------------------------------------------

    def call(self, node: Call) -> Type:
        types = [self.type_of(argument) for argument in node.arguments]
        function = FUNCTIONS.get(node.name.lower())
        if function is None:
            self.unknown_function(node)
            return ANY
        if function.placed and function.name not in self.allowed:
            self.forbidden_function(node, function)
            return function.gives
        if not self.counted(node, function):
            return function.gives
        for argument, given, takes in zip(
            node.arguments, types, _repeated(function, len(types)), strict=True
        ):
            if takes == "scalar" and isinstance(given, COLLECTIONS):
                message = f"{function.name} takes a text here, this is {said(given)}"
                self.say("wrong-argument-type", argument, message, "take one of its parts, or use toJSON")
        special = _SPECIAL.get(function.name)
        return special(self, node, types) if special else function.gives

    def unknown_function(self, node: Call) -> None:
        names = [one.name for one in FUNCTIONS.values() if not one.placed or one.name in self.allowed]
        near = nearest(node.name, names, 0.7)
        cure = f"write {near}" if near else f"known here: {', '.join(names)}"
        span = (node.start, node.name_end)
        self.notes.append(Note("unknown-function", *span, f'"{node.name}" is not a function', cure))

    def forbidden_function(self, node: Call, function: Function) -> None:
        message = f"{function.name}() is not available here"
        cure = "call it in the if of a job or a step" if function.name != "hashFiles" else "call it in a step"
        self.notes.append(Note("forbidden-function", node.start, node.name_end, message, cure))

    def counted(self, node: Call, function: Function) -> bool:
        count = len(node.arguments)
        most = function.most
        if function.name in ("success", "failure") and "hashFiles" in self.allowed:
            most = 0  # only a job's condition takes ids of jobs
        if function.least <= count <= most and (function.name != "case" or count % 2):
            return True
        wanted = _counts(function, most)
        message = f"{function.name} takes {wanted}, {count} {'is' if count == 1 else 'are'} given"
        self.notes.append(Note("wrong-argument-count", node.start, node.name_end, message))
        return False

    def from_json(self, node: Call, types: list[Type]) -> Type:
        literal = inside(node.arguments[0])
        if not isinstance(literal, Literal) or not isinstance(literal.value, str):
            return ANY
        import json  # slow to import, and seldom needed

        try:
            return type_of_json(json.loads(literal.value))
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
            message = f"the text is no JSON: {reason[:1].lower()}{reason[1:]}"
            self.say("broken-json", literal, message, "write JSON: texts stand in double quotes")
            return ANY

    def format(self, node: Call, types: list[Type]) -> Type:
        literal = inside(node.arguments[0])
        if not isinstance(literal, Literal) or not isinstance(literal.value, str):
            return TEXT
        given = len(node.arguments) - 1
        try:
            used = placeholders(literal.value)
        except BrokenFormat:
            message = "the format holds a single brace"
            self.say("broken-format", literal, message, "write {{ and }} for braces, {0} for an argument")
            return TEXT
        if used and max(used) >= given:
            message = (
                f"{{{max(used)}}} has no argument, {given or 'none'} {'is' if given < 2 else 'are'} given"
            )
            self.say("broken-format", literal, message, "placeholders count from {0}")
        for number in range(given):
            if number not in used:
                message = f"the format does not use its argument {{{number}}}"
                self.say("broken-format", node.arguments[number + 1], message, "", Severity.NOTICE)
        return TEXT

    def contains(self, node: Call, types: list[Type]) -> Type:
        first = inside(node.arguments[0])
        if isinstance(types[0], Object):
            message = "contains takes a text or a list, of a mapping it is always false"
            self.say("wrong-argument-type", node.arguments[0], message, "list its values with .*")
        is_list = isinstance(first, Literal) and isinstance(first.value, str) and len(first.value.split()) > 1
        if is_list and not isinstance(inside(node.arguments[1]), Literal):
            message = "contains looks for a part of this text, not for one of its words"
            self.say("substring-list", first, message, 'write fromJSON(\'["…", "…"]\')')
        return BOOLEAN

    def case(self, node: Call, types: list[Type]) -> Type:
        for argument, given in zip(node.arguments[:-1:2], types[:-1:2], strict=True):
            if not isinstance(given, Boolean | Any):
                message = f"case takes a truth value here, this is {said(given)}"
                self.say("wrong-argument-type", argument, message, "compare it with something")
        return union([*types[1:-1:2], types[-1]])

    # operators ---------------------------------------------------------------------------------------------

    def comparison(self, node: Comparison) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        collection = next((one for one in (left, right) if isinstance(one, COLLECTIONS)), None)
        if collection is not None:
            if not isinstance(left, Any) and not isinstance(right, Any):
                message = (
                    f"{said(collection)} equals nothing, this is always {str(node.operator == '!=').lower()}"
                )
                self.say("impossible-comparison", node, message, "compare one of its parts, or use contains")
        elif node.operator in ("==", "!=") and never_equal(left, right) and not is_constant(node):
            message = f"the two are never equal, this is always {str(node.operator == '!=').lower()}"
            self.say("impossible-comparison", node, message, _comparison_cure(left, right))
        return BOOLEAN

    def logical(self, node: Logical) -> Type:
        types = []
        for place, operand in enumerate(node.operands):
            before = len(self.notes)
            types.append(self.type_of(operand))
            if node.operator == "||" and place + 1 < len(node.operands):
                self.branch(inside(operand))
                if isinstance(inside(operand), Index):
                    self.notes[before:] = map(_with_default, self.notes[before:])
        return union(types)

    def branch(self, node: Node) -> None:
        """`condition && '' || other` gives `other` either way."""
        if not isinstance(node, Logical) or node.operator != "&&":
            return
        last = node.operands[-1]
        try:
            lost = not truthy(constant(last))
        except NotConstant:
            return
        if lost:
            message = "this value counts as false, so what follows || is taken every time"
            self.say("lost-branch", last, message, "use case(condition, value, other)")


_SPECIAL: dict[str, Callable[[Inference, Call, list[Type]], Type]] = {
    "fromJSON": Inference.from_json,
    "format": Inference.format,
    "contains": Inference.contains,
    "case": Inference.case,
}


def _with_default(note: Note) -> Note:
    """A matrix key that is not there and has a default after || is left over rather than mistaken."""
    return note._replace(severity=Severity.NOTICE) if note.rule == "unknown-matrix-key" else note


def unknown(of: Object, name: str, start: int, end: int) -> Note:
    """The note on a property that an object does not have."""
    message = f'"{name}" is not in {of.what or "this mapping"}'
    names = of.names if len(of.names) <= _MANY_NAMES else ()
    written = sorted(one for one in names if of.get(one) is not None)
    near = nearest(name, written, 0.7)
    if near:
        return Note(of.rule, start, end, message, f'write "{near}"')
    known = ", ".join(written)
    return Note(of.rule, start, end, message, of.cure or (f"known: {known}" if known else ""))


@lru_cache(maxsize=4096, typed=True)
def type_of_value(value: Value) -> Type:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return texts((value,)) if isinstance(value, str) else NUMBER


def type_of_json(value: object) -> Type:
    """The type of a value read from JSON."""
    if isinstance(value, dict):
        return closed({str(name): type_of_json(inner) for name, inner in value.items()}, "the JSON")
    if isinstance(value, list):
        return Array(union(map(type_of_json, value)))
    if value is None or isinstance(value, bool | str):
        return type_of_value(value)
    return NUMBER


def never_equal(left: Type, right: Type) -> bool:
    """Whether no value of one can equal any of the other."""
    ours, theirs = _possible(left), _possible(right)
    if ours is not None and theirs is not None:
        return not any(compare("==", one, other) for one in ours for other in theirs)
    for numbers, others in ((left, theirs), (right, ours)):
        if isinstance(numbers, Number) and others is not None:
            return all(math.isnan(as_number(other)) for other in others)
    return False


def _possible(given: Type) -> tuple[Value, ...] | None:
    """Every value, None when there are too many; what may be several things may also be null."""
    match given:
        case Null():
            return (None,)
        case Boolean():
            return (True, False)
        case Text(values=values) if values is not None:
            return (*values, None) if len(values) > 1 else tuple(values)
    return None


def _comparison_cure(left: Type, right: Type) -> str:
    kinds = {type(left), type(right)}
    if kinds == {Boolean, Text}:
        return "compare a truth value with true or false, a text with a text in quotes"
    values = [one.values for one in (left, right) if isinstance(one, Text) and one.values]
    longest = max(values, key=len, default=frozenset())
    return f"it is one of {', '.join(sorted(filter(None, longest)))}" if len(longest) > 1 else ""


def _repeated(function: Function, count: int) -> list[str]:
    takes = list(function.takes[:count])
    return takes + [function.takes[-1]] * (count - len(takes)) if takes else ["any"] * count


def _counts(function: Function, most: int) -> str:
    if function.name == "case":
        return "an odd number of arguments, at least 3"
    if function.least == most:
        return f"{most or 'no'} argument{'' if most == 1 else 's'}"
    if most >= 255:
        return f"at least {function.least} argument{'' if function.least == 1 else 's'}"
    return f"{function.least} to {most} arguments"


def is_constant(node: Node) -> bool:
    """Whether an expression names no context and calls nothing that looks at the run."""
    if node.__class__ is Name or _looks_around(node):
        return False
    return all(map(is_constant, below(node)))


def _looks_around(part: Node) -> bool:
    return isinstance(part, Call) and FUNCTIONS.get(part.name.lower(), _PLACED).placed


_PLACED = Function("", 0, 0, (), ANY, placed=True)
