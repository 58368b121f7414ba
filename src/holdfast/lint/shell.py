"""The commands of a script, with their places: enough of a shell's grammar to know what is run.

Quotes, comments, here-documents, expressions, substitutions and separators are understood; functions, aliases
and expansion are not. Offsets count characters of the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from holdfast.lint.names import names

_KEYWORDS = names("if then elif else while until do ! time { (")
_WRAPPERS = names(
    "sudo exec command nohup env nice stdbuf timeout xvfb-run dotenv npx bunx pnpx uv uvx poetry "
    "pipenv hatch rye pdm bundle coverage python python3 busybox"
)
# What stands at one place of a script. A plain word holds no substitution and no redirected input, which are
# read character by character; it is one only where its end is the word's end.
_EXPRESSION_PART = r"\$\{\{[^}]*(?:\}(?!\})[^}]*)*\}\}"
_VARIABLE = r"\$\{\w+\}|\$(?![({])"
_QUOTED = rf"""'[^']*'|"[^"\\$`]*(?:(?:\\.|{_EXPRESSION_PART}|{_VARIABLE})[^"\\$`]*)*\""""
_PART = re.compile(
    r"(?P<blank>(?:[ \t\r]|\\\n)+)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<separator>&&|\|\||;;|\|&|&(?!>)|[|;\n()])"
    rf"|(?P<word>(?:[^ \t\r\n;|&()\\'\"`$<>]+|{_QUOTED}|{_EXPRESSION_PART}|{_VARIABLE}|>(?!\()&?)+)",
    re.DOTALL,
)
_WORD_ENDS = " \t\r\n;|()&"
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


