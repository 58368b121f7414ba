"""Answers of earlier runs, by content: one file for each version of the linter and each set of settings.

The key of an answer is a hash of the file's path and bytes; beside it stand the hashes of all other files that
were read for it. A changed rule, setting, file, or called file is another key, so an answer is never stale.
"""

from __future__ import annotations

import _blake2
import contextlib
import marshal
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from holdfast import __version__
from holdfast.lint.pack import Packed

_MOST = 50_000  # answers kept; some 20 MB
_FORMAT = 1

# (findings, files read for them: path below the repository and hash, or "" where there was no such file)
Answer = tuple[tuple[Packed, ...], tuple[tuple[str, str], ...]]


def digest(*parts: bytes) -> str:
    """A hash of some bytes; the parts keep their borders."""
    # hashlib would load OpenSSL, a tenth of the time that one file takes
    found = _blake2.blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


def fingerprint() -> str:
    """What of the program an answer depends on: its version, the state of its files, Python, the YAML parser."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    state = [f"{__version__} {_FORMAT} {sys.version}"]
    for folder in ("", "/lint", "/lint/rules", "/lint/grammar", "/lint/expression", "/facts", "/plan"):
        with contextlib.suppress(OSError), os.scandir(package + folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    stat = entry.stat()
                    state.append(f"{folder}/{entry.name} {stat.st_mtime_ns} {stat.st_size}")
    state += _parser_state()
    return digest("\n".join(sorted(state)).encode())


def _parser_state() -> Iterator[str]:
    """The state of PyYAML's files, its build of libyaml among them; to import it takes as long as a small run."""
    for finder in sys.meta_path:
        found = finder.find_spec("yaml", None)
        if found is not None and found.origin:
            with contextlib.suppress(OSError), os.scandir(os.path.dirname(found.origin)) as entries:  # noqa: PTH120
                for entry in entries:
                    if entry.name == "__init__.py" or entry.name.startswith("_yaml."):
                        stat = entry.stat()
                        yield f"yaml/{entry.name} {stat.st_mtime_ns} {stat.st_size}"
            return


class Cache:
    """The answers under one key; `folder` None means none are kept."""

    def __init__(self, folder: Path | None, key: str) -> None:
        self.file = folder / f"lint-{key}.bin" if folder else None
        self.known: dict[str, Answer] = self._load()
        self.fresh: dict[str, Answer] = {}

    def _load(self) -> dict[str, Answer]:
        if self.file is None:
            return {}
        try:
            loaded = marshal.loads(self.file.read_bytes())
        except (OSError, ValueError, EOFError, TypeError):
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def answer(self, key: str, root: str) -> tuple[Packed, ...] | None:
        """The findings kept for a key, if every file that they depend on is as it was."""
        found = self.known.get(key)
        if found is None:
            return None
        packed, depends = found
        if depends and any(hash_of(root, path) != was for path, was in depends):
            return None
        return packed

    def keep(self, key: str, packed: tuple[Packed, ...], seen: Mapping[str, str | None]) -> None:
        depends = tuple((path, "" if text is None else digest(text.encode())) for path, text in seen.items())
        self.fresh[key] = (packed, depends)

    def save(self) -> None:
        """Write the old answers and the new ones; a folder that cannot be written costs only speed."""
        if self.file is None or not self.fresh:
            return
        both = self.known | self.fresh
        if len(both) > _MOST:
            both = self.fresh
        import tempfile  # slow to import, and seldom needed

        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.file.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(marshal.dumps(both))
            os.replace(name, self.file)  # noqa: PTH105
            _drop_old(self.file)


def _drop_old(current: Path) -> None:
    """Keep the eight newest files; older ones belong to versions and settings of the past."""
    files = sorted(current.parent.glob("lint-*.bin"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[8:]:
        with contextlib.suppress(OSError):
            file.unlink()


def hash_of(root: str, path: str) -> str:
    """The hash of a file below a repository as `Project` reads it, "" where it would read none."""
    from holdfast.lint.project import Project

    text = Project(Path(root)).read(path)
    return "" if text is None else digest(text.encode())


def folder() -> Path:
    """Where answers are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(base) / "holdfast"
