"""The corpus of small workflows: tests/lint/corpus/*.txt.

A file holds sections, `## KIND bad` or `## KIND good`. Of the kinds `expr`, `if` and `jobif` each line is a case:
an expression in a step's script, a step's condition, a job's condition. Of `steps`, `job` and `file` a case is
what stands between lines of `--`: a list of steps, the body of a job, a whole workflow. A bad case marks what is
found with «», and begins with the rules that find it, in the order of the text: `rule, rule | text` on a line, or
a first line `> rule, rule`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parents[1] / "lint" / "corpus"
_JOB = "on: push\njobs:\n  a:\n"
_STEPS = _JOB + "    runs-on: ubuntu-24.04\n    steps:\n"
_LINES = {
    "expr": _STEPS + "      - run: echo {}\n",
    "if": _STEPS + "      - run: make\n        if: {}\n",
    "jobif": _JOB + "    if: {}\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n",
}
_MARK = re.compile("[«»]")


class Case(NamedTuple):
    """A workflow, the spans that are found in it, and by which rules; `text` has no marks."""

    name: str
    text: str
    rules: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def good(self) -> bool:
        return not self.rules


def cases() -> tuple[Case, ...]:
    """Every case of the corpus."""
    return tuple(case for file in sorted(CORPUS.glob("*.txt")) for case in read_cases(file))


def read_cases(file: Path) -> Iterator[Case]:
    for number, kind, bad, written in _written(file.read_text(encoding="utf-8")):
        rules, body = _rules(kind, written) if bad else ((), written)
        text, spans = unmarked(whole(kind, body))
        yield Case(f"{file.stem}-{number}", text, rules, spans)


def _written(text: str) -> Iterator[tuple[int, str, bool, str]]:
    """(line, kind, whether bad, case as written)."""
    kind, bad = "", False
    lines: list[str] = []
    start = 0
    for number, line in enumerate([*text.splitlines(), "--"], 1):
        header = re.fullmatch(r"## (\w+) (good|bad)", line)
        if header or line == "--":
            if lines:
                yield start, kind, bad, "\n".join(lines) + "\n"
            lines = []
            if header:
                kind, bad = header.group(1), header.group(2) == "bad"
        elif kind in _LINES:
            if line:
                yield number, kind, bad, line
        else:
            start = start if lines else number
            lines.append(line)


def _rules(kind: str, written: str) -> tuple[tuple[str, ...], str]:
    if kind in _LINES:
        names, _, body = written.partition(" | ")
    else:
        names, _, body = written.removeprefix("> ").partition("\n")
    return tuple(name.strip() for name in names.split(",")), body


def whole(kind: str, body: str) -> str:
    """The whole workflow of a case."""
    if kind == "expr":
        marked = _MARK.sub("", body).startswith("${{")
        return _LINES[kind].format(body if marked else "${{ " + body + " }}")
    if kind in _LINES:
        return _LINES[kind].format(body)
    if kind == "file":
        return body
    indent, head = ("      ", _STEPS) if kind == "steps" else ("    ", _JOB)
    return head + "".join(f"{indent}{line}\n" for line in body.splitlines())


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without «», and the spans between them; marks may be nested."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for before, mark in enumerate(_MARK.finditer(text)):
        at = mark.start() - before
        if mark.group() == "«":
            opened.append(at)
        else:
            spans.append((opened.pop(), at))
    return _MARK.sub("", text), tuple(sorted(spans))
