"""Imports run one way, and only one module writes to the user's tree."""

from __future__ import annotations

import ast
from pathlib import Path

import holdfast

PACKAGE = Path(holdfast.__file__).parent
ORDER = [
    "errors",
    "assets",
    "text",
    "document",
    "finding",
    "files",
    "facts",
    "spec",
    "plan",
    "render",
    "lint",
    "report",
    "harden",
    "adopt",
    "triage",
    "timing",
    "flows",
    "scaffold",
    "cli",
]
# plan's arithmetic is the spec's, too; and what a fast check needs of the plan is the project's files alone
# tools of development that write pages and indexes
DEVELOPERS = {"catalogue.py", "helpwriter.py"}
ALLOWED = {("spec", "plan"), ("lint", "plan"), ("report", "cli")}


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return {name for name in names if name.startswith("holdfast.")}


def _part(name: str) -> str:
    return name.split(".")[1]


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_imports_run_one_way() -> None:
    wrong = []
    for file in _files():
        own = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if own in ("__init__", "__main__") or file.name in DEVELOPERS:
            continue
        for name in _imports(file):
            other = _part(name)
            if other != own and ORDER.index(other) > ORDER.index(own) and (own, other) not in ALLOWED:
                wrong.append(f"{file.relative_to(PACKAGE)} imports {name}")
    assert wrong == []


def test_lint_knows_nothing_of_what_writes() -> None:
    for file in (PACKAGE / "lint").rglob("*.py"):
        imported = _imports(file)
        assert not {name for name in imported if _part(name) in ("render", "harden", "flows", "cli")}, file
        text = file.read_text()
        assert not [
            word
            for word in ("import pydantic", "import jinja2", "import rich", "import typer")
            if word in text
        ], file


def test_every_part_is_in_the_order() -> None:
    parts = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if not path.name.startswith(("_", "py.typed"))
    }
    assert parts <= set(ORDER), parts - set(ORDER)
