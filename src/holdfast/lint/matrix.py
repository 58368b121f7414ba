"""A job's matrix written out: its legs, and what a text becomes in each.

GitHub multiplies the lists, takes the excluded away, then lets each include extend the legs that it does not
contradict, or add one (docs.github.com, "Running variations of jobs"). What only a run knows
(inputs, outputs of other jobs, fromJSON) is None, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from holdfast.document import Mapping, Node, Scalar, Sequence
from holdfast.lint.memo import remembered
from holdfast.lint.options import HOLE
from holdfast.lint.workflow import Job

Leg = dict[str, Node]
_MOST_LEGS = 256  # GitHub's own limit of a matrix
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_PATH = re.compile(r"\s*matrix((?:\.[\w-]+|\[\s*'[^']*'\s*\])+)\s*")
_PART = re.compile(r"\.([\w-]+)|\[\s*'([^']*)'\s*\]")


def legs(job: Job) -> tuple[Leg, ...] | None:
    """The legs; one empty leg without a matrix, None where only a run knows them."""
    matrix = job.matrix
    if matrix is None:
        return ({},)
    return _legs(matrix) if isinstance(matrix, Mapping) else None


@lru_cache(maxsize=64)
def _legs(matrix: Mapping) -> tuple[Leg, ...] | None:
    axes: list[tuple[str, tuple[Node, ...]]] = []
    for entry in matrix:
        if entry.name in ("include", "exclude"):
            if not isinstance(entry.value, Sequence):
                return None
        elif isinstance(entry.value, Sequence):
            axes.append((entry.name, entry.value.items))
        else:
            return None
    size = 1
    for _, items in axes:
        size *= len(items)
    if size > _MOST_LEGS:
        return None
    found = [
        dict(zip([name for name, _ in axes], row, strict=True)) for row in product(*(i for _, i in axes))
    ]
    found = [leg for leg in found if not any(_matches(leg, one) for one in _mappings(matrix.get("exclude")))]
    if not axes:
        found = []
    return tuple(_included(found, [name for name, _ in axes], _mappings(matrix.get("include"))))


def _included(base: list[Leg], axes: list[str], includes: list[Mapping]) -> list[Leg]:
    """The legs after every include."""
    legs = [dict(leg) for leg in base]
    added: list[Leg] = []
    for include in includes:
        values = {entry.name: entry.value for entry in include}
        own = {name: values[name] for name in axes if name in values}
        fits = [place for place, leg in enumerate(base) if _same(leg, own)]
        for place in fits:
            legs[place].update({name: value for name, value in values.items() if name not in own})
        if not fits:
            added.append(values)
    return legs + added


def _mappings(node: Node | None) -> list[Mapping]:
    return [item for item in node.items if isinstance(item, Mapping)] if isinstance(node, Sequence) else []


def _matches(leg: Leg, excluded: Mapping) -> bool:
    return _same(leg, {entry.name: entry.value for entry in excluded})


def _same(leg: Leg, values: Leg) -> bool:
    return all(name in leg and _text(leg[name]) == _text(value) for name, value in values.items())


def _text(node: Node | None) -> str | None:
    """A value as it is put into text; None for a list, a mapping, or what an expression decides."""
    if not isinstance(node, Scalar) or "${{" in node.value:
        return None
    value = node.typed
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def resolved(text: str, leg: Leg) -> str:
    """The text in one leg; what is not known stays a hole (one `HOLE` character an expression)."""
    return _EXPRESSION.sub(lambda found: _value(found[1], leg), text) if "${{" in text else text


def _value(expression: str, leg: Leg) -> str:
    found = _PATH.fullmatch(expression)
    if found is None:
        return HOLE
    names = [dotted or quoted for dotted, quoted in _PART.findall(found[1])]
    node: Node | None = leg.get(names[0])
    if node is None:
        return ""
    for name in names[1:]:
        if not isinstance(node, Mapping):
            return HOLE if isinstance(node, Scalar) and "${{" in node.value else ""
        node = node.get(name)
    if node is None:
        return ""
    value = _text(node)
    return HOLE if value is None else value


def texts(scalar: Scalar | None, job: Job) -> tuple[str, ...]:
    """What a text becomes over all legs, each once; unknown parts are holes."""
    if scalar is None:
        return ()
    if "${{" not in scalar.value:
        return (scalar.value,)
    known = legs(job)
    if known is None:
        return (_EXPRESSION.sub(HOLE, scalar.value),)
    return tuple(dict.fromkeys(resolved(scalar.value, leg) for leg in known))


def cells(scalar: Scalar, job: Job) -> Iterator[Scalar]:
    """The scalars of the matrix that a text takes its values from, each once."""
    if "${{" not in scalar.value:
        return
    known = legs(job) or ()
    seen: set[int] = set()
    for found in _EXPRESSION.finditer(scalar.value):
        path = _PATH.fullmatch(found[1])
        if path is None:
            continue
        names = [dotted or quoted for dotted, quoted in _PART.findall(path[1])]
        for leg in known:
            node: Node | None = leg.get(names[0])
            for name in names[1:]:
                node = node.get(name) if isinstance(node, Mapping) else None
            if isinstance(node, Scalar) and id(node) not in seen:
                seen.add(id(node))
                yield node


@remembered
def labels_of(job: Job) -> tuple[Scalar, ...]:
    """The labels that a job's runner must have; those that a matrix gives as they are written there."""
    labels: list[Scalar] = []
    for label in job.labels:
        if "${{" not in label.value:
            labels.append(label)
        elif _EXPRESSION.fullmatch(label.value.strip()):
            labels += cells(label, job)
    return tuple(labels)
