"""The parts of a parsed expression; `start` and `end` are offsets in the expression's text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

Value = str | float | bool | None


class Literal(NamedTuple):
    """A text, number, truth value or null."""

    start: int
    end: int
    value: Value


class Name(NamedTuple):
    """A context, such as `github`."""

    start: int
    end: int
    name: str


class Index(NamedTuple):
    """`of.name`, `of[index]` or, with `index` None, `of.*` and `of[*]`; `dotted` as written with a dot."""

    start: int
    end: int
    of: Node
    index: Node | None  # type: ignore[assignment]  # nobody looks for the place of a value in a node
    dotted: bool


class Call(NamedTuple):
    """A function call; `name_end` is where its name ends."""

    start: int
    end: int
    name: str
    arguments: tuple[Node, ...]

    @property
    def name_end(self) -> int:
        return self.start + len(self.name)


class Not(NamedTuple):
    """`!of`."""

    start: int
    end: int
    of: Node


class Comparison(NamedTuple):
    """`left operator right`, the operator one of == != < <= > >=."""

    start: int
    end: int
    operator: str
    left: Node
    right: Node


class Logical(NamedTuple):
    """A chain of one operator, && or ||."""

    start: int
    end: int
    operator: str
    operands: tuple[Node, ...]


class Group(NamedTuple):
    """`(of)`."""

    start: int
    end: int
    of: Node


Node = Literal | Name | Index | Call | Not | Comparison | Logical | Group


def inside(node: Node) -> Node:
    """The node without the brackets around it."""
    while isinstance(node, Group):
        node = node.of
    return node


def below(node: Node) -> tuple[Node, ...]:
    """The operands, arguments or other parts of a node."""
    match node:
        case Index(of=of, index=index):
            return (of,) if index is None else (of, index)
        case Call(arguments=arguments):
            return arguments
        case Comparison(left=left, right=right):
            return (left, right)
        case Logical(operands=operands):
            return operands
        case Not(of=of) | Group(of=of):
            return (of,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(below(node))
