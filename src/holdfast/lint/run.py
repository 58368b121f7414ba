"""Many files: read, answered from the cache, linted by several processes, in the order given."""

from __future__ import annotations

import gc
import marshal
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from holdfast.finding import Confidence, Finding, Group, Place, Severity
from holdfast.lint.cache import Cache, digest, fingerprint
from holdfast.lint.discover import root_of
from holdfast.lint.pack import Packed, pack, unpack
from holdfast.lint.settings import Settings

_WORTH_A_PROCESS = 24  # files; below that a second process costs more than it saves
_TURN = 8  # files that a process takes at once: few, that all end together
_INDEX = 4  # bytes


class File:
    """One file on its way: its bytes, its settings, and what was found."""

    __slots__ = ("crash", "data", "key", "packed", "path", "root", "seen", "settings")

    def __init__(self, path: str, data: bytes, root: str, settings: Settings) -> None:
        self.path = path
        self.data = data
        self.root = root
        self.settings = settings
        self.key = ""
        self.packed: tuple[Packed, ...] | None = None
        self.seen: dict[str, str | None] = {}
        self.crash = ""

    @property
    def text(self) -> str:
        return decoded(self.data)[0]


class Outcome(NamedTuple):
    """What a run found: findings in order, the text of each file, files that could not be read, our bugs.

    `trouble` says what could not be checked, "" where everything was.
    """

    files: tuple[File, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...]
    crashes: tuple[str, ...]
    trouble: str = ""


def run(
    paths: Iterable[str],
    settings_of: SettingsOf,
    cache_folder: Path | None = None,
    jobs: int = 0,
    given: Sequence[tuple[str, bytes]] = (),
) -> Outcome:
    """Lint files by path, and texts that are `given` with a name; `jobs` 0 means as many as there are cores."""
    files, unreadable = _read(paths, settings_of)
    files += [File(name, data, root_of(name), settings_of(root_of(name))) for name, data in given]
    return run_files(files, cache_folder, jobs, tuple(unreadable))


def run_files(
    files: list[File], cache_folder: Path | None, jobs: int, unreadable: tuple[str, ...] = ()
) -> Outcome:
    """Lint files that are read already."""
    caches = _caches(files, cache_folder) if cache_folder else {}
    for file in files:
        if cache := caches.get(file.settings):
            file.key = digest(file.path.encode(), file.root.encode(), file.data)
            file.packed = cache.answer(file.key, file.root)
    todo = [file for file in files if file.packed is None]
    trouble = ""
    if todo:
        trouble = _lint_all(todo, jobs or os.cpu_count() or 1)
        for file in todo if not trouble else ():
            if (cache := caches.get(file.settings)) and file.packed is not None and not file.crash:
                cache.keep(file.key, file.packed, file.seen)
        for cache in caches.values():
            cache.save()
    findings = tuple(unpack(one, file.path) for file in files for one in file.packed or ())
    crashes = tuple(file.crash for file in files if file.crash)
    return Outcome(tuple(files), findings, unreadable, crashes, trouble)


class SettingsOf:
    """The settings of each repository, read once, under what the command line says."""

    def __init__(self, override: dict[str, object], read_config: bool = True) -> None:
        self.override = override
        self.read_config = read_config
        self.fail_on: str | None = None
        self._known: dict[str, Settings] = {}

    def __call__(self, root: str) -> Settings:
        if root not in self._known:
            self._known[root] = self._load(root)
        return self._known[root]

    def _load(self, root: str) -> Settings:
        from holdfast.lint.config import load
        from holdfast.lint.settings import DEFAULT

        settings, fail_on = load(Path(root)) if self.read_config else (DEFAULT, None)
        self.fail_on = self.fail_on or fail_on
        override = dict(self.override)
        ignore = override.pop("ignore", None)
        settings = settings._replace(**override)  # type: ignore[arg-type]  # the keys are Settings' own
        return (
            settings._replace(ignore=settings.ignore | ignore) if isinstance(ignore, frozenset) else settings
        )