class Token(NamedTuple):
    """A word as written, quotes included, and its place."""

    raw: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The word without its quotes."""
        if "\\" not in self.raw and '"' not in self.raw and "'" not in self.raw:
            return self.raw
        return re.sub(r"""\\(.)|(['"])""", lambda found: found[1] or "", self.raw)


class Command(NamedTuple):
    """A simple command: words after keywords and assignments; `then` is the separator behind it."""

    words: tuple[Token, ...]
    keywords: tuple[str, ...]
    assigned: tuple[Token, ...]
    before: str
    then: str
    depth: int  # 0 at the script's own level, more inside a substitution

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return self.words[0].text.rpartition("/")[2]

    @property
    def args(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words[1:])

    @property
    def line(self) -> str:
        """The words, one blank between."""
        return " ".join(word.text for word in self.words)

    def runs(self, name: str) -> int | None:
        """The index of the word that is this program, also behind sudo and its like."""
        programs = self.programs
        return programs.index(name) if name in programs else None

    @property
    def programs(self) -> tuple[str, ...]:
        """The words that can be the program, without their folders: the first, and those behind sudo and its like."""
        return _programs(self.words)


@lru_cache(maxsize=4096)
def _programs(words: tuple[Token, ...]) -> tuple[str, ...]:
    found = []
    for word in words:
        text = word.text
        program = text.rpartition("/")[2]
        found.append(program)
        wrapped = program in _WRAPPERS or text in ("run", "-m", "--", "exec")
        passed = text.startswith("-") or _ASSIGNMENT.match(text) or re.fullmatch(r"[\d.]+[smh]?", text)
        if not wrapped and not passed:
            break
    return tuple(found)


@lru_cache(maxsize=512)
def commands(script: str) -> tuple[Command, ...]:
    """Every simple command, those inside substitutions included, in the order written."""
    return tuple(sorted(_commands(script, 0, len(script), 0), key=lambda command: command.start))


def _commands(script: str, at: int, end: int, depth: int) -> Iterator[Command]:
    words: list[Token] = []
    before = ""
    heredocs: list[str] = []
    while at < end:
        part = _PART.match(script, at, end)
        kind, stop = (part.lastgroup, part.end()) if part else (None, at)
        if kind == "word" and (stop == end or script[stop] in _WORD_ENDS):
            words.append(Token(script[at:stop], at, stop))
            at = stop
        elif kind == "blank" or kind == "comment":
            at = stop
        elif kind == "separator" and not (script[at:stop] == "&" and at and script[at - 1] in "<>"):
            separator = script[at:stop]
            yield from _command(words, before, separator, depth)
            if words or separator != "\n":
                before = separator
            words = []
            at = stop
            if separator == "\n" and heredocs:
                at = _after_heredocs(script, at, end, heredocs)
                heredocs = []
        else:
            stop = max(_word_end(script, at, end), at + 1)
            raw = script[at:stop]
            delimiter = re.fullmatch(r"\d?<<-?(['\"]?)(\w*)\1", raw)
            if delimiter:
                heredocs.append(delimiter[2] or "".join(script[stop:end].split(None, 1)[:1]).strip("'\""))
            words.append(Token(raw, at, stop))
            for first, last in _substitutions(script, at, stop):
                yield from _commands(script, first, last, depth + 1)
            at = stop
    yield from _command(words, before, "", depth)


def _command(words: list[Token], before: str, then: str, depth: int) -> Iterator[Command]:
    keywords: list[str] = []
    assigned: list[Token] = []
    for place, word in enumerate(words):
        if word.raw in _KEYWORDS:
            keywords.append(word.raw)
        elif "=" in word.raw and _ASSIGNMENT.match(word.raw):
            assigned.append(word)
        else:
            yield Command(tuple(words[place:]), tuple(keywords), tuple(assigned), before, then, depth)
            return


def _word_end(script: str, at: int, end: int) -> int:
    while at < end:
        char = script[at]
        if char in " \t\r\n;|()" or (char == "&" and script[at - 1] not in "<>"):
            return at
        at = _past(script, at, end)
    return end


def _past(script: str, at: int, end: int) -> int:
    """The offset after one character, one quoted part or one substitution."""
    char = script[at]
    if char == "\\":
        return min(at + 2, end)
    if char == "'":
        close = script.find("'", at + 1, end)
        return end if close < 0 else close + 1
    if char == '"':
        at += 1
        while at < end and script[at] != '"':
            at = _past_in_quotes(script, at, end)
        return min(at + 1, end)
    if script.startswith("${{", at):
        close = script.find("}}", at, end)
        return end if close < 0 else close + 2
    if script.startswith(("$(", "${", "<(", ">("), at):
        return _closing(script, at + 2, end, ")" if script[at + 1] == "(" else "}")
    if char == "`":
        close = script.find("`", at + 1, end)
        return end if close < 0 else close + 1
    return at + 1


def _past_in_quotes(script: str, at: int, end: int) -> int:
    if script[at] == "\\":
        return min(at + 2, end)
    if script.startswith(("$(", "${", "`"), at):
        return _past(script, at, end)
    return at + 1


def _closing(script: str, at: int, end: int, closer: str) -> int:
    opener = "(" if closer == ")" else "{"
    depth = 1
    while at < end:
        char = script[at]
        if char == closer:
            depth -= 1
            if depth == 0:
                return at + 1
            at += 1
        elif char == opener:
            depth += 1
            at += 1
        else:
            at = _past(script, at, end)
    return end


def _substitutions(script: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The inner ranges of `$( )` and backticks of a word."""
    at = start
    quoted = False
    while at < end:
        char = script[at]
        if char == "'" and not quoted:
            at = _past(script, at, end)
        elif char == '"':
            quoted = not quoted
            at += 1
        elif script.startswith(("$((", "${{"), at):
            at = _past(script, at, end)
        elif script.startswith("$(", at) or (not quoted and script.startswith(("<(", ">("), at)):
            close = _closing(script, at + 2, end, ")")
            yield at + 2, close - 1
            at = close
        elif char == "`":
            close = _past(script, at, end)
            yield at + 1, close - 1
            at = close
        elif char == "\\":
            at += 2
        else:
            at += 1


def _after_heredocs(script: str, at: int, end: int, delimiters: list[str]) -> int:
    for delimiter in delimiters:
        found = re.compile(rf"^[ \t]*{re.escape(delimiter)}[ \t]*$", re.MULTILINE).search(script, at, end)
        at = found.end() if found else end
    return at
