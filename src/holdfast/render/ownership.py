"""Whose a file is, and what is to be written in its place. Reads through `files`, writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast import files
from holdfast.files import Change, State
from holdfast.render import header
from holdfast.render.render import Rendered

_NUMBERS = re.compile(r"\d+")


def compare(
    root: Path, rendered: Sequence[Rendered], spec: str, inputs: str, flags: str, force: bool
) -> tuple[Change, ...]:
    """Each file beside what lies in its place."""
    names = [file.path for file in rendered]
    return tuple(_compare(root, file, spec, inputs, flags, names, force) for file in rendered)


def _compare(
    root: Path, file: Rendered, spec: str, inputs: str, flags: str, names: Sequence[str], force: bool
) -> Change:
    old = files.read(root, file.path)
    if old is None:
        return Change(
            file.path, None, header.join(file.text, spec, inputs, names, flags), State.CREATED, file.mode
        )
    ours, body = header.split(old.replace("\r\n", "\n"))
    text = adopted(file.text, body) if ours is not None else file.text
    new = header.join(text, spec, inputs, names, flags)
    if ours is None and not force:
        return Change(file.path, old, new, State.REFUSED, file.mode, "it was not written by holdfast")
    if ours is not None and header.body_hash(body) != ours.body and not force:
        return Change(file.path, old, new, State.REFUSED, file.mode, "it was changed by hand")
    if body == text and ours is not None:
        # what only the header says differently is no drift, and is brought up to date when something is written
        return Change(file.path, old, new, State.SAME, file.mode)
    pins_only = ours is not None and header.body_hash(body) == header.body_hash(text)
    return Change(file.path, old, new, State.CHANGED, file.mode, pins_only=pins_only)


def adopted(text: str, old: str) -> str:
    """The new text with the actions' commits that the old file has moved on to."""
    found = {match[2]: match for match in header.PINNED.finditer(old)}

    def keep(match: re.Match[str]) -> str:
        other = found.get(match[2])
        if other is None or other[3] == match[3] or _version(other[4]) < _version(match[4]):
            return match[0]
        return other[0]

    return header.PINNED.sub(keep, text)


def _version(text: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBERS.findall(text or ""))


def stale_headers(changes: Sequence[Change]) -> Mapping[str, str]:
    """The files that are the same but for their header."""
    return {
        change.path: change.new
        for change in changes
        if change.state is State.SAME and change.old != change.new
    }
