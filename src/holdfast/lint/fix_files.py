"""Fixes of files: each text repaired and proved, written back in one step or shown as a diff."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast.files import replace
from holdfast.finding import Finding
from holdfast.lint.discover import root_of
from holdfast.lint.engine import lint
from holdfast.lint.fix import fix_text
from holdfast.lint.project import Project
from holdfast.lint.run import SettingsOf
from holdfast.text import Source


def fix_files(
    paths: Iterable[str],
    given: Sequence[tuple[str, bytes]],
    settings_of: SettingsOf,
    unsafe: bool,
    diff: bool,
) -> tuple[tuple[Finding, ...], bool]:
    """What was fixed, and whether any text changed; with `diff` nothing is written, the diff is printed.

    Text from standard input is printed, repaired, instead of written.
    """
    done: list[Finding] = []
    for path in paths:
        data = _bytes(path)
        if data is None:
            continue
        after, fixed = _fixed(path, data, settings_of, unsafe)
        done += fixed
        if fixed and diff:
            sys.stdout.write(unified(path, data, after))
        elif fixed:
            replace(path, after)
    for name, data in given:
        after, fixed = _fixed(name, data, settings_of, unsafe)
        done += fixed
        if diff:
            sys.stdout.write(unified(name, data, after))
    return tuple(done), bool(done)


def _bytes(path: str) -> bytes | None:
    """The bytes of a file that is UTF-8, else None: another encoding is reported, not repaired."""
    try:
        data = Path(path).read_bytes()
        data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return data


def _fixed(
    path: str, data: bytes, settings_of: SettingsOf, unsafe: bool
) -> tuple[bytes, tuple[Finding, ...]]:
    root = root_of(path)
    settings = settings_of(root)
    project = Project(Path(root))
    text, fixed = fix_text(
        data.decode("utf-8"), lambda text: lint(Source(path, text), settings, project), unsafe
    )
    return text.encode("utf-8"), fixed


def unified(path: str, before: bytes, after: bytes) -> str:
    """A diff that `git apply` takes."""
    lines = difflib.unified_diff(
        before.decode("utf-8").splitlines(keepends=True),
        after.decode("utf-8").splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
