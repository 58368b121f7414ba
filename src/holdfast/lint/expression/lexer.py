"""Tokens of an expression.

Source: lexer.js of @actions/expressions 0.3.61 (2026-08): names and numbers run up to a boundary character,
a dot behind a name, a bracket or a star is a dot, and elsewhere it begins a number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LENGTH = 21_000


class Token(NamedTuple):
    """`kind` is the operator itself, or "name", "text", "number", "word" (true, false, null), "end"."""

    kind: str
    start: int
    end: int
    text: str


class ExpressionError(Exception):
    """Why a text is no expression; offsets in the text, `kind` is the id of the rule that reports it."""

    def __init__(
        self, start: int, end: int, message: str, cure: str = "", kind: str = "expression-syntax"
    ) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message
        self.cure = cure
        self.kind = kind


_BLANK = re.compile(r"[ \t\r\n]+")
_OPERATOR = re.compile(r"&&|\|\||[!=<>]=|[()\[\],!<>*]")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"[^\s(\[)\],.!><=&|]*")
_LONG_WORD = re.compile(r"[^\s(\[)\],!><=&|]*")  # with dots: a number
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F]+|0[oO][0-7]+")
_INFINITE = frozenset(("Infinity", "+Infinity", "-Infinity"))
_KEYWORDS = frozenset(("true", "false", "null"))
_CLOSING = frozenset(("name", "]", ")", "*"))


def tokens(text: str) -> list[Token]:
    """All tokens, the last of kind "end". Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(0, len(text), f"the expression is longer than {MAX_LENGTH} characters")
    found: list[Token] = []
    at = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        token = _token(text, at, found[-1].kind if found else "")
        found.append(token)
        at = token.end
    found.append(Token("end", len(text.rstrip(" \t\r\n")), len(text), ""))
    return found


def _token(text: str, at: int, before: str) -> Token:
    char = text[at]
    if char == ".":
        return Token(".", at, at + 1, ".") if before in _CLOSING else _number(text, at)
    if char.isascii() and (char.isdigit() or char in "+-"):
        return _number(text, at)
    operator = _OPERATOR.match(text, at)
    if operator:
        return Token(operator.group(), at, operator.end(), operator.group())
    if char == "'":
        quoted = _TEXT.match(text, at)
        if quoted is None:
            raise ExpressionError(at, len(text), "the text is not closed", "add a ' at its end")
        return Token("text", at, quoted.end(), quoted.group()[1:-1].replace("''", "'"))
    return _word(text, at, before)


def _number(text: str, at: int) -> Token:
    end = _LONG_WORD.match(text, at + 1).end()  # type: ignore[union-attr]  # the pattern matches nothing, too
    word = text[at:end]
    if not _NUMBER.fullmatch(word) and word not in _INFINITE:
        what = "is no number" if word[0].isdigit() else "is not part of the expression language"
        raise ExpressionError(at, end, f'"{word}" {what}', _number_cure(word))
    return Token("number", at, end, word)


def _number_cure(word: str) -> str:
    return "compute it in a step: there is no arithmetic" if word[0] in "+-" else ""


def _word(text: str, at: int, before: str) -> Token:
    end = _WORD.match(text, at + 1).end()  # type: ignore[union-attr]  # the pattern matches nothing, too
    word = text[at:end]
    if not _NAME.fullmatch(word):
        raise ExpressionError(at, _quoted_end(text, at, end), *_unexpected(word))
    if before != ".":
        if word in _KEYWORDS:
            return Token("word", at, end, word)
        if word in ("NaN", "Infinity"):
            return Token("number", at, end, word)
    return Token("name", at, end, word)


def _quoted_end(text: str, at: int, end: int) -> int:
    """The end of a text in double quotes, else `end`."""
    if text[at] == '"':
        closing = text.find('"', at + 1)
        if closing > 0:
            return closing + 1
    return end


def _unexpected(word: str) -> tuple[str, str]:
    if word.startswith('"'):
        return "a text stands in double quotes", "use single quotes"
    if word == "=":
        return '"=" is no operator', "compare with =="
    if word in ("&", "|"):
        return f'"{word}" is no operator', f"write {word}{word}"
    if word.startswith("$"):
        return f'"{word}" stands inside an expression', "leave it out: the expression is open already"
    return f'"{word}" is not part of the expression language', ""
