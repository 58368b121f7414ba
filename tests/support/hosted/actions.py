"""Local stand-ins for the actions that generated workflows use: copying folders instead of the network."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.hosted.model import Wire


@dataclass(frozen=True)
class Place:
    """Where an action works: the pushed repository, the workspace, and the run's artifact store."""

    repository: Path
    workspace: Path
    artifacts: Path


class ActionError(Exception):
    """The action fails its step."""


def run_action(uses: str, given: Mapping[str, str], place: Place, wire: Wire) -> dict[str, str]:
    """The outputs of one action."""
    name = uses.partition("@")[0]
    if name == "actions/checkout":
        return _checkout(place)
    if name == "actions/upload-artifact":
        return _upload(given, place, wire)
    if name == "actions/download-artifact":
        return _download(given, place)
    if name.startswith("actions/setup-"):
        return {"cache-hit": "false"}
    if name.startswith("actions/cache"):
        return {"cache-hit": ""}
    raise ValueError(f"no stand-in for the action {uses}")


def _checkout(place: Place) -> dict[str, str]:
    shutil.copytree(place.repository, place.workspace, dirs_exist_ok=True, symlinks=True)
    return {}


def _upload(given: Mapping[str, str], place: Place, wire: Wire) -> dict[str, str]:
    name = given.get("name") or "artifact"
    files = _matched(given["path"].splitlines(), place.workspace)
    if not files:
        return _none_found(given, wire)
    target = place.artifacts / name
    if target.exists() and given.get("overwrite") != "true":
        raise ActionError(f"an artifact with the name {name} exists on this run")
    common = _common_folder(files)
    for file in files:
        copy = target / file.relative_to(common)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    wire.say(f"Artifact {name}: {len(files)} files\n")
    return {"artifact-id": name}


def _none_found(given: Mapping[str, str], wire: Wire) -> dict[str, str]:
    message = f"No files were found with the provided path: {given['path']}"
    if given.get("if-no-files-found", "warn") == "error":
        raise ActionError(message)
    wire.say(f"##[warning]{message}\n")
    return {}


def _matched(patterns: list[str], workspace: Path) -> list[Path]:
    """Files below each path or pattern; a pattern that begins with `!` takes files away."""
    chosen: dict[Path, None] = {}
    for pattern in (line.strip() for line in patterns if line.strip()):
        found = _files(pattern.removeprefix("!"), workspace)
        if pattern.startswith("!"):
            chosen = {file: None for file in chosen if file not in found}
        else:
            chosen.update(dict.fromkeys(found))
    return sorted(chosen)


def _files(pattern: str, workspace: Path) -> list[Path]:
    matches = [Path(found) for found in glob.glob(str(workspace / pattern), recursive=True)]  # noqa: PTH207
    inside = (file for match in matches for file in ([match] if match.is_file() else match.rglob("*")))
    return [file for file in inside if file.is_file()]


def _common_folder(files: list[Path]) -> Path:
    """The least common ancestor, which artifacts are relative to."""
    common = files[0].parent
    while not all(common in file.parents for file in files):
        common = common.parent
    return common


def _download(given: Mapping[str, str], place: Place) -> dict[str, str]:
    target = place.workspace / given.get("path", "")
    names = [given["name"]] if given.get("name") else _names(given.get("pattern") or "*", place)
    for name in names:
        merged = given.get("merge-multiple") == "true" or bool(given.get("name"))
        shutil.copytree(place.artifacts / name, target if merged else target / name, dirs_exist_ok=True)
    return {"download-path": str(target)}


def _names(pattern: str, place: Place) -> list[str]:
    return sorted(folder.name for folder in place.artifacts.glob(pattern))
