"""The time limits that programs are given by their own flags: test runners, and programs that wait.

Sources: the programs' help texts and documentation, from knowledge 2026-11: `go help testflag` (10 min unless
written, for each package), pytest-timeout, jest and vitest `--testTimeout`, mocha `--timeout`, node
`--test-timeout`, playwright `--timeout`, ctest `--timeout`, ginkgo `--timeout`, dotnet `--blame-hang-timeout`,
wait-for-it and wait-for `-t`, dockerize `-timeout`, wait-on `--timeout`, wait4x `--timeout`, docker compose
`--wait-timeout`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from holdfast.lint.flags import duration
from holdfast.lint.scripts import tests
from holdfast.lint.shell import Command

GO_DEFAULT = 600.0


class Own(NamedTuple):
    """A limit in seconds, and where in the script it is written."""

    seconds: float
    start: int
    end: int


class _Flag(NamedTuple):
    """Flags of one program that set its limit; `unit` is what a bare number counts, in seconds."""

    program: str
    flags: tuple[str, ...]
    unit: float


_TESTS = {
    "go test": _Flag("go", ("-timeout", "--timeout", "-test.timeout"), 0.0),
    "gotestsum": _Flag("gotestsum", ("-timeout", "--timeout"), 0.0),
    "ginkgo": _Flag("ginkgo", ("--timeout", "-timeout"), 0.0),
    "pytest": _Flag("pytest", ("--timeout", "--session-timeout"), 1.0),
    "py.test": _Flag("py.test", ("--timeout", "--session-timeout"), 1.0),
    "jest": _Flag("jest", ("--testTimeout",), 0.001),
    "vitest": _Flag("vitest", ("--testTimeout", "--test-timeout"), 0.001),
    "mocha": _Flag("mocha", ("--timeout", "-t"), 0.001),
    "playwright test": _Flag("playwright", ("--timeout", "--global-timeout"), 0.001),
    "ctest": _Flag("ctest", ("--timeout",), 1.0),
    "dotnet test": _Flag("dotnet", ("--blame-hang-timeout",), 0.001),
}
_OTHERS = (
    _Flag("node", ("--test-timeout",), 0.001),
    _Flag("wait-for-it.sh", ("-t", "--timeout"), 1.0),
    _Flag("wait-for-it", ("-t", "--timeout"), 1.0),
    _Flag("wait-for", ("-t", "--timeout"), 1.0),
    _Flag("wait-for.sh", ("-t", "--timeout"), 1.0),
    _Flag("dockerize", ("-timeout", "--timeout"), 0.0),
    _Flag("wait-on", ("-t", "--timeout"), 0.001),
    _Flag("wait4x", ("-t", "--timeout"), 0.0),
    _Flag("docker", ("--wait-timeout",), 1.0),
)


def may_limit(text: str) -> bool:
    """Whether a script may set limits, or have the one of `go test`, told without reading it as a shell does."""
    return "imeout" in text or " -t" in text or ("go" in text and "test" in text)


def own_limit(command: Command) -> Own | None:
    """The limit that a command sets itself: by coreutils' `timeout`, else by a flag of its program."""
    return _timeout(command) or _by_flag(command)


def unlimited_go_test(command: Command) -> Own | None:
    """A `go test` that runs tests under its default limit; None where a limit, or a list of tests, is written."""
    if tests(command) != "go test":
        return None
    place = command.runs("go")
    words = command.words
    if place is None or any(
        re.match(r"--?(test\.)?timeout\b|-c$|-list\b|-(test\.)?bench\b", word.text) for word in words
    ):
        return None
    return Own(GO_DEFAULT, words[place].start, words[min(place + 1, len(words) - 1)].end)


def outer_timeout(command: Command) -> Own | None:
    """The limit of coreutils' `timeout` in front of a command."""
    return _timeout(command)


def _timeout(command: Command) -> Own | None:
    place = command.runs("timeout")
    if place is None:
        return None
    words = command.words
    skip = False
    for word in words[place + 1 :]:
        if skip:
            skip = False
        elif word.text in ("-k", "-s", "--kill-after", "--signal"):
            skip = True
        elif re.fullmatch(r"\d+(\.\d+)?[smhd]?", word.text):
            return Own(_seconds(word.text, 1.0) or 0.0, words[place].start, word.end)
        elif not word.text.startswith("-"):
            return None
    return None


def _by_flag(command: Command) -> Own | None:
    name = tests(command)
    known = _TESTS.get(name) if name else None
    for flag in (known, *_OTHERS) if known else _OTHERS:
        place = command.runs(flag.program) if flag else None
        if flag is None or place is None:
            continue
        if found := _flagged(command, flag, place):
            return found
    return None


def _flagged(command: Command, flag: _Flag, place: int) -> Own | None:
    words = command.words
    for at in range(place + 1, len(words)):
        name, equals, value = words[at].text.partition("=")
        if name not in flag.flags:
            continue
        if not equals and at + 1 < len(words):
            seconds = _seconds(words[at + 1].text, flag.unit)
            return Own(seconds, words[at].start, words[at + 1].end) if seconds else None
        seconds = _seconds(value, flag.unit)
        return Own(seconds, words[at].start, words[at].end) if seconds else None
    return None


def _seconds(text: str, unit: float) -> float | None:
    """A number in a unit, or one with its unit (`2s`, `5m`, `1h30m`, `2d`); None for anything else."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text) * unit or None
    if days := re.fullmatch(r"(\d+(?:\.\d+)?)d", text):
        return float(days[1]) * 86400
    return duration(text)
