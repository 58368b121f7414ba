r"""How one string becomes docker's arguments: three engines, three splitters, and docker's own flag parser.

- hosted runner: .NET's ParseArgumentsIntoList on Linux (dotnet/runtime, Process.Unix.cs): blanks and tabs
  separate, only double quotes group, a backslash is special before a double quote only, two double quotes
  inside a quoted part are one.
- act: POSIX shell words (nektos/act 0.2.89, docker_run.go, go-shellquote).
- container hooks: single blanks, no quotes at all (actions/runner, HookInput.cs).

Offsets count characters of the decoded scalar. Expressions are kept whole and never judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from holdfast.lint.flags import FLAGS, SHORT, Flag, refusal

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
# Stands for each character of an expression while words are split.
HOLE = "\ue000"


class Word(NamedTuple):
    """An argument; `start` and `end` are where it is written, quotes included."""

    text: str
    start: int
    end: int

    @property
    def dynamic(self) -> bool:
        """Whether an expression decides it, in whole or in part."""
        return HOLE in self.text


class Kind(Enum):
    """Why docker refuses an argument."""

    UNKNOWN_FLAG = "unknown flag"
    BAD_VALUE = "bad value"
    NO_VALUE = "no value"
    POSITIONAL = "positional word"


class Trouble(NamedTuple):
    """What docker refuses, where, and the cure."""

    kind: Kind
    start: int
    end: int
    message: str
    cure: str
    name: str = ""


class Option(NamedTuple):
    """A flag as docker takes it: `name` without dashes, `value` None for a switch."""

    name: str
    value: str | None
    word: Word
    value_start: int
    value_end: int

    @property
    def start(self) -> int:
        return self.word.start

    @property
    def end(self) -> int:
        return max(self.word.end, self.value_end)

    @property
    def dynamic(self) -> bool:
        return HOLE in (self.value or "")


class Parsed(NamedTuple):
    """The arguments of `options:`; `open` when an expression may add or hide flags."""

    words: tuple[Word, ...]
    options: tuple[Option, ...]
    positional: tuple[Word, ...]
    troubles: tuple[Trouble, ...]
    open: bool

    def last(self, name: str) -> Option | None:
        """The flag as docker keeps it: the last one written."""
        found = None
        for option in self.options:
            if option.name == name:
                found = option
        return found

    def value(self, name: str) -> str | None:
        """The value of a flag; None where it is not written or not known."""
        option = self.last(name)
        return None if option is None or option.dynamic else option.value

    def every(self, name: str) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.name == name)


def masked(text: str) -> str:
    """The text with each expression replaced by as many holes."""
    return _EXPRESSION.sub(lambda found: HOLE * len(found[0]), text) if "${{" in text else text


_SINGLE_QUOTED = re.compile(r"(?<![^\s=])'([^'\"\\]*)'(?=\s|$)")


def meant(text: str) -> str:
    """Options as their author means them, character for character: single quotes that group, and newlines.

    The hosted runner reads them otherwise, which has rules of its own; the other rules look at what was meant.
    """
    return _SINGLE_QUOTED.sub(r'"\1"', text).replace("\n", " ") if "${{" not in text else text


def split_dotnet(text: str) -> tuple[Word, ...]:
    """Words as the hosted runner makes them."""
    words = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        word = _dotnet_word(text, at)
        words.append(word)
        at = word.end
    return tuple(words)


def _dotnet_word(text: str, start: int) -> Word:
    letters: list[str] = []
    at, quoted = start, False
    while at < len(text):
        slashes = len(text) - at - len(text[at:].lstrip("\\"))
        if slashes:
            at += slashes
            quote = text[at : at + 1] == '"'
            letters.append("\\" * (slashes // 2 if quote else slashes))
            if quote and slashes % 2:
                letters.append('"')
                at += 1
            continue
        char = text[at]
        if char == '"' and quoted and text[at + 1 : at + 2] == '"':
            letters.append('"')
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        elif char in " \t" and not quoted:
            break
        else:
            letters.append(char)
        at += 1
    return Word("".join(letters), start, at)


def unbalanced(text: str) -> int | None:
    """Where the double quote stands that the hosted runner never finds the end of."""
    opened: int | None = None
    at = 0
    while at < len(text):
        if text[at] == "\\":
            run = len(text) - at - len(text[at:].lstrip("\\"))
            at += run + (1 if run % 2 and text[at + run : at + run + 1] == '"' else 0)
            continue
        if text[at] == '"':
            if opened is not None and text[at + 1 : at + 2] == '"':
                at += 2
                continue
            opened = at if opened is None else None
        at += 1
    return opened


def split_posix(text: str) -> tuple[Word, ...]:
    """Words as a POSIX shell makes them, which is what act does. Raises ValueError for open quotes."""
    words: list[Word] = []
    at = 0
    while at < len(text):
        if text[at] in " \t\r\n":
            at += 1
            continue
        word = _posix_word(text, at)
        words.append(word)
        at = word.end
    return tuple(words)


def _posix_word(text: str, start: int) -> Word:
    letters: list[str] = []
    at = start
    while at < len(text) and text[at] not in " \t\r\n":
        char = text[at]
        if char == "'":
            close = text.find("'", at + 1)
            if close < 0:
                raise ValueError("no closing quotation")
            letters.append(text[at + 1 : close])
            at = close + 1
        elif char == '"':
            part, at = _posix_quoted(text, at + 1)
            letters.append(part)
        elif char == "\\":
            if at + 1 >= len(text):
                raise ValueError("no escaped character")
            letters.append(text[at + 1])
            at += 2
        else:
            letters.append(char)
            at += 1
    return Word("".join(letters), start, at)


def _posix_quoted(text: str, at: int) -> tuple[str, int]:
    letters: list[str] = []
    while at < len(text):
        if text[at] == '"':
            return "".join(letters), at + 1
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        letters.append(text[at])
        at += 1
    raise ValueError("no closing quotation")


def split_hooks(text: str) -> tuple[Word, ...]:
    """Words as container hooks get them: between blanks, quotes kept."""
    return tuple(Word(found[0], found.start(), found.end()) for found in re.finditer(r"[^ ]+", text))


@lru_cache(maxsize=256)
def parse(text: str, split: Callable[[str], tuple[Word, ...]] = split_dotnet) -> Parsed:
    """The arguments as `docker create` reads them (pflag: flags end at the first word that is none)."""
    words = split(masked(text))
    options: list[Option] = []
    troubles: list[Trouble] = []
    is_open = False
    at = 0
    while at < len(words):
        word = words[at]
        if word.text.startswith(HOLE) or (word.dynamic and "=" not in word.text):
            is_open = True
            at += 1
            continue
        if word.text == "--" or not word.text.startswith("-") or word.text == "-":
            break
        taken, found, trouble = _long(words, at) if word.text.startswith("--") else _letters(words, at)
        options += found
        if trouble:
            troubles.append(trouble)
            # What pflag does with the words after one that it refuses does not matter; go on for more findings.
        at += taken
    positional = words[at:]
    if positional and not is_open:
        troubles.append(_stray(positional[0], options))
    return Parsed(words, tuple(options), positional, tuple(troubles), is_open)


def _long(words: tuple[Word, ...], at: int) -> tuple[int, list[Option], Trouble | None]:
    word = words[at]
    name, equals, value = word.text[2:].partition("=")
    flag = FLAGS.get(name)
    if flag is None:
        follows = not equals and at + 1 < len(words) and not words[at + 1].text.startswith("-")
        option = Option(name, words[at + 1].text if follows else value or None, word, word.end, word.end)
        return 1 + follows, [option], _unknown(word, name)
    if equals:
        start = word.end - len(value) if word.end - word.start == len(word.text) else word.start
        option = Option(name, value, word, start, word.end)
        return 1, [option], _refused(flag, option)
    if flag.kind == "bool":
        return 1, [Option(name, None, word, word.end, word.end)], None
    return _with_next(flag, words, at)


def _letters(words: tuple[Word, ...], at: int) -> tuple[int, list[Option], Trouble | None]:
    """A word such as `-it` or `-p6379`: letters until one takes the rest as its value."""
    word = words[at]
    found: list[Option] = []
    for place, letter in enumerate(word.text[1:], 1):
        flag = SHORT.get(letter)
        if flag is None:
            return 1, found, _unknown(word, letter)
        rest = word.text[place + 1 :]
        if flag.kind == "bool" and not rest.startswith("="):
            found.append(Option(flag.name, None, word, word.end, word.end))
            continue
        if rest:
            option = Option(flag.name, rest.removeprefix("="), word, word.start, word.end)
            return 1, [*found, option], _refused(flag, option)
        taken, more, trouble = _with_next(flag, words, at)
        return taken, [*found, *more], trouble
    return 1, found, None


def _with_next(flag: Flag, words: tuple[Word, ...], at: int) -> tuple[int, list[Option], Trouble | None]:
    word = words[at]
    if at + 1 >= len(words):
        message = f"--{flag.name} takes the image as its value, because none is written"
        return 1, [], Trouble(Kind.NO_VALUE, word.start, word.end, message, "write its value", flag.name)
    value = words[at + 1]
    option = Option(flag.name, value.text, word, value.start, value.end)
    return 2, [option], _refused(flag, option)


def _refused(flag: Flag, option: Option) -> Trouble | None:
    if option.dynamic or option.value is None:
        return None
    reason = refusal(flag, option.value)
    if reason is None:
        return None
    return Trouble(Kind.BAD_VALUE, option.value_start, option.value_end, *reason, flag.name)


def _unknown(word: Word, name: str) -> Trouble:
    from difflib import get_close_matches

    near = get_close_matches(name.replace("_", "-"), FLAGS, 1, 0.75)
    cure = f"write --{near[0]}" if near else "drop it, or see docker create --help"
    end = word.start + len(word.text.partition("=")[0])
    written = word.text.partition("=")[0]
    return Trouble(Kind.UNKNOWN_FLAG, word.start, end, f"{written} is no flag of docker create", cure, name)


def _stray(word: Word, options: list[Option]) -> Trouble:
    before = options[-1] if options else None
    cure = "drop it"
    if before is not None and before.name == "health-cmd":
        cure = "put the health command in double quotes"
    elif "=" not in word.text and before is not None and before.value is None:
        cure = "drop it: the flag before it takes no value"
    return Trouble(
        Kind.POSITIONAL,
        word.start,
        word.end,
        f"docker takes {word.text} for the image, and the rest for its command",
        cure,
        before.name if before else "",
    )
