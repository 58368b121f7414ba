"""How one string becomes the arguments of `docker create` on the hosted runner."""

from __future__ import annotations


def split(text: str) -> list[str]:
    r"""Arguments as .NET makes them of `ProcessStartInfo.Arguments` on Linux.

    Only blanks and tabs separate, only double quotes group, a backslash is special only before a double
    quote, and two double quotes inside a quoted part are one
    (dotnet/runtime, Process.Unix.cs, ParseArgumentsIntoList).
    """
    words: list[str] = []
    place = 0
    while place < len(text):
        if text[place] in " \t":
            place += 1
            continue
        word, place = _word(text, place)
        words.append(word)
    return words


def _word(text: str, place: int) -> tuple[str, int]:
    word: list[str] = []
    quoted = False
    while place < len(text):
        backslashes = len(text) - place - len(text[place:].lstrip("\\"))
        if backslashes:
            place += backslashes
            before_quote = place < len(text) and text[place] == '"'
            word.append("\\" * (backslashes // 2 if before_quote else backslashes))
            if before_quote and backslashes % 2:
                word.append('"')
                place += 1
            continue
        letter = text[place]
        if letter == '"' and quoted and text[place + 1 : place + 2] == '"':
            word.append('"')
            place += 2
            continue
        if letter == '"':
            quoted = not quoted
        elif letter in " \t" and not quoted:
            break
        else:
            word.append(letter)
        place += 1
    return "".join(word), place
