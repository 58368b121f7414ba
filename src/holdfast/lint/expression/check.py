"""Every expression of a text: read, typed, and what is wrong with it, at its exact place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from holdfast.document import Scalar
from holdfast.lint.expression.constant import NotConstant, constant, truthy
from holdfast.lint.expression.functions import STATUS
from holdfast.lint.expression.infer import Inference, Note, is_constant
from holdfast.lint.expression.lexer import ExpressionError
from holdfast.lint.expression.nodes import Call, Literal, Node, walk
from holdfast.lint.expression.parser import parse
from holdfast.lint.expression.scope import OfThisFile, everywhere, is_usual, scope
from holdfast.lint.expression.segments import Segment, segments
from holdfast.lint.expression.types import (
    COLLECTIONS,
    Any,
    Array,
    Boolean,
    Null,
    Number,
    Object,
    Text,
    Type,
    said,
)
from holdfast.lint.problem import Problem
from holdfast.lint.site import Site

_NOT_CLOSED = "the expression is not closed"


def check(scalar: Scalar, site: Site) -> Iterable[Problem]:
    """Every problem of the expressions in one scalar."""
    text = scalar.value
    if "${{" in text:
        parts = segments(text)
        whole = len(parts) == 1 and parts[0].start == 0 and parts[0].end == len(text)
        if site.condition:
            whole = len(parts) == 1 and text.strip() == text[parts[0].start : parts[0].end]
        notes = list(_segments(text, parts, site, whole))
    elif site.condition and text.strip():
        notes = list(_expression(text, 0, site, True))
    else:
        return ()
    return [_problem(note, scalar, site) for note in notes]


def _problem(note: Note, scalar: Scalar, site: Site) -> Problem:
    span = scalar.part(site.text, note.start, note.end)
    return Problem(note.rule, span, note.message, note.cure, severity=note.severity)


def _segments(text: str, parts: tuple[Segment, ...], site: Site, whole: bool) -> Iterator[Note]:
    broken = False
    for part in parts:
        if not part.closed:
            yield Note("expression-syntax", part.start, part.end, _NOT_CLOSED, "close it with }}")
            return
        for note in _segment(text, part, site, whole):
            broken = broken or note.rule == "expression-syntax"
            yield note
    if site.condition and not whole and not broken and _says_something(text, parts):
        message = "the text around ${{ }} makes the condition true, whatever the expression gives"
        start = len(text) - len(text.lstrip())
        cure = "put the whole condition inside one ${{ }}, or leave the marks out"
        yield Note("always-true-condition", start, len(text.rstrip()), message, cure)


def _says_something(text: str, parts: tuple[Segment, ...]) -> bool:
    """Whether anything but blanks stands around the expressions, or a second one beside the first."""
    return len(parts) > 1 or bool((text[: parts[0].start] + text[parts[0].end :]).strip())


def _segment(text: str, part: Segment, site: Site, whole: bool) -> Iterator[Note]:
    inner = text[part.inner_start : part.inner_end]
    stripped = inner.strip()
    if not stripped:
        yield Note(
            "expression-syntax", part.start, part.end, "the expression is empty", "write one, or remove it"
        )
    elif stripped == "insert" or (stripped.startswith("insert") and stripped[6].isspace()):
        message = "insert stands for keys of a mapping, not for a value"
        yield Note("expression-syntax", part.start, part.end, message, "write it as a key, or remove it")
    elif (
        site.condition and whole and isinstance(tree := parse(inner), Literal) and isinstance(tree.value, str)
    ):
        yield from _quoted_condition(tree, part.inner_start, site)
    else:
        yield from _expression(inner, part.inner_start, site, whole)


def _expression(text: str, offset: int, site: Site, whole: bool) -> Iterator[Note]:
    """The notes of one expression, in offsets of the scalar's text."""
    wants = None if site.condition else site.wants
    notes = _everywhere(text, site.contexts, wants, whole) if is_usual(site) else None
    if notes is None:
        notes = _notes(text, site.contexts, wants, whole, scope(site))
    for note in notes:
        yield note._replace(start=note.start + offset, end=note.end + offset)


