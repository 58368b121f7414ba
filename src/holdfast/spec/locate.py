"""Where in the file a path of the spec is written."""

from __future__ import annotations

from holdfast.document import Mapping, Node, Scalar, Sequence
from holdfast.spec.profiles import SECTIONS
from holdfast.text import Span

Path = tuple[str | int, ...]


class Found:
    """How far a path is written: `path` are the parts found, `key` the last key, `node` its value."""

    __slots__ = ("key", "node", "path", "rest")

    def __init__(self, path: Path, rest: Path, key: Scalar | None, node: Node) -> None:
        self.path = path
        self.rest = rest
        self.key = key
        self.node = node

    @property
    def span(self) -> Span:
        """The value where the whole path is written, else the key of the deepest part that is."""
        if self.rest and self.key is not None:
            return self.key.span
        if self.rest and isinstance(self.node, Mapping) and self.node.entries:
            return self.node.entries[0].key.span
        if isinstance(self.node, Scalar) and not self.node.span.end > self.node.span.start and self.key:
            return self.key.span
        return self.node.span

    @property
    def key_span(self) -> Span:
        return self.key.span if self.key is not None else self.node.span


def find(root: Node, path: Path) -> Found:
    """The value at a path; what a job does not write itself is sought at the top level.

    Parts that are in no mapping or list (the names that pydantic gives to a union's members) are skipped.
    """
    found = _walk(root, path)
    if path[:1] == ("jobs",) and len(path) > 2 and path[2] in SECTIONS and found.rest:
        shared = _walk(root, path[2:])
        if not shared.rest or len(shared.path) >= len(found.path):
            return shared
    return found


def _walk(root: Node, path: Path) -> Found:
    node, key = root, None
    taken: list[str | int] = []
    rest: list[str | int] = []
    for part in path:
        inner = _entry(node, part)
        if inner is None:
            rest.append(part)
            continue
        node = inner[1]
        key = inner[0]
        taken.append(part)
        rest.clear()
    return Found(tuple(taken), tuple(rest), key, node)


def _entry(node: Node, part: str | int) -> tuple[Scalar | None, Node] | None:
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return None, node.items[part]
    if isinstance(node, Mapping) and isinstance(part, str):
        entry = node.entry(part)
        return (entry.key, entry.value) if entry else None
    if isinstance(node, Scalar) and part == 0:
        return None, node
    return None
