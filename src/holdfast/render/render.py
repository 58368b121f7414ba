"""From a plan to the files of it, without their headers. Pure but for reading the templates once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from holdfast import assets
from holdfast.plan.model import Plan, Script
from holdfast.render.environment import environment
from holdfast.render.scalar import tree
from holdfast.render.settings import with_settings


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file to be: its path below the root, its text without a header, its mode."""

    path: str
    text: str
    mode: int = 0o644


def render(plan: Plan) -> tuple[Rendered, ...]:
    """The workflow, the scripts, and what keeps the scripts' line ends."""
    files = [Rendered(plan.path, workflow(plan)), *(script(one) for one in plan.scripts)]
    files.append(Rendered(plan.attributes, "# a script with CRLF ends does not run\n*.sh text eol=lf\n"))
    if plan.compose is not None:
        path, content = plan.compose
        files.append(Rendered(path, tree(content, 0) + "\n"))
    return tuple(files)


def workflow(plan: Plan) -> str:
    """The workflow's text."""
    return environment().get_template("workflow.yml.jinja").render(plan=plan)


def script(asked: Script) -> Rendered:
    """A generated script with its settings."""
    return Rendered(asked.path, _script(asked.template, tuple(asked.settings.items())), 0o755)


@cache
def _template(name: str) -> str:
    return (assets.templates() / "scripts" / name).read_text(encoding="utf-8")


def _script(name: str, settings: tuple[tuple[str, str | tuple[str, ...]], ...]) -> str:
    asked: Mapping[str, str | tuple[str, ...]] = dict(settings)
    return with_settings(_template(name), asked)
