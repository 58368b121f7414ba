"""Reading expressions: trees, spans, and what is refused."""

from __future__ import annotations

import pytest

from holdfast.lint.expression.lexer import ExpressionError, tokens
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
    walk,
)
from holdfast.lint.expression.parser import MAX_DEPTH, parse
from holdfast.lint.expression.segments import segments


def tree(text: str) -> Node:
    found = parse(text)
    assert not isinstance(found, ExpressionError), found.message
    return found


def shown(node: Node) -> str:
    """A tree in brackets."""
    match node:
        case Literal(value=value):
            return repr(value)
        case Name(name=name):
            return name
        case Index(of=of, index=None):
            return f"{shown(of)}[*]"
        case Index(of=of, index=index) if index is not None:
            return f"{shown(of)}[{shown(index)}]"
        case Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(shown, arguments))})"
        case Not(of=of):
            return f"(! {shown(of)})"
        case Comparison(operator=operator, left=left, right=right):
            return f"({shown(left)} {operator} {shown(right)})"
        case Logical(operator=operator, operands=operands):
            return f"({f' {operator} '.join(map(shown, operands))})"
        case Group(of=of):
            return f"<{shown(of)}>"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a || b && c", "(a || (b && c))"),
        ("a && b || c && d", "((a && b) || (c && d))"),
        ("a || b || c", "(a || b || c)"),
        ("!a == b", "((! a) == b)"),
        ("a == b != c", "((a == b) != c)"),
        ("a < b == c > d", "((a < b) == (c > d))"),
        ("!a.b", "(! a['b'])"),
        ("!!a", "(! (! a))"),
        ("a.b[0].*['c'][*].d", "a['b'][0.0][*]['c'][*]['d']"),
        ("(a || b).c", "<(a || b)>['c']"),
        ("f(a, 'b', 1,).c", "f(a, 'b', 1.0)['c']"),
        ("f()", "f()"),
        ("a.true", "a['true']"),
        ("a[b.c]", "a[b['c']]"),
        ("'it''s'", '"it\'s"'),
        ("0xff", "255.0"),
        ("0o17", "15.0"),
        ("-1.5e3", "-1500.0"),
        (".5", "0.5"),
        ("true != false", "(True != False)"),
        ("null", "None"),
        (" \n a\t", "a"),
    ],
)
def test_trees(text: str, expected: str) -> None:
    assert shown(tree(text)) == expected


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('a == «"b"»', '"b"'),
        ("a «b»", "b"),
        ("a «=» b", "="),
        ("f(a «b»)", "b"),
        ("«'open»", "'open"),
        ("a.«1»", "1"),
        ("a[«]»", "]"),
        ("«1.2.3»", "1.2.3"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, wrong: str) -> None:
    plain = text.replace("«", "").replace("»", "")
    found = parse(plain)
    assert isinstance(found, ExpressionError)
    assert plain[found.start : found.end] == wrong
    assert found.start == text.index("«")


def test_every_part_knows_its_span() -> None:
    text = "contains(github.event.labels.*.name, 'x') && !(runner.os == 'Linux') || env['A'] != 1"
    parts = [text[node.start : node.end] for node in walk(tree(text))]
    assert "contains(github.event.labels.*.name, 'x')" in parts
    assert "github.event.labels.*.name" in parts
    assert "!(runner.os == 'Linux')" in parts
    assert "(runner.os == 'Linux')" in parts
    assert "env['A'] != 1" in parts
    assert parts[0] == text


@pytest.mark.parametrize(("opened", "closed"), [("(", ")"), ("!", ""), ("f(", ")"), ("a[", "]")])
def test_depth_is_limited(opened: str, closed: str) -> None:
    fits = MAX_DEPTH - 2
    assert not isinstance(parse(opened * fits + "a" + closed * fits), ExpressionError)
    deep = parse(opened * 60 + "a" + closed * 60)
    assert isinstance(deep, ExpressionError)
    assert "deep" in deep.message
    assert isinstance(parse(opened * 5000 + "a" + closed * 5000), ExpressionError)


def test_tokens_cover_the_text_without_blanks() -> None:
    text = "f( a.b , 'c d') >= -1"
    assert [token.text for token in tokens(text)][:-1] == [
        "f",
        "(",
        "a",
        ".",
        "b",
        ",",
        "c d",
        ")",
        ">=",
        "-1",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ${{ b }} c", ["${{ b }}"]),
        ("${{ a }}${{ b }}", ["${{ a }}", "${{ b }}"]),
        ("${{ '}}' }}", ["${{ '}}' }}"]),
        ("${{ 'it''s }}' }}", ["${{ 'it''s }}' }}"]),
        ("${{}}", ["${{}}"]),
        ("{{ a }} $ {", []),
    ],
)
def test_segments(text: str, expected: list[str]) -> None:
    found = segments(text)
    assert [text[one.start : one.end] for one in found] == expected
    assert all(one.closed for one in found)


@pytest.mark.parametrize("text", ["a ${{ b", "${{ a }", "${{ 'a }}", "${{ a }} ${{ b"])
def test_a_segment_may_be_open(text: str) -> None:
    last = segments(text)[-1]
    assert not last.closed
    assert text[last.start : last.end] == "${{"
