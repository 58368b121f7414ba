"""The repository around a file; each file read is noted, so that a cached answer can be checked."""

from __future__ import annotations

import os
from functools import cached_property, lru_cache
from pathlib import Path

from holdfast.document import Document, read
from holdfast.text import Source

# A path that stands for all files but the workflows, so that `seen` notes whether there are any.
_OTHERS = "*"
# One that stands for the list of the files that git knows of.
_TRACKED = "**"
# What lies in a folder that somebody made around one workflow, what we write ourselves included.
_AROUND_A_WORKFLOW = {".git", ".github", "scripts", "holdfast.yml"}


class Project:
    """Files below one root, by their path with slashes; nothing outside the root is read.

    `seen` holds the content of every file asked for (None: there is none), which is what a result depends on.
    """

    def __init__(self, root: Path | None, files: dict[str, str] | None = None) -> None:
        self.root = root
        self.files = files
        self.seen: dict[str, str | None] = {}
        self._documents: dict[str, Document | None] = {}

    @cached_property
    def _real_root(self) -> Path | None:
        return _resolved(self.root) if self.root is not None else None

    @property
    def known(self) -> bool:
        """Whether there is a repository around the file at all."""
        return self.root is not None or self.files is not None

    @property
    def whole(self) -> bool:
        """Whether the repository's other files lie here too: a workflow copied out of its repository has none."""
        return self.read(_OTHERS) is not None

    @property
    def tracked(self) -> tuple[str, ...] | None:
        """The paths of a checkout's files as git knows them; None where that cannot be said."""
        listed = self.read(_TRACKED)
        return tuple(listed.split("\n")) if listed else None

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none (or no text)."""
        if path not in self.seen:
            self.seen[path] = self._load(path)
        return self.seen[path]

    def exists(self, path: str) -> bool:
        return self.read(path) is not None

    def document(self, path: str) -> Document | None:
        """A file's located document, None where there is no such file."""
        if path not in self._documents:
            text = self.read(path)
            self._documents[path] = None if text is None else read(Source(path, text))
        return self._documents[path]

    @staticmethod
    def _given(path: str, files: dict[str, str]) -> str | None:
        if path == _TRACKED:
            return "\n".join(files) if ".git/index" in files else None
        return "" if path == _OTHERS else files.get(path)

    def _load(self, path: str) -> str | None:
        if self.files is not None:
            return self._given(path, self.files)
        root = self._real_root
        if root is None:
            return None
        if path == _OTHERS:
            return _others(str(root))
        if path == _TRACKED:
            from holdfast.lint.tracked import tracked

            return tracked(str(root))
        if not os.path.exists(f"{root}/{path}"):  # noqa: PTH110  (pathlib costs ten times as much)
            return None
        target = (root / path).resolve()
        if not target.is_relative_to(root):
            return None
        try:
            return target.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None


def _others(root: str) -> str | None:
    """An empty text where a folder holds more than workflows, else None."""
    inside = _names(root) - _AROUND_A_WORKFLOW or _names(f"{root}/.github") - {"workflows"}
    return "" if inside else None


def _names(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))  # noqa: PTH208  (pathlib costs ten times as much)
    except OSError:
        return set()


@lru_cache(maxsize=16)
def _resolved(root: Path) -> Path:
    return root.resolve()


NOWHERE = Project(None)