@lru_cache(maxsize=8192)
def _everywhere(
    text: str, contexts: frozenset[str], wants: str | None, whole: bool
) -> tuple[Note, ...] | None:
    """The notes of an expression where no file has a say in them, else None: files repeat each other."""
    try:
        return _notes(text, contexts, wants, whole, everywhere)
    except OfThisFile:
        return None


def _notes(
    text: str, contexts: frozenset[str], wants: str | None, whole: bool, context: Callable[[str], Type]
) -> tuple[Note, ...]:
    """The notes of one expression, in its own offsets; `wants` is None for a condition."""
    offset = len(text) - len(text.lstrip())
    tree = parse(text.strip())  # of blanks of every kind, as GitHub does; inside, only four are blanks
    if isinstance(tree, ExpressionError):
        return (Note(tree.kind, offset + tree.start, offset + tree.end, tree.message, tree.cure),)
    inference = Inference(contexts, context)
    given = inference.type_of(tree)
    notes = inference.notes
    if not notes:
        notes += _condition_notes(tree) if wants is None else _value_notes(tree, given, wants, whole)
    return tuple(note._replace(start=note.start + offset, end=note.end + offset) for note in notes)


def _quoted_condition(tree: Literal, offset: int, site: Site) -> Iterator[Note]:
    """GitHub reads `${{ 'text' }}` as that text, and the text of a condition as an expression."""
    for note in _expression(str(tree.value), 0, site, True) if tree.value else ():
        yield note._replace(start=offset + tree.start, end=offset + tree.end)


# what the value is used for --------------------------------------------------------------------------------


def _condition_notes(tree: Node) -> Iterator[Note]:
    try:
        value = truthy(constant(tree))
    except NotConstant:
        return
    if any(isinstance(part, Call) and part.name.lower() in STATUS for part in walk(tree)):
        return
    message = f"the condition is always {str(value).lower()}"
    cure = "remove it" if value else "remove what it switches off, or say when it is to run"
    yield Note("constant-condition", tree.start, tree.end, message, cure)


def _value_notes(tree: Node, given: Type, wanted: str, whole: bool) -> Iterator[Note]:
    wants = wanted.split("|")
    if not whole or wants == ["text"]:
        yield from _text_notes(tree, given)
        if not whole:
            return
    if "anything" not in wants and (missed := _missed(tree, given, wants)):
        yield missed


def _text_notes(tree: Node, given: Type) -> Iterator[Note]:
    if isinstance(given, COLLECTIONS):
        shown = "Array" if isinstance(given, Array) else "Object"
        message = f'{said(given)} becomes the text "{shown}" here'
        cure = "use toJSON, or join" if isinstance(given, Array) else "use toJSON, or one of its parts"
        yield Note("collection-in-text", tree.start, tree.end, message, cure)
    elif isinstance(given, Null):
        yield Note("collection-in-text", tree.start, tree.end, "null becomes an empty text here", "remove it")
    elif is_constant(tree) and not _is_escape(tree):
        message = "the expression gives the same text every time"
        yield Note("constant-expression", tree.start, tree.end, message, "write the text itself")


def _is_escape(tree: Node) -> bool:
    """A literal `{{` can only be written inside an expression, and toJSON quotes: both have their use."""
    return any(
        isinstance(part, Call)
        or (isinstance(part, Literal) and isinstance(part.value, str) and "{{" in part.value)
        for part in walk(tree)
    )


def _missed(tree: Node, given: Type, wants: list[str]) -> Note | None:
    """A value of a kind that the key does not take."""
    kind = _kind(given)
    if kind is None or kind in wants or ("text" in wants and kind in ("number", "boolean")):
        return None
    needed = " or ".join(_WORDS[want] for want in wants)
    cure = "read the text with fromJSON" if kind == "text" else f"give {needed}"
    message = f"the expression gives {said(given)}, {needed} is expected"
    return Note("wrong-expression-type", tree.start, tree.end, message, cure)


_WORDS = {
    "text": "a text",
    "boolean": "a truth value",
    "number": "a number",
    "list": "a list",
    "mapping": "a mapping",
    "anything": "a value",
}


def _kind(given: Type) -> str | None:
    match given:
        case Boolean():
            return "boolean"
        case Number():
            return "number"
        case Text():
            return "text"
        case Array():
            return "list"
        case Object():
            return "mapping"
        case Any() | Null():
            return None
    return None
