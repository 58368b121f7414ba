"""docs/spec.md and the JSON Schema, both told by the models; stale = red."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo

from holdfast.spec.checks import EVERY
from holdfast.spec.errors import models_in
from holdfast.spec.model import Model, Spec, key
from holdfast.spec.profiles import value_of
from holdfast.spec.settings import shown

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
_HEAD = """\
# The spec: `holdfast.yml`

<!-- written by `python -m holdfast.spec.reference` from the models; edit those -->

Every key may be left out: the column *lean* says what then holds, *full* what `profile: full` sets instead.
Sizes read as `512mb`, `1gb` (powers of 1024), durations as `500ms`, `3s`, `20m`; a bare number is seconds.
`redis`, `kernel`, `readiness` and `retry` hold for every job; `jobs.<id>.redis` and so on override parts of
them. `holdfast schema` prints the same as a JSON Schema; `holdfast generate --show-settings` prints every
value with its origin. *None* stands for a key that is not written, or `null`.

```yaml
profile: lean
workflow: {name: CI, path: .github/workflows/ci.yml, runner: ubuntu-24.04}
redis:
  image: redis:8.10-alpine
  maxmemory: 1gb
  maxmemory-policy: allkeys-lru
jobs:
  test: {stack: go, run: go test ./...}
```
"""
_REFUSED = """\
## What is refused, and what is odd

Each is a finding at its line and column; those marked *notice* are allowed and said.

| rule | holds that |
|---|---|
"""
_VALUES = (
    ("spec-syntax", "The file is YAML, not too large, without merge keys, and says something."),
    ("spec-value", "Every value is of the kind and in the range of its field."),
    ("unknown-key", "Every key is known."),
    ("duplicate-key", "No key is written twice."),
    ("written-password", "No password is written; a report hides what stands there."),
    ("unquoted-number", "What is text and looks like a number is quoted: 8.0 is the number 8."),
)


def schema_text() -> str:
    """The JSON Schema of the spec, as `holdfast schema` prints it."""
    schema = Spec.model_json_schema()
    free = {f"#/$defs/{name}" for name, inner in schema["$defs"].items() if "required" not in inner}
    whole = {"$schema": SCHEMA_ID, "title": "holdfast.yml", **_tidied(schema, free)}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _tidied(node: Any, free: set[str]) -> Any:
    """Without derived titles; a section whose keys are all free may have nothing after its colon."""
    if isinstance(node, list):
        return [_tidied(inner, free) for inner in node]
    if not isinstance(node, dict):
        return node
    tidy = {
        name: _tidied(inner, free)
        for name, inner in node.items()
        if not (name == "title" and isinstance(inner, str))
    }
    if tidy.get("$ref") in free:
        return {"anyOf": [{"$ref": tidy.pop("$ref")}, {"type": "null"}], **tidy}
    return tidy


def page_text() -> str:
    """docs/spec.md."""
    sections = [_section(path, model) for path, model in _sections()]
    return "\n".join([_HEAD, *sections, _refusals()])


def _sections() -> Iterator[tuple[tuple[str, ...], type[Model]]]:
    """Each model once, at the first path where it stands, in the order of the file."""
    seen: set[type[Model]] = set()
    todo: list[tuple[tuple[str, ...], type[Model]]] = [((), Spec)]
    while todo:
        path, model = todo.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield path, model
        inner = [
            ((*path, word), found)
            for name, field in model.model_fields.items()
            for word in [_key(name, field)]
            for found in models_in(field.annotation)
        ]
        todo = inner + todo if path else todo + inner


def _section(path: tuple[str, ...], model: type[Model]) -> str:
    lines = [_title(path), "", _sentence(model.__doc__ or ""), ""]
    lines += ["| key | lean | full | meaning |", "|---|---|---|---|"]
    lines += [_row(path, name, field) for name, field in model.model_fields.items()]
    return "\n".join([*lines, ""])


def _title(path: tuple[str, ...]) -> str:
    """The path with `<id>` where keys are names of the user's."""
    if not path:
        return "## Top level"
    return "## `" + ".".join(f"{part}.<id>" if part in ("jobs", "services") else part for part in path) + "`"


def _row(path: tuple[str, ...], name: str, field: FieldInfo) -> str:
    word = _key(name, field)
    full = value_of("full", (*path, word))
    cells = (
        f"`{word}`",
        _default(field),
        "" if full is None or isinstance(full, dict) else f"`{shown(full)}`",
        _meaning(field),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if isinstance(value, Model):
        return "see below"
    return "" if value in (None, (), {}) else f"`{shown(value)}`"


def _meaning(field: FieldInfo) -> str:
    """The description, with what the type itself allows."""
    words = _words(field.annotation)
    limits = _limits(field)
    return " ".join(part for part in (field.description or "", words, limits) if part)


def _words(annotation: Any) -> str:
    """The words of a literal."""
    found = list(_literals(annotation))
    return f"One of {', '.join(f'`{word}`' for word in found)}." if len(found) > 1 else ""


def _literals(annotation: Any) -> Iterator[str]:
    if getattr(annotation, "__origin__", None) is dict:
        return
    if repr(annotation).startswith("typing.Literal"):
        yield from (str(word) for word in annotation.__args__)
        return
    for inner in getattr(annotation, "__args__", ()):
        yield from _literals(inner)


def _limits(field: FieldInfo) -> str:
    low = next((rule.ge for rule in field.metadata if hasattr(rule, "ge")), None)
    high = next((rule.le for rule in field.metadata if hasattr(rule, "le")), None)
    return f"From {low} to {high}." if low is not None and high is not None else ""


def _key(name: str, field: FieldInfo) -> str:
    alias: str | AliasPath | AliasChoices | None = field.alias
    return alias if isinstance(alias, str) else key(name)


def explained(rule: str) -> str | None:
    """What `holdfast explain` says of a rule about the spec; None for another rule."""
    sentences = [sentence for name, sentence in _VALUES if name == rule]
    sentences += [
        _sentence(check.__doc__ or "") for check in EVERY if rule in (name for name, _ in rules_of(check))
    ]
    if not sentences:
        return None
    return f"# {rule}\n\n{' '.join(sentences)}\n\nIt is about the spec, `holdfast.yml`: see docs/spec.md.\n"


def _refusals() -> str:
    rows = [f"| `{rule}` | {sentence} |" for rule, sentence in _VALUES]
    for check in EVERY:
        names = ", ".join(f"`{rule}`" + (" (notice)" if odd else "") for rule, odd in rules_of(check))
        rows.append(f"| {names} | {_sentence(check.__doc__ or '')} |")
    return _REFUSED + "\n".join(rows) + "\n"


def rules_of(check: Callable[..., object]) -> tuple[tuple[str, bool], ...]:
    """The rules that a check speaks of, and whether each is only a notice; read from its own text."""
    module = ast.parse(inspect.getsource(inspect.getmodule(check) or check))
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    found: dict[str, bool] = {}
    todo, seen = [check.__name__], set()
    while todo:
        name = todo.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for call in ast.walk(functions[name]):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id in ("Problem", "notice") and isinstance(call.args[0], ast.Constant):
                rule = str(call.args[0].value)
                found[rule] = found.get(rule, True) and call.func.id == "notice"
            elif call.func.id.startswith("_"):
                todo.append(call.func.id)
    return tuple(found.items())


def _sentence(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    from pathlib import Path

    Path("docs/spec.md").write_text(page_text(), encoding="utf-8")
