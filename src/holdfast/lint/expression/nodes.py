"""The parts of a parsed expression; `start` and `end` are offsets in the expression's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Value = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, truth value or null."""

    start: int
    end: int
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A context, such as `github`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`of.name`, `of[index]` or, with `index` None, `of.*` and `of[*]`; `dotted` as written with a dot."""

    start: int
    end: int
    of: Node
    index: Node | None
    dotted: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `name_end` is where its name ends."""

    start: int
    end: int
    name: str
    arguments: tuple[Node, ...]

    @property
    def name_end(self) -> int:
        return self.start + len(self.name)


@dataclass(frozen=True, slots=True)
class Not:
    """`!of`."""

    start: int
    end: int
    of: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, the operator one of == != < <= > >=."""

    start: int
    end: int
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logical:
    """A chain of one operator, && or ||."""

    start: int
    end: int
    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group:
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