def decoded(data: bytes) -> tuple[str, int | None]:
    """The text of a file, and the offset of the first byte that is no UTF-8 (in characters), or None."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        return good + data[error.start :].decode("utf-8", "replace"), len(good)


def _read(paths: Iterable[str], settings_of: SettingsOf) -> tuple[list[File], list[str]]:
    files, unreadable = [], []
    for path in paths:
        try:
            with open(path, "rb", buffering=0) as handle:  # noqa: PTH123
                data = handle.readall()
        except OSError as error:
            unreadable.append(f"{path}: {error.strerror or error}")
            continue
        root = root_of(path)
        files.append(File(path, data, root, settings_of(root)))
    return files, unreadable


def _caches(files: list[File], cache_folder: Path) -> dict[Settings, Cache]:
    program = fingerprint()
    return {
        settings: Cache(cache_folder, digest(program.encode(), repr(_stable(settings)).encode()))
        for settings in dict.fromkeys(file.settings for file in files)
    }


def _stable(settings: Settings) -> tuple[object, ...]:
    """Settings in an order that does not change from run to run."""
    return tuple(_ordered(value) for value in settings)


def _ordered(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return tuple(map(_ordered, value)) if isinstance(value, tuple) else value


def _lint_all(files: list[File], jobs: int) -> str:
    """Fill in every file, several processes where it pays; why a part is missing, or ""."""
    from holdfast.lint import engine  # noqa: F401  (imported before the fork, for all)

    enabled = gc.isenabled()
    gc.disable()
    try:
        jobs = min(jobs, 1 + len(files) // _WORTH_A_PROCESS)
        if jobs <= 1 or not hasattr(os, "fork"):
            for file in files:
                _lint_one(file)
        else:
            _lint_forked(files, jobs)
        return _lint_scripts(files)
    finally:
        if enabled:
            gc.enable()


def _lint_forked(files: list[File], jobs: int) -> None:
    """Every process takes the next few files until none is left; what a child did not answer is done here."""
    turns = _turns(len(files))
    children = [_child(files, turns) for _ in range(1, jobs)]
    for at in _taken(turns, len(files)):
        _lint_one(files[at])
    os.close(turns)
    for pid, pipe in children:
        with os.fdopen(pipe, "rb") as stream:
            answer = stream.read()
        os.waitpid(pid, 0)
        for at, packed, seen, crash in marshal.loads(answer) if answer else ():
            file = files[at]
            file.packed, file.seen, file.crash = packed, seen, crash
    for file in files:
        if file.packed is None:
            _lint_one(file)


def _turns(count: int) -> int:
    """A pipe with the index of the first file of each turn, from which every process reads its next one.

    No more of them than the smallest pipe of any system holds (4 KiB).
    """
    read_end, write_end = os.pipe()
    for first in range(0, count, _a_turn(count)):
        os.write(write_end, first.to_bytes(_INDEX, "big"))
    os.close(write_end)
    return read_end


def _a_turn(count: int) -> int:
    """How many files are taken at once."""
    return max(_TURN, -(-count * _INDEX // 4096))


def _taken(turns: int, count: int) -> Iterator[int]:
    """The indexes of the files that this process gets."""
    while first := os.read(turns, _INDEX):
        begin = int.from_bytes(first, "big")
        yield from range(begin, min(begin + _a_turn(count), count))


def _child(files: list[File], turns: int) -> tuple[int, int]:
    """A process that takes turns: its id, and the pipe on which it answers."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write_end)
        return pid, read_end
    try:
        os.close(read_end)
        mine = []
        for at in _taken(turns, len(files)):
            _lint_one(files[at])
            mine.append((at, files[at].packed, files[at].seen, files[at].crash))
        answer = marshal.dumps(mine)
        with os.fdopen(write_end, "wb") as stream:
            stream.write(answer)
    finally:
        os._exit(0)


def _lint_one(file: File) -> None:
    """One file; a bug of ours in it is kept, and costs no other file its report."""
    from holdfast.lint.engine import lint
    from holdfast.lint.project import Project
    from holdfast.text import Source

    text, bad = decoded(file.data)
    if bad is not None:
        file.packed = (pack(_not_utf8(file.path, text, bad)),)
        return
    project = Project(Path(file.root))
    try:
        found = lint(Source(file.path, text), file.settings, project)
        file.packed = tuple(pack(finding) for finding in found)
    except Exception:  # the border between our bug and the other files' reports
        import traceback

        file.crash = f"{file.path}\n{traceback.format_exc()}"
        file.packed = ()
    file.seen = project.seen


def _lint_scripts(files: list[File]) -> str:
    """Shellcheck's part, for all files in one process; why it is missing, or ""."""
    wanted = [file for file in files if file.settings.shellcheck]
    if not wanted:
        return ""
    from holdfast.lint.shellcheck import check_scripts

    checked = check_scripts([(file.path, decoded(file.data)[0], file.settings) for file in wanted])
    for file, found in zip(wanted, checked.found, strict=True):
        if found and file.packed is not None:
            both = [*file.packed, *(pack(finding) for finding in found)]
            file.packed = tuple(sorted(both, key=lambda one: (one[4][4], one[4][5], one[0])))
    return checked.trouble


def _not_utf8(path: str, text: str, at: int) -> Finding:
    from holdfast.text import Source, Span

    place = Place.of(Source(path, text), Span(at, at + 1))
    return Finding(
        "yaml-syntax",
        Group.SYNTAX,
        Severity.ERROR,
        "the file is not UTF-8 here",
        place,
        "save it as UTF-8",
        Confidence.HIGH,
    )
