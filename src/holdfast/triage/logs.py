"""The lines of a finished log: a file, standard input, a folder or a zip of GitHub's, one line at a time.

GitHub's raw logs put a time before each line; `gh run view --log` puts the job and the step before that, between
tabs; act puts `[workflow/job]` before each line. All that, colours and a byte order mark are taken off, so that a
program's words stand as it printed them.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from holdfast.errors import UserError

# A line longer than this is cut: nothing that names a failure is longer.
LONGEST = 20_000
# Bytes that are looked at together: a piece without any sign is passed over.
PIECE = 1 << 18
_TIME = re.compile(r"^﻿?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_GH = re.compile(r"^([^\t]*)\t([^\t]*)\t(?=﻿?\d{4}-\d\d-\d\dT)")
_ACT = re.compile(r"^\[[^\]/]+/([^\]]+?)\s*\] (?:  \| |\s*(?=⭐|✅|❌|❗|🚧|❓|⚙|🐳|🚀|🏁|💬|🛠|☁|exitcode))")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the program printed it, and where it stands; `job` and `step` group what belongs together."""

    file: str
    number: int
    job: str
    text: str
    step: str = ""


def lines(path: str, signs: tuple[bytes, ...] = ()) -> Iterator[Line]:
    """The lines of a log; with `signs` (in lower case) only those that hold one.

    Raises UserError where there is nothing to read.
    """
    if path == "-":
        yield from _lines("-", "", "", sys.stdin.buffer, signs)
        return
    place = Path(path)
    try:
        if place.is_dir():
            yield from _folder(place, signs)
        elif zipfile.is_zipfile(place):
            yield from _archive(place, signs)
        else:
            with place.open("rb") as stream:
                yield from _lines(path, "", "", stream, signs)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UserError(
            f"cannot read {path}: {reason}", "name a log, a folder or a zip of logs, or -"
        ) from None


def _folder(folder: Path, signs: tuple[bytes, ...]) -> Iterator[Line]:
    logs = [file for file in folder.rglob("*") if file.suffix in (".txt", ".log") and file.is_file()]
    if not logs:
        raise UserError(f"no log in {folder}", "name the folder that GitHub's zip was unpacked to")
    for name in _read_once({log.relative_to(folder).as_posix() for log in logs}):
        with (folder / name).open("rb") as stream:
            yield from _lines(str(folder / name), *_job_and_step(name), stream, signs)


def _archive(path: Path, signs: tuple[bytes, ...]) -> Iterator[Line]:
    with zipfile.ZipFile(path) as archive:
        for name in _read_once({name for name in archive.namelist() if name.endswith((".txt", ".log"))}):
            with archive.open(name) as stream:
                yield from _lines(f"{path}:{name}", *_job_and_step(name), stream, signs)


def _read_once(names: set[str]) -> list[str]:
    """A job whose log lies there as one file is not read a second time from its folder of steps."""
    whole = {_job_and_step(name)[0] for name in names if "/" not in name}
    kept = [name for name in names if "/" not in name or _job_and_step(name)[0] not in whole]
    return sorted(kept, key=lambda name: [_numbered(part) for part in name.split("/")])


def _numbered(part: str) -> tuple[int, str]:
    number = re.match(r"\d+", part)
    return (int(number[0]) if number else 0), part


def _job_and_step(name: str) -> tuple[str, str]:
    """GitHub's zip has a file a job, `0_test.txt`, and a folder a job with a file a step, `test/3_Run tests.txt`."""
    job, _, step = name.partition("/")
    return _unnumbered(job), _unnumbered(step)


def _unnumbered(name: str) -> str:
    return re.sub(r"^-?\d+_|\.(txt|log)$", "", name)


def _lines(file: str, job: str, step: str, stream: IO[bytes], signs: tuple[bytes, ...]) -> Iterator[Line]:
    for number, raw in _raw_lines(stream, signs):
        text = raw[:LONGEST].decode("utf-8", "replace").rstrip("\r\n")
        its_job, its_step = job, step
        if named := _GH.match(text):
            its_job, its_step = named.groups()
            text = text[named.end() :]
        elif acted := _ACT.match(text):
            its_job = acted.group(1)
            text = text[acted.end() :]
        yield Line(file, number, its_job, _COLOUR.sub("", _TIME.sub("", text, count=1)), its_step)


def _raw_lines(stream: IO[bytes], signs: tuple[bytes, ...]) -> Iterator[tuple[int, bytes]]:
    """Lines by number; where there are signs, only those that show one."""
    number = 1
    for piece in _pieces(stream):
        if signs:
            yield from _marked(piece, signs, number)
        else:
            yield from enumerate(piece.split(b"\n")[:-1], number)
        number += piece.count(b"\n")


def _marked(piece: bytes, signs: tuple[bytes, ...], number: int) -> Iterator[tuple[int, bytes]]:
    """The lines that show a sign, without a look at each of the others; `number` is that of the first line."""
    low, starts = piece.lower(), set()
    for sign in signs:
        # a sign that begins with a line's end stands in the line after it
        ahead = int(sign.startswith(b"\n"))
        place = low.find(sign)
        while place >= 0:
            starts.add(low.rfind(b"\n", 0, place + ahead) + 1)
            place = low.find(sign, low.find(b"\n", place + ahead))
    seen = 0
    for start in sorted(starts):
        number += low.count(b"\n", seen, start)
        seen = start
        yield number, piece[start : low.find(b"\n", start)]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Whole lines, many at once; of a line that is longer than a piece the rest is left out."""
    while piece := stream.read(PIECE):
        if not piece.endswith(b"\n"):
            rest = stream.readline(LONGEST)
            piece += rest
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(1 << 16)
        yield piece if piece.endswith(b"\n") else piece + b"\n"
