"""The Jinja environment: delimiters that clash with neither GitHub's nor bash's, and quoting by default.

`[= value =]` writes a value as a YAML scalar; `| raw` is the only way past that, and it can be searched for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from holdfast import assets
from holdfast.plan.model import Tree
from holdfast.plan.server import line
from holdfast.render import scalar
from holdfast.render.scalar import STEP

_SECRET = re.compile(r"\$\{\{[^}]*\bsecrets\.", re.ASCII)


class _Raw(str):
    """Text that is YAML already."""

    __slots__ = ()


def _finalize(value: Any) -> str:
    return value if isinstance(value, _Raw) else scalar.scalar(value)


@cache
def environment() -> Environment:
    """The one environment, its templates compiled once."""
    made = Environment(
        loader=FileSystemLoader(assets.templates() / "workflow", encoding="utf-8"),
        variable_start_string="[=",
        variable_end_string="=]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
        finalize=_finalize,
    )
    made.filters.update(_FILTERS)
    return made


def _pairs(values: Mapping[str, Tree], depth: int) -> str:
    return "\n".join(
        f"{STEP * depth}{scalar.scalar(name)}: {scalar.text(value, depth + 1)}{_excuse(value)}"
        for name, value in values.items()
    )


def _excuse(value: Tree) -> str:
    """A secret of the repository, explained on its line."""
    if not isinstance(value, str) or "\n" in value or not _SECRET.search(value):
        return ""
    return " # zizmor: ignore[secrets-outside-env] an environment would hold up every test run"


def _access(values: Mapping[str, str], depth: int) -> str:
    return f"\n{scalar.tree(values, depth + 1, permissions=True)}" if values else " {}"


def _one_or_flow(values: Sequence[str]) -> str:
    return scalar.scalar(values[0]) if len(values) == 1 else scalar.flow(values)


def _entry(value: str, name: str, depth: int, note: str = "") -> str:
    comment = f" # {note}" if note else ""
    return f"{STEP * depth}{name}: {scalar.scalar(value)}{comment}"


def _section(values: Mapping[str, Tree], name: str, depth: int) -> str:
    return f"{STEP * depth}{name}:\n{_pairs(values, depth + 1)}"


def _quoted_list(values: Sequence[str], name: str, depth: int) -> str:
    return "\n".join(
        [f"{STEP * depth}{name}:", *(f"{STEP * (depth + 1)}- {scalar.quoted(value)}" for value in values)]
    )


def _options(pairs: Sequence[tuple[str, ...]], depth: int) -> str:
    """Folded, a flag and its value on each line: the runner sees one line, the reader sees a list."""
    lines = [line(pair) for pair in pairs]
    if any("\n" in word or word != word.strip() for pair in pairs for word in pair):
        return f"{STEP * depth}options: {scalar.quoted(' '.join(lines))}"
    return "\n".join([f"{STEP * depth}options: >-", *(f"{STEP * (depth + 1)}{one}" for one in lines)])


def _command(text: str, depth: int) -> str:
    """A command behind `run:`; several lines as a literal block."""
    if "\n" in text and not text.endswith("\n"):
        text += "\n"
    return f"{STEP * depth}run: {scalar.text(text, depth + 1)}"


@cache
def _script(name: str, depth: int) -> str:
    """A file of `run/`, indented."""
    text = (assets.templates() / "workflow" / "run" / name).read_text(encoding="utf-8")
    return "\n".join(f"{STEP * depth}{one}" if one else "" for one in text.rstrip("\n").split("\n"))


_FILTERS = {
    "raw": _Raw,
    "tree": scalar.tree,
    "item": scalar.item,
    "flow": scalar.flow,
    "pairs": _pairs,
    "access": _access,
    "one_or_flow": _one_or_flow,
    "entry": _entry,
    "section": _section,
    "quoted_list": _quoted_list,
    "options": _options,
    "command": _command,
    "script": _script,
}
