"""The settings block of a generated script: values put behind their names, nothing else touched."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

BEGIN = "# --- settings, written by holdfast from the spec ---\n"
END = "# --- end of settings ---\n"
_LINE = re.compile(r"^([A-Z_]+)=(?:\((?:[^)]*)\)|.*)$", re.MULTILINE)


def with_settings(script: str, settings: Mapping[str, str | tuple[str, ...]]) -> str:
    """The script with these values; raises KeyError for a name that its block does not have."""
    head, _, rest = script.partition(BEGIN)
    block, _, tail = rest.partition(END)
    known = {match[1] for match in _LINE.finditer(block)}
    if unknown := set(settings) - known:
        raise KeyError(f"the script has no setting {sorted(unknown)}")

    def put(match: re.Match[str]) -> str:
        name = match[1]
        return f"{name}={_value(settings[name])}" if name in settings else match[0]

    return f"{head}{BEGIN}{_LINE.sub(put, block)}{END}{tail}"


def _value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return shlex.quote(value) if value else ""
    if not value:
        return "()"
    return "(\n" + "".join(f"  {shlex.quote(one)}\n" for one in value) + ")"
