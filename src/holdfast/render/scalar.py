"""Values as YAML that every YAML 1.2 and 1.1 reader reads alike: plain where nobody can misread it, else quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from holdfast.facts import actions
from holdfast.plan.model import Tree

STEP = "  "
# What a YAML 1.1 or 1.2 reader takes for something else than text.
_OTHER = re.compile(
    r"(?i:y|yes|n|no|true|false|on|off|null|~)|[-+]?(\.\d+|\d[\d_]*(\.[\d_]*)?)([eE][-+]?\d+)?|[-+]?0[xob][\da-fA-F_]+"
    r"|[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?|[-+]?\.(?i:inf|nan)|\d{4}-\d\d?-\d\d?.*|=|<<",
    re.ASCII,
)
# Begins like text, and holds nothing that begins or ends a value; `: ` and ` #` are looked for apart.
_PLAIN = re.compile(
    r"(?:[A-Za-z0-9_/.$(+]|[-?:](?=[^\s]))[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: Tree) -> str:
    """One value on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return value if is_plain(value) else quoted(value)
    raise TypeError(f"{type(value).__name__} is no scalar")


def is_plain(text: str) -> bool:
    """Whether a text may stand without quotes, in block and in flow context."""
    if not _PLAIN.fullmatch(text) or _OTHER.fullmatch(text) or text != text.strip():
        return False
    if ": " in text or " #" in text or text.endswith(":") or text.startswith(("- ", "? ", "--- ", "... ")):
        return False
    return text.isprintable()


def quoted(text: str) -> str:
    """A text in double quotes; what cannot be seen is escaped."""
    return f'"{"".join(_escaped(char) for char in text)}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if char.isprintable() and not 0xD800 <= code <= 0xDFFF and code != 0xFEFF:
        return char
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def flow(values: Sequence[Tree]) -> str:
    """A list on one line; a plain item with a comma or bracket is quoted."""
    return f"[{', '.join(_in_flow(value) for value in values)}]"


def _in_flow(value: Tree) -> str:
    text = scalar(value)
    if isinstance(value, str) and any(char in ",[]{}" for char in text) and not text.startswith('"'):
        return quoted(value)
    return text


def block(text: str, depth: int) -> str | None:
    """A text of several lines as a literal block after `|`; None where only quotes can hold it exactly."""
    if "\n" not in text.rstrip("\n") and not text.endswith("\n"):
        return None
    lines = text.split("\n")
    if any(not _blockable(line) for line in lines) or not text.strip() or lines[0][:1] in (" ", "\n", ""):
        return None
    chomp = "" if text.endswith("\n") else "-"
    if text.endswith("\n\n"):
        return None
    body = text[:-1] if text.endswith("\n") else text
    indent = STEP * depth
    return f"|{chomp}\n" + "\n".join(f"{indent}{line}" if line else "" for line in body.split("\n"))


def _blockable(line: str) -> bool:
    return all(char.isprintable() or char == "\t" for char in line) and "\ufeff" not in line


def text(value: Tree, depth: int) -> str:
    """A value behind a key: a literal block where it has lines, else on one line."""
    if isinstance(value, str):
        return block(value, depth) or scalar(value)
    return scalar(value)


def tree(value: Tree, depth: int, permissions: bool = False) -> str:
    """A nested value in block style, at a depth of indentation; `permissions` are told what they are for."""
    return "\n".join(_granted(value, depth) if permissions else _lines(value, depth))


# What a job can want each of these for; a permission that is not obvious says so on its line.
_GRANTS = {
    ("id-token", "write"): "asks for a token of its own, so that no key of the target is stored here",
    ("contents", "write"): "pushes, or makes a release",
    ("packages", "write"): "pushes a package or an image",
    ("pull-requests", "write"): "comments on the pull request",
    ("issues", "write"): "comments on issues",
    ("checks", "write"): "reports a check",
    ("statuses", "write"): "sets a commit's status",
    ("deployments", "write"): "records the deployment",
    ("pages", "write"): "publishes the pages",
    ("security-events", "write"): "uploads findings",
    ("attestations", "write"): "attests what was built",
    ("actions", "write"): "starts or ends runs",
}


def _granted(value: Tree, depth: int) -> list[str]:
    if not isinstance(value, Mapping) or not value:
        return _lines(value, depth)
    lines = []
    for name, access in value.items():
        reason = _GRANTS.get((name, str(access)))
        lines.append(f"{STEP * depth}{scalar(name)}: {scalar(access)}{f' # {reason}' if reason else ''}")
    return lines


def item(value: Mapping[str, Tree], depth: int) -> str:
    """A mapping as an item of a list."""
    lines = _lines(value, depth + 1)
    first = lines[0].replace(STEP * (depth + 1), f"{STEP * depth}- ", 1)
    return "\n".join([first, *lines[1:]])


def _lines(value: Tree, depth: int) -> list[str]:
    indent = STEP * depth
    if isinstance(value, Mapping):
        if not value:
            return [f"{indent}{{}}"]
        return [line for name, inner in value.items() for line in _entry(name, inner, depth)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            return [f"{indent}[]"]
        return [line for inner in value for line in _item(inner, depth)]
    return [f"{indent}{text(value, depth + 1)}"]


def _entry(name: str, value: Tree, depth: int) -> list[str]:
    key = f"{STEP * depth}{scalar(name)}:"
    if value is None:
        return [key]
    if _short(value):
        return [f"{key} {flow(value)}"]  # type: ignore[arg-type]  # _short holds for lists only
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        if not value:
            return [f"{key} {'{}' if isinstance(value, Mapping) else '[]'}"]
        return [key, *(_granted if name == "permissions" else _lines)(value, depth + 1)]
    return [f"{key} {text(value, depth + 1)}{_version(value) if name == 'uses' else ''}"]


def _version(used: Tree) -> str:
    """The comment behind an action of the user's own steps, where the commit is one that we know by its version."""
    action, _, commit = str(used).partition("@")
    if not commit or action not in actions.names():
        return ""
    known = actions.pin(action)
    return f" # {known.version}" if known.sha == commit else ""


def _short(value: Tree) -> bool:
    """A list of a few short words reads best on one line."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return False
    if any(
        isinstance(inner, Mapping) or (isinstance(inner, Sequence) and not isinstance(inner, str))
        for inner in value
    ):
        return False
    return len(flow(value)) <= 70 and not any("\n" in str(inner) for inner in value)


def _item(value: Tree, depth: int) -> list[str]:
    indent = STEP * depth
    if isinstance(value, Mapping) and value:
        return item(value, depth).split("\n")
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return [f"{indent}- {flow(value)}"] if _short(value) else [f"{indent}-", *_lines(value, depth + 1)]
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return [f"{indent}- {'{}' if isinstance(value, Mapping) else '[]'}"]
    return [f"{indent}- {text(value, depth + 1)}"]
