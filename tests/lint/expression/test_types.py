"""Types of expressions, constants, and what never comes out equal."""

from __future__ import annotations

import pytest

from holdfast.lint.expression.constant import NotConstant, constant
from holdfast.lint.expression.infer import Inference, never_equal, type_of_json
from holdfast.lint.expression.lexer import ExpressionError
from holdfast.lint.expression.nodes import Node, Value
from holdfast.lint.expression.parser import parse
from holdfast.lint.expression.placeholders import BrokenFormat, placeholders
from holdfast.lint.expression.types import (
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    TEXT,
    Array,
    Object,
    Type,
    closed,
    texts,
    union,
)

CONTEXTS: dict[str, Type] = {
    "github": closed({"ref": TEXT, "event": ANY, "flag": BOOLEAN}, "github"),
    "matrix": closed(
        {"os": texts(("a", "b")), "list": Array(NUMBER), "rows": Array(closed({"x": TEXT}, "row"))}, "m"
    ),
    "env": Object(rest=TEXT),
}
ALLOWED = frozenset((*CONTEXTS, "hashFiles", "always"))


def tree(text: str) -> Node:
    found = parse(text)
    assert not isinstance(found, ExpressionError)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a'", texts(("a",))),
        ("1", NUMBER),
        ("null", NULL),
        ("github.ref", TEXT),
        ("GITHUB.REF", TEXT),
        ("github['ref']", TEXT),
        ("github.event.a[0].b", ANY),
        ("env.X", TEXT),
        ("matrix.list[0]", NUMBER),
        ("matrix.rows[0].x", TEXT),
        ("matrix.rows.*.x", Array(TEXT, True)),
        ("!github.event", BOOLEAN),
        ("github.ref == 'a'", BOOLEAN),
        ("github.ref || 'a'", TEXT),
        ("github.flag || 'a'", ANY),
        ("'a' && 'b' || 'c'", texts(("a", "b", "c"))),
        ("fromJSON('[1, 2]')", Array(NUMBER)),
        ("fromJSON('[1, \"a\"]')[0]", ANY),
        ("fromJSON(env.X)", ANY),
        ("case(github.flag, 1, 2)", NUMBER),
        ("format('{0}', 1)", TEXT),
        ("hashFiles('a')", TEXT),
        ("(github.ref)", TEXT),
    ],
)
def test_types(text: str, expected: Type) -> None:
    inference = Inference(ALLOWED, CONTEXTS.__getitem__)
    assert inference.type_of(tree(text)) == expected
    assert inference.notes == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("github.rev", ["unknown-property"]),
        ("github.rev || githb.ref", ["unknown-property", "unknown-context"]),
        ("github.ref.x", ["unknown-property"]),
        ("matrix.list.x", ["unknown-property"]),
        ("secrets.A", ["forbidden-context"]),
        ("success()", ["forbidden-function"]),
        ("toJSON(secrets.A, 2)", ["forbidden-context", "wrong-argument-count"]),
        ("nope(secrets.A)", ["forbidden-context", "unknown-function"]),
        ("always(1)", ["wrong-argument-count"]),
        ("github.flag == 'true'", ["impossible-comparison"]),
        ("matrix.os == 'c'", ["impossible-comparison"]),
        ("matrix.list == 'c'", ["impossible-comparison"]),
    ],
)
def test_notes(text: str, rules: list[str]) -> None:
    inference = Inference(ALLOWED, CONTEXTS.__getitem__)
    inference.type_of(tree(text))
    assert [note.rule for note in inference.notes] == rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a' == 'A'", True),
        ("1 == '1'", True),
        ("null == ''", True),
        ("true == 'true'", False),
        ("true == 1", True),
        ("'b' > 'A'", True),
        ("NaN == NaN", False),
        ("'' || 'x'", "x"),
        ("'a' && 0", 0.0),
        ("!'a'", False),
        ("0x10 <= 16", True),
        ("false && github.ref", False),
    ],
)
def test_constants(text: str, expected: Value) -> None:
    assert constant(tree(text)) == expected


@pytest.mark.parametrize("text", ["github.ref", "github.ref && false", "toJSON(1)", "true && github.ref"])
def test_what_depends_on_the_run_is_no_constant(text: str) -> None:
    with pytest.raises(NotConstant):
        constant(tree(text))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (texts(("a",)), texts(("A",)), False),
        (texts(("a",)), texts(("b",)), True),
        (texts(("a", "b")), texts(("",)), False),
        (BOOLEAN, texts(("true",)), True),
        (BOOLEAN, texts(("1",)), False),
        (NUMBER, texts(("x",)), True),
        (NUMBER, texts(("10",)), False),
        (TEXT, BOOLEAN, False),
        (ANY, texts(("x",)), False),
    ],
)
def test_never_equal(left: Type, right: Type, expected: bool) -> None:
    assert never_equal(left, right) is expected
    assert never_equal(right, left) is expected


def test_unions() -> None:
    assert union([]) == ANY
    assert union([TEXT, texts(("a",))]) == TEXT
    assert union([TEXT, NUMBER]) == ANY
    both = union([closed({"a": TEXT}, "x"), closed({"b": NUMBER}, "x")])
    assert isinstance(both, Object)
    assert (both.get("a"), both.get("B"), both.get("c")) == (TEXT, NUMBER, None)
    assert type_of_json({"a": [True]}).get("a") == Array(BOOLEAN)  # type: ignore[union-attr]  # an object


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", set()), ("{0}{12}", {0, 12}), ("{{0}}", set()), ("{{{1}}}", {1}), ("}}{{", set())],
)
def test_placeholders(text: str, expected: set[int]) -> None:
    assert placeholders(text) == expected


@pytest.mark.parametrize("text", ["{", "}", "{}", "{a}", "{0", "{0}}", "{-1}"])
def test_broken_formats(text: str) -> None:
    with pytest.raises(BrokenFormat):
        placeholders(text)
