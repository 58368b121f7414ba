"""The settings of a repository: `[tool.holdfast.lint]` of pyproject.toml, or `lint:` of holdfast.yml."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from holdfast.errors import UserError
from holdfast.lint.settings import DEFAULT, TARGETS, PathRule, Settings

_LISTS = ("select", "ignore", "labels", "variables", "secrets", "target")
_KEYS = (*_LISTS, "severity", "paths", "fail-on")
_SEVERITIES = ("error", "warning", "notice", "off")
_FAIL_ON = ("error", "warning", "notice", "never")


def load(root: Path) -> tuple[Settings, str | None]:
    """The settings of a repository and its `fail-on`; raises UserError for what cannot be meant."""
    for name in ("holdfast.yml", "holdfast.yaml"):
        file = root / name
        if file.is_file():
            return _settings(_from_yaml(file), str(file))
    file = root / "pyproject.toml"
    if file.is_file() and "tool.holdfast" in (text := file.read_text("utf-8", "replace")):
        return _settings(_from_toml(text, file), str(file))
    return DEFAULT, None


def _from_toml(text: str, file: Path) -> Mapping[str, Any]:
    import tomllib

    try:
        found = tomllib.loads(text).get("tool", {}).get("holdfast", {}).get("lint", {})
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{file}: {error}", "mend the TOML") from None
    return found if isinstance(found, Mapping) else {}


def _from_yaml(file: Path) -> Mapping[str, Any]:
    from holdfast.document import Mapping as Located
    from holdfast.document import read
    from holdfast.text import Source

    document = read(Source(str(file), file.read_text("utf-8", "replace")))
    if document.errors:
        line, col = document.source.place(document.errors[0].span.start)
        raise UserError(f"{file}:{line}:{col}: {document.errors[0].message}", document.errors[0].cure)
    lint = document.root.get("lint") if isinstance(document.root, Located) else None
    return _plain(lint) if isinstance(lint, Located) else {}


def _plain(node: Any) -> Any:  # a located node of any kind, as Python data
    from holdfast.document import Mapping as Located
    from holdfast.document import Sequence

    if isinstance(node, Located):
        return {entry.name: _plain(entry.value) for entry in node}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node]
    return node.typed


def _settings(found: Mapping[str, Any], file: str) -> tuple[Settings, str | None]:
    for key in found:
        if key not in _KEYS:
            cure = _nearest(key, _KEYS) or f"known: {', '.join(_KEYS)}"
            raise UserError(f'{file}: "{key}" is not a setting of lint', cure)
    lists = {key: _texts(found[key], key, file) for key in _LISTS if key in found}
    targets = lists.get("target", frozenset(("github",)))
    _closed(targets, TARGETS, "target", file)
    severities = _table(found.get("severity", {}), "severity", file)
    _closed(severities.values(), _SEVERITIES, "severity", file)
    paths = _table(found.get("paths", {}), "paths", file)
    fail_on = found.get("fail-on")
    if fail_on is not None:
        _closed([fail_on], _FAIL_ON, "fail-on", file)
    settings = DEFAULT._replace(
        targets=targets,
        select=lists.get("select", frozenset()),
        ignore=lists.get("ignore", frozenset()),
        labels=lists.get("labels", frozenset()),
        variables=lists.get("variables"),
        secrets=lists.get("secrets"),
        severity=tuple(sorted((str(rule), str(value)) for rule, value in severities.items())),
        paths=tuple(PathRule(str(glob), _texts(rules, "paths", file)) for glob, rules in paths.items()),
    )
    check_names(settings.select | settings.ignore | set(severities), file)
    return settings, fail_on


def check_names(names: frozenset[str] | set[str], where: str) -> None:
    """Raise UserError for a name that is neither a rule nor a group."""
    from holdfast.finding import Group
    from holdfast.lint.index import ROWS

    known = {row[0] for row in ROWS} | {str(group) for group in Group}
    for name in sorted(names):
        if name not in known:
            cure = _nearest(name, known) or "see `holdfast rules`"
            raise UserError(f'{where}: there is no rule or group "{name}"', cure)


def _nearest(word: str, known: Collection[str]) -> str:
    """The cure that names the nearest known word, or ""."""
    from difflib import get_close_matches  # slow to import, and seldom needed

    near = get_close_matches(word, list(known), 1)
    return f'write "{near[0]}"' if near else ""


def _texts(value: Any, key: str, file: str) -> frozenset[str]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise UserError(f"{file}: {key} is not a list of texts", f'write {key} = ["..."]')
    return frozenset(items)


def _table(value: Any, key: str, file: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UserError(f"{file}: {key} is not a table", f"write {key} as names and values")
    return value


def _closed(values: Any, known: tuple[str, ...], key: str, file: str) -> None:
    for value in values:
        if value not in known:
            raise UserError(f'{file}: "{value}" is not a {key}', f"use one of {', '.join(known)}")
