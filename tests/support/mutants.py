"""Mutants of a workflow: one systematic change each, drawn from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from holdfast.document import Document, Entry, Mapping, Scalar, Sequence, nodes, read
from holdfast.text import Edit, Source, apply

_VALUES = ("", '""', "'x'", "5", "true", "[a]", "{a: b}", "x y", "-1", "1.5", "[]", "{}", "~", "- x")
_EXPRESSIONS = (
    "${{ secrets.A }}",
    "${{ env.A }}",
    "${{ matrix.a }}",
    "${{ steps.a.outputs.b }}",
    "${{ needs.a.result }}",
    "${{ always() }}",
    "${{ hashFiles('a') }}",
    "${{ runner.os }}",
    "${{ 'text' }}",
    "${{ fromJSON('[1]') }}",
    "a ${{ vars.A }} b",
    "${{ job.status }}",
    "${{ inputs.a }}",
)
_KEYS = (
    "if",
    "env",
    "name",
    "with",
    "needs",
    "runs-on",
    "timeout-minutes",
    "services",
    "extra",
    "uses",
    "run",
)


def mutants(text: str, count: int, seed: int) -> Iterator[str]:
    """Up to `count` different texts, each one change away from the given one."""
    document = read(Source("workflow.yml", text))
    if document.root is None:
        return
    chance = random.Random(seed)
    seen = {text}
    for _ in range(count * 4):
        change = chance.choice(_CHANGES)(document, chance)
        if change is None:
            continue
        mutant = apply(text, [change])
        if mutant in seen:
            continue
        seen.add(mutant)
        yield mutant
        if len(seen) > count:
            return


def _entries(document: Document) -> list[Entry]:
    return [
        entry
        for node in nodes(document.root)
        if isinstance(node, Mapping) and not node.flow
        for entry in node
    ]


def _scalars(document: Document) -> list[Scalar]:
    return [node for node in nodes(document.root) if isinstance(node, Scalar)]


def _line_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """From the start of the first line to the start of the line after the last."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    return begin, len(text) if stop < 0 else stop + 1


def _delete(document: Document, chance: random.Random) -> Edit | None:
    entry = chance.choice(_entries(document))
    start, end = _line_bounds(document.text, entry.span.start, max(entry.span.end - 1, entry.key.end))
    if document.text[start : entry.key.start].strip():
        return None
    return Edit(start, end, "")


def _double(document: Document, chance: random.Random) -> Edit | None:
    entry = chance.choice(_entries(document))
    start, end = _line_bounds(document.text, entry.span.start, max(entry.span.end - 1, entry.key.end))
    if document.text[start : entry.key.start].strip() or document.text[end - 1 : end] != "\n":
        return None
    return Edit(end, end, document.text[start:end])


def _rename(document: Document, chance: random.Random) -> Edit | None:
    key = chance.choice(_entries(document)).key
    name = key.value
    new = chance.choice((f"{name}x", name.upper(), name[:-1], name.replace("-", "_"), chance.choice(_KEYS)))
    return Edit(key.start, key.end, new) if new else None


def _retype(document: Document, chance: random.Random) -> Edit | None:
    entry = chance.choice(_entries(document))
    value = entry.value
    if entry.alias is not None or "\n" in document.text[value.start : value.end]:
        return None
    return Edit(value.start, value.end, chance.choice(_VALUES[:-1]))


def _flatten(document: Document, chance: random.Random) -> Edit | None:
    """A collection of several lines becomes one value."""
    found = [
        entry
        for entry in _entries(document)
        if isinstance(entry.value, Mapping | Sequence) and not entry.value.flow and entry.alias is None
    ]
    if not found:
        return None
    entry = chance.choice(found)
    return Edit(entry.key.end, entry.value.end, f": {chance.choice(_VALUES[:-1])}")


def _compute(document: Document, chance: random.Random) -> Edit | None:
    scalar = chance.choice(_scalars(document))
    if scalar.style in ("literal", "folded") or "\n" in document.text[scalar.start : scalar.end]:
        return None
    return Edit(scalar.start, scalar.end, chance.choice(_EXPRESSIONS))


def _insert(document: Document, chance: random.Random) -> Edit | None:
    entry = chance.choice(_entries(document))
    start, _ = _line_bounds(document.text, entry.span.start, entry.key.end)
    indent = document.text[start : entry.key.start]
    if indent.strip():
        return None
    return Edit(start, start, f"{indent}{chance.choice(_KEYS)}: {chance.choice(_VALUES[:-1])}\n")


def _break(document: Document, chance: random.Random) -> Edit | None:
    """A change inside an expression."""
    text = document.text
    found = list(re.finditer(r"\$\{\{.*?\}\}", text))
    if not found:
        return None
    one = chance.choice(found)
    inner = text[one.start() + 3 : one.end() - 2]
    new = chance.choice(
        (
            text[one.start() : one.end() - 2],
            "${{}}",
            "${{ " + inner + ") }}",
            "${{ (" + inner + " }}",
            "${{ " + inner.replace("'", '"') + " }}",
            "${{ !" + inner + " }}",
            "${{ x." + inner.strip() + " }}",
            "${{ " + inner.replace("github", "secrets") + " }}",
            "${{ " + inner.replace("(", "s(", 1) + " }}",
            "${{ " + inner + " = 1 }}",
            "${{ " + inner + " == 1 && 'a' || 2 }}",
            "${{ " + inner + " env.A }}",
            "${{ toJSON(" + inner + ", 1) }}",
            "${{ " + inner.strip() + ". }}",
            "${{ " + inner.strip() + "[ }}",
            "${{ " + inner.strip() + "[0].a.*.b }}",
        )
    )
    return Edit(one.start(), one.end(), new)


def _line(document: Document, chance: random.Random) -> tuple[int, int]:
    """The bounds of a line that is not blank, its line end included."""
    text = document.text
    starts = [found.start() for found in re.finditer(r"^[^\r\n]*\S", text, re.MULTILINE)]
    return _line_bounds(text, start := chance.choice(starts), start)


def _drop_line(document: Document, chance: random.Random) -> Edit | None:
    return Edit(*_line(document, chance), "")


def _repeat_line(document: Document, chance: random.Random) -> Edit | None:
    start, end = _line(document, chance)
    return Edit(end, end, document.text[start:end]) if document.text[end - 1 : end] == "\n" else None


def _shift_line(document: Document, chance: random.Random) -> Edit | None:
    """A line indented by more or less."""
    start, _ = _line(document, chance)
    by = chance.choice((-2, -1, 1, 2))
    if by > 0:
        return Edit(start, start, " " * by)
    return Edit(start, start - by, "") if document.text[start : start - by].isspace() else None


def _drop_sign(document: Document, chance: random.Random) -> Edit | None:
    """One of the signs that YAML is made of is missing."""
    signs = [found.start() for found in re.finditer(r"[:'\"\[\]{}\-,|>&*]", document.text)]
    at = chance.choice(signs)
    return Edit(at, at + 1, "")


_CHANGES: tuple[Callable[[Document, random.Random], Edit | None], ...] = (
    _delete,
    _double,
    _rename,
    _retype,
    _flatten,
    _compute,
    _insert,
    _break,
    _drop_line,
    _repeat_line,
    _shift_line,
    _drop_sign,
)
