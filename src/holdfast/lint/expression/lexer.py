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


_BLANK = re.compile(r"[ \t\r\n]*")
# Most tokens; what is none of them is a dot, a number, or a mistake.
_PLAIN = re.compile(
    r"(?P<name>[a-zA-Z_][a-zA-Z0-9_-]*)(?=[\s(\[)\],.!><=&|]|\Z)"
    r"|(?P<operator>&&|\|\||[!=<>]=|[()\[\],!<>*])"
    r"|(?P<text>'(?:[^']|'')*')"
)
_WORD = re.compile(r"[^\s(\[)\],.!><=&|]*")
_LONG_WORD = re.compile(r"[^\s(\[)\],!><=&|]*")  # with dots: a number
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F]+|0[oO][0-7]+")
_INFINITE = frozenset(("Infinity", "+Infinity", "-Infinity"))
_NUMBER_NAMES = frozenset(("NaN", "Infinity"))
_KEYWORDS = frozenset(("true", "false", "null"))
_CLOSING = frozenset(("name", "]", ")", "*"))


def tokens(text: str) -> list[Token]:
    """All tokens, the last of kind "end". Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(0, len(text), f"the expression is longer than {MAX_LENGTH} characters")
    found: list[Token] = []
    before = ""
    at = _BLANK.match(text).end()  # type: ignore[union-attr]  # the pattern matches nothing, too
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain is None:
            token = _token(text, at, before)
        elif plain.lastgroup == "operator":
            token = Token(plain[0], at, plain.end(), plain[0])
        elif plain.lastgroup == "text":
            token = Token("text", at, plain.end(), plain[0][1:-1].replace("''", "'"))
        else:
            token = _named(plain[0], at, before)
        found.append(token)
        before = token.kind
        at = _BLANK.match(text, token.end).end()  # type: ignore[union-attr]  # as above
    found.append(Token("end", len(text.rstrip(" \t\r\n")), len(text), ""))
    return found


def _named(word: str, at: int, before: str) -> Token:
    if before != ".":
        if word in _KEYWORDS:
            return Token("word", at, at + len(word), word)
        if word in _NUMBER_NAMES:
            return Token("number", at, at + len(word), word)
    return Token("name", at, at + len(word), word)


def _token(text: str, at: int, before: str) -> Token:
    """A token that is not plain."""
    char = text[at]
    if char == ".":
        return Token(".", at, at + 1, ".") if before in _CLOSING else _number(text, at)
    if char.isascii() and (char.isdigit() or char in "+-"):
        return _number(text, at)
    if char == "'":
        raise ExpressionError(at, len(text), "the text is not closed", "add a ' at its end")
    raise _no_word(text, at)


def _number(text: str, at: int) -> Token:
    end = _LONG_WORD.match(text, at + 1).end()  # type: ignore[union-attr]  # the pattern matches nothing, too
    word = text[at:end]
    if not _NUMBER.fullmatch(word) and word not in _INFINITE:
        what = "is no number" if word[0].isdigit() else "is not part of the expression language"
        raise ExpressionError(at, end, f'"{word}" {what}', _number_cure(word))
    return Token("number", at, end, word)


def _number_cure(word: str) -> str:
    return "compute it in a step: there is no arithmetic" if word[0] in "+-" else ""


def _no_word(text: str, at: int) -> ExpressionError:
    end = _WORD.match(text, at + 1).end()  # type: ignore[union-attr]  # the pattern matches nothing, too
    return ExpressionError(at, _quoted_end(text, at, end), *_unexpected(text[at:end]))


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
