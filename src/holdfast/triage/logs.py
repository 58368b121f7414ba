"""The lines of a finished log: a file, standard input, a folder or a zip of GitHub's, one line at a time.

GitHub's raw logs put a time before each line; `gh run view --log` puts the job and the step before that, between
tabs. Colours, the time and a byte order mark are taken off, so that a program's words stand as it printed them.
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
_TIME = re.compile(r"^﻿?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_GH = re.compile(r"^([^\t]*)\t([^\t]*)\t(?=﻿?\d{4}-\d\d-\d\dT)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the program printed it, and where it stands; `job` groups what belongs together."""

    file: str
    number: int
    job: str
    text: str


def lines(path: str) -> Iterator[Line]:
    """All lines of a log. Raises UserError where there is none to read."""
    if path == "-":
        yield from _lines("-", "", sys.stdin.buffer)
        return
    place = Path(path)
    try:
        if place.is_dir():
            yield from _folder(place)
        elif zipfile.is_zipfile(place):
            yield from _archive(place)
        else:
            with place.open("rb") as stream:
                yield from _lines(path, "", stream)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UserError(
            f"cannot read {path}: {reason}", "name a log, a folder or a zip of logs, or -"
        ) from None


def _folder(folder: Path) -> Iterator[Line]:
    logs = sorted(file for file in folder.rglob("*") if file.suffix in (".txt", ".log") and file.is_file())
    if not logs:
        raise UserError(f"no log in {folder}", "name the folder that GitHub's zip was unpacked to")
    for log in logs:
        with log.open("rb") as stream:
            yield from _lines(str(log), _job_of(log.relative_to(folder).as_posix()), stream)


def _archive(path: Path) -> Iterator[Line]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith((".txt", ".log")):
                continue
            with archive.open(name) as stream:
                yield from _lines(f"{path}:{name}", _job_of(name), stream)


def _job_of(name: str) -> str:
    """GitHub's zip has a file a job, `0_test.txt`, or a folder a job with a file a step."""
    first = name.split("/")[0]
    return re.sub(r"^\d+_|\.(txt|log)$", "", first)


def _lines(file: str, job: str, stream: IO[bytes]) -> Iterator[Line]:
    for number, raw in enumerate(_pieces(stream), 1):
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        named = _GH.match(text)
        if named:
            text = text[named.end() :]
        yield Line(
            file, number, named.group(1) if named else job, _COLOUR.sub("", _TIME.sub("", text, count=1))
        )


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines, none held in memory beyond LONGEST bytes."""
    while piece := stream.readline(LONGEST):
        rest = piece
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(1 << 16)
        yield piece
