"""Where a document's expressions name a property of a context."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Document, Scalar, nodes
from holdfast.lint.expression.lexer import ExpressionError
from holdfast.lint.expression.nodes import Index, Literal, Name, walk
from holdfast.lint.expression.parser import parse
from holdfast.lint.expression.segments import segments
from holdfast.text import Span


def mentions(document: Document, context: str) -> Iterator[tuple[str, Span]]:
    """Each `context.name` and `context['name']` inside `${{ }}`: the name, and its place."""
    text = document.source.text
    for node in nodes(document.root):
        if isinstance(node, Scalar) and "${{" in node.value:
            for name, start, end in _in_text(node.value, context):
                yield name, node.part(text, start, end)


def _in_text(text: str, context: str) -> Iterator[tuple[str, int, int]]:
    for part in segments(text):
        tree = parse(text[part.inner_start : part.inner_end]) if part.closed else None
        if tree is None or isinstance(tree, ExpressionError):
            continue
        for node in walk(tree):
            match node:
                case Index(of=Name(name=name), index=Literal(value=str(key), start=start, end=end)):
                    if name.lower() == context:
                        yield key, part.inner_start + start, part.inner_start + end
