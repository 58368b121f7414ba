"""The files of a project: what lies under `templates/project`, its placeholders filled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from holdfast import assets
from holdfast.errors import UserError

# What an existing service is given: the manager alone, never a second service beside the user's.
_MANAGER = {
    "go": ("internal/redismanager/",),
    "python": ("src/__MODULE__/redis_",),
    "node": ("src/redis-",),
}

# What declares the manager's client, how it is called there, and what adds it.
_CLIENT = {
    "go": ("go.mod", "github.com/redis/go-redis/v9", "go get github.com/redis/go-redis/v9@latest"),
    "python": ("pyproject.toml", "redis", 'add "redis>=8,<9" to the dependencies in pyproject.toml'),
    "node": ("package.json", '"redis"', "npm install redis@6"),
}
# What the README tells a developer to run before the tests, run by CI too.
_LINT = {
    "go": "go vet ./...",
    "python": "ruff check . && ruff format --check . && mypy",
    "node": "npm run lint",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to be, its path below the project's root with forward slashes."""

    path: str
    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Project:
    """What the placeholders stand for; `folder` is where the service lies below the root."""

    stack: str
    name: str
    module: str
    folder: str = ""


def whole(project: Project) -> tuple[File, ...]:
    """Every file of a new repository but those that the spec makes."""
    common = _filled(assets.templates() / "project" / "common", project)
    stack = _filled(assets.templates() / "project" / project.stack, project)
    return tuple(sorted((*common, *stack), key=lambda file: file.path))


def missing_parts(project: Project) -> tuple[File, ...]:
    """What an existing service may lack: the manager in its folder, and the root's settings."""
    wanted = _MANAGER[project.stack]
    root = {".editorconfig", ".gitattributes", ".github/dependabot.yml"}
    return tuple(
        file if file.path in root else File(_below(project.folder, file.path), file.text, file.mode)
        for file in whole(project)
        if file.path in root
        or file.path.startswith(tuple(place.replace("__MODULE__", project.module) for place in wanted))
    )


def spec_text(project: Project, image: str, full: bool, old: bool) -> str:
    """`holdfast.yml` of a project: small, and where the answers live. An old service's linters are its own."""
    lines = [
        "# What CI runs, and against which Redis; `holdfast generate` writes the workflow from this file."
    ]
    lines += ["profile: full"] if full else []
    lines += [
        "redis:",
        f'  image: "{image}"',
        "compose: compose.yaml",
        "jobs:",
        "  test:",
        f"    stack: {project.stack}",
    ]
    lines += [f"    working-directory: {project.folder}"] if project.folder else []
    lines += [] if old else ["    before:", "      - name: Lint", f"        run: {_LINT[project.stack]}"]
    return "\n".join(lines) + "\n"


def still_to_add(project: Project, root: Path) -> str:
    """How the user declares the client that the manager needs; empty where that is done."""
    name, client, cure = _CLIENT[project.stack]
    declares = root / project.folder / name
    if not declares.is_file() or client in declares.read_text(encoding="utf-8", errors="replace"):
        return ""
    return cure


def _filled(folder: Path, project: Project) -> list[File]:
    if not folder.is_dir():
        raise UserError(f"no template for {project.stack}", "install Holdfast again: a part of it is missing")
    return [
        File(
            _fill(path.relative_to(folder).as_posix(), project),
            _fill(path.read_text(encoding="utf-8"), project),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "node_modules" not in path.parts and "__pycache__" not in path.parts
    ]


def _fill(text: str, project: Project) -> str:
    """`text` with what the placeholders stand for."""
    stands = {"__NAME__": project.name, "__MODULE__": project.module, "__FOLDER__": project.folder}
    return re.sub("__(?:NAME|MODULE|FOLDER)__", lambda found: stands[found[0]], text)


def _below(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path
