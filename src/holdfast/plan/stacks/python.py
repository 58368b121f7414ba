"""Python: actions/setup-python with pip's cache, the project installed, and pytest (or unittest)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from holdfast.plan.model import Step, Tree
from holdfast.plan.pins import uses
from holdfast.plan.project import Folder, section
from holdfast.plan.stacks import below

AXIS = "python"
DEFAULT = "3.13"
_EXTRAS = ("test", "tests", "testing", "dev")
# Files are dealt out by their place in the sorted list.
_SHARD = (
    "mapfile -t files < <(find . -name 'test_*.py' -not -path './.*' | sort |\n"
    '  awk -v n="$HOLDFAST_SHARDS" -v i="$HOLDFAST_SHARD" \'NR % n == i % n\')\n'
    '((${{#files[@]}} == 0)) || {runner} "${{files[@]}}"'
)


def detected(folder: Folder) -> str:
    """The version that the project names; empty where it names none."""
    pinned = re.match(r"\s*(\d+\.\d+)", folder.files.get(".python-version", ""))
    if pinned:
        return pinned[1]
    wanted = section(folder.pyproject, "project").get("requires-python", "")
    found = re.search(r"(?:>=|~=|==)\s*(\d+\.\d+)", str(wanted))
    return found[1] if found else ""


def setup(folder: Folder, at: str, version: str) -> tuple[Step, ...]:
    given: dict[str, Tree] = {"python-version": version or detected(folder) or DEFAULT}
    manifests = [
        name for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml") if name in folder
    ]
    if manifests:
        given |= {"cache": "pip", "cache-dependency-path": below(at, manifests[0])}
    install = _install(folder)
    steps = [Step(name="Set up Python", uses=uses("actions/setup-python"), with_=given)]
    return (*steps, *([Step(name="Install dependencies", run=install)] if install else []))


def _install(folder: Folder) -> str:
    lines = [
        f"pip install -r {name}" for name in ("requirements.txt", "requirements-dev.txt") if name in folder
    ]
    project = section(folder.pyproject, "project")
    if project.get("name") and (folder.pyproject.get("build-system") or not lines):
        lines.append(f"pip install -e {_target(project, folder.pyproject)}")
    return "\n".join(lines)


def _target(project: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    extras = section(project, "optional-dependencies")
    groups = section(table, "dependency-groups")
    extra = next((name for name in _EXTRAS if name in extras), None)
    group = next((name for name in _EXTRAS if name in groups), None)
    target = f"'.[{extra}]'" if extra else "."
    return f"{target} --group {group}" if group else target


def _pytest(limit: int, folder: Folder) -> str:
    """pytest, with a limit of its own where its plug-in is there: that limit is one test's, and ends the run."""
    timed = f" --timeout={limit}" if "pytest-timeout" in folder.python_text else ""
    return f"python -m pytest{timed}"


def command(folder: Folder, limit: int, sharded: bool) -> str:
    """pytest where the project names it; what names nothing can only be sure of the standard library's runner."""
    runner = _pytest(limit, folder) if "pytest" in folder.python_text else "python -m unittest -v"
    return _SHARD.format(runner=runner) if sharded else runner
