"""The tree of an expression.

Source: parser.js of @actions/expressions 0.3.61 (2026-08), with its precedence, its trailing comma, and its way
of counting depth. Which contexts and functions exist is looked at later: a tree does not depend on its place.
"""

from __future__ import annotations

import re
from functools import lru_cache

from holdfast.lint.expression.lexer import ExpressionError, Token, tokens
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
)

MAX_DEPTH = 50
# Fewer names than are nested too deep, the first of them no word of the language.
_PATH = re.compile(
    r"(?!(?:true|false|null|NaN|Infinity)\.)[a-zA-Z_][a-zA-Z0-9_-]*(?:\.[a-zA-Z_][a-zA-Z0-9_-]*){1,9}"
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_INDEXED = (Group, Call, Name)
_EQUALITY = ("==", "!=")
_ORDER = ("<", "<=", ">", ">=")


@lru_cache(maxsize=8192)
def parse(text: str) -> Node | ExpressionError:
    """The tree of an expression, or why it has none."""
    if _PATH.fullmatch(text):
        return _path(text)
    try:
        return _Parser(text).whole()
    except ExpressionError as error:
        return error.with_traceback(None)


def _path(text: str) -> Node:
    """The tree of `context.name.name`, what most expressions are."""
    end = text.index(".")
    tree: Node = Name(0, end, text[:end])
    for name in text[end + 1 :].split("."):
        start, end = end + 1, end + 1 + len(name)
        tree = Index(0, end, tree, Literal(start, end, name), True)
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.token: Token = self.tokens[0]

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise ExpressionError(0, self.token.end, "the expression is empty", "write one, or remove it")
        tree = self.expression()
        if self.token.kind != "end":
            raise self.unexpected()
        return tree

    # tokens ------------------------------------------------------------------------------------------------

    def next(self) -> Token:
        """The token passed."""
        token = self.token
        self.at += 1
        self.token = self.tokens[self.at]
        return token

    def take(self, kind: str) -> Token:
        if self.token.kind != kind:
            raise self.unexpected(f"expected {kind}")
        return self.next()

    def unexpected(self, cure: str = "") -> ExpressionError:
        token = self.token
        if token.kind == "end":
            before = self.tokens[self.at - 1] if self.at else token
            return ExpressionError(before.start, before.end, "the expression ends too early", cure)
        shown = f"'{token.text}'" if token.kind == "text" else f'"{token.text}"'
        return ExpressionError(token.start, token.end, f"unexpected {shown}", cure or _hint(token))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            token = self.token
            message = f"the expression is nested more than {MAX_DEPTH} deep"
            raise ExpressionError(token.start, token.end, message, "split it, or compute it in a step")

    # the grammar, loosest first ----------------------------------------------------------------------------

    def expression(self) -> Node:
        """expression := and ('||' and)*"""
        self.deeper()
        tree = self.chain("||")
        self.depth -= 1
        return tree

    def chain(self, operator: str) -> Node:
        """A chain of one operator over the next tighter level."""
        operand = self.conjunction if operator == "||" else self.equality
        first = operand()
        if self.token.kind != operator:
            return first
        self.deeper()
        operands = [first]
        while self.token.kind == operator:
            self.next()
            operands.append(operand())
        self.depth -= 1
        return Logical(first.start, operands[-1].end, operator, tuple(operands))

    def conjunction(self) -> Node:
        return self.chain("&&")

    def equality(self) -> Node:
        """equality := order (('==' | '!=') order)*"""
        left = self.order()
        while self.token.kind in _EQUALITY:
            operator = self.next().kind
            right = self.order()
            left = Comparison(left.start, right.end, operator, left, right)
        return left

    def order(self) -> Node:
        """order := unary (('<' | '<=' | '>' | '>=') unary)*"""
        left = self.unary()
        while self.token.kind in _ORDER:
            operator = self.next().kind
            right = self.unary()
            left = Comparison(left.start, right.end, operator, left, right)
        return left

    def unary(self) -> Node:
        """unary := '!' unary | postfix"""
        if self.token.kind != "!":
            return self.postfix()
        start = self.next().start
        self.deeper()
        of = self.unary()
        self.depth -= 1
        return Not(start, of.end, of)

    def postfix(self) -> Node:
        """postfix := primary ('.' name | '.*' | '[' expression ']' | '[*]')*"""
        tree = self.primary()
        if not isinstance(tree, _INDEXED):
            return tree
        depth = self.depth
        while self.token.kind in (".", "["):
            tree = self.dot(tree) if self.token.kind == "." else self.bracket(tree)
        self.depth = depth
        return tree

    def dot(self, of: Node) -> Node:
        self.next()
        self.deeper()
        token = self.token
        if token.kind == "name":
            self.next()
            return Index(of.start, token.end, of, Literal(token.start, token.end, token.text), True)
        if token.kind == "*":
            self.next()
            return Index(of.start, token.end, of, None, True)
        raise self.unexpected("write a name behind the dot")

    def bracket(self, of: Node) -> Node:
        self.next()
        if self.token.kind == "*":
            self.next()
            index = None
        else:
            index = self.expression()
        end = self.take("]").end
        self.deeper()
        return Index(of.start, end, of, index, False)

    def primary(self) -> Node:
        """primary := name | name '(' arguments ')' | literal | '(' expression ')'"""
        token = self.token
        match token.kind:
            case "name":
                self.next()
                return (
                    self.call(token) if self.token.kind == "(" else Name(token.start, token.end, token.text)
                )
            case "text":
                self.next()
                return Literal(token.start, token.end, token.text)
            case "number":
                self.next()
                return Literal(token.start, token.end, number(token.text))
            case "word":
                self.next()
                return Literal(token.start, token.end, _WORDS[token.text])
            case "(":
                self.next()
                of = self.expression()
                return Group(token.start, self.take(")").end, of)
        raise self.unexpected()

    def call(self, name: Token) -> Node:
        """arguments := (expression ',')* expression?"""
        self.next()
        arguments: list[Node] = []
        while self.token.kind != ")":
            arguments.append(self.expression())
            if self.token.kind != ")":
                self.take(",")
        return Call(name.start, self.next().end, name.text, tuple(arguments))


def number(text: str) -> float:
    """The value of a number as the lexer takes it."""
    if text[:2].lower() in ("0x", "0o"):
        return float(int(text, 0))
    return float(text.replace("Infinity", "inf"))


def _hint(token: Token) -> str:
    if token.kind == ".":
        return "index only a context, a call or an expression in brackets"
    return "join operands with an operator" if token.kind in ("name", "text", "number", "word") else ""
