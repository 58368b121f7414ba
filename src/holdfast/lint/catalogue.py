"""The rules of the folder: found by file, written as an index for the engine and a page for people.

`python -m holdfast.lint.catalogue` writes `lint/index.py` and `docs/rules/`; with `--check` it only compares
(exit 1 when stale). The engine reads the index alone, so that a run imports only the rules it needs.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from holdfast.lint.engine import findings_of
from holdfast.lint.rule import (
    ActionRule,
    DocumentRule,
    Example,
    JobRule,
    Rule,
    ServiceRule,
    StepRule,
    WalkRule,
    WorkflowRule,
    whole,
)
from holdfast.text import Source

PACKAGE = Path(__file__).parent
PAGES = PACKAGE.parents[2] / "docs" / "rules"
_KINDS = (
    (WalkRule, "walk"),
    (DocumentRule, "document"),
    (WorkflowRule, "workflow"),
    (JobRule, "job"),
    (StepRule, "step"),
    (ServiceRule, "service"),
    (ActionRule, "action"),
)


def rules() -> tuple[type[Rule], ...]:
    """Every rule of the folder, by id."""
    found = []
    for file in sorted((PACKAGE / "rules").glob("[a-z]*.py")):
        module = import_module(f"holdfast.lint.rules.{file.stem}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
        ]
    return tuple(sorted((rule for rule in found if hasattr(rule, "id")), key=lambda rule: rule.id))


def doc_of(rule: type[Rule]) -> str:
    """A rule's page in prose: its class' docstring, else its module's."""
    return inspect.cleandoc(rule.__dict__.get("__doc__") or sys.modules[rule.__module__].__doc__ or "")


def kind_of(rule: type[Rule]) -> str:
    return next(name for base, name in _KINDS if issubclass(rule, base))


def index_text() -> str:
    """The text of `lint/index.py`: one row a rule."""
    lines = [
        '"""Every rule in one table; written by `python -m holdfast.lint.catalogue`, not by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "# (id, class, kind, group, words of which one must occur, targets, key that a view must have, keys of which",
        "# one must be set)",
        "Names = tuple[str, ...]",
        "ROWS: tuple[tuple[str, str, str, str, Names, Names, str, Names], ...] = (",
    ]
    for rule in rules():
        kind = kind_of(rule)
        if kind == "step" and getattr(rule, "actions", False):
            kind = "any-step"
        row = (
            rule.id,
            rule.__name__,
            kind,
            str(rule.group),
            tuple(sorted(rule.needs)),
            tuple(sorted(rule.targets)),
            rule.key,
            tuple(sorted(rule.keys)),
        )
        lines.append(f"    {row!r},")
    return "\n".join([*lines, ")", ""])


def marked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text without its « » marks, and the ranges they enclosed."""
    plain, ranges, starts = [], [], []
    at = 0
    for char in whole(text):
        if char == "«":
            starts.append(at)
        elif char == "»":
            ranges.append((starts.pop(), at))
        else:
            plain.append(char)
            at += 1
    return "".join(plain), tuple(sorted(ranges))


def example_of(item: str | Example) -> Example:
    """A near miss as an example whose bad and good texts are the same."""
    return item if isinstance(item, Example) else Example(bad=item, good=item)


def page(rule: type[Rule]) -> str:
    """The page of a rule: its docstring, the facts of it, and the real report of each example."""
    title, _, body = doc_of(rule).partition("\n")
    parts = [f"# {rule.id}", "", f"**{title.rstrip('.')}.**", "", _facts(rule), ""]
    if body.strip():
        parts += [body.strip(), ""]
    for example in rule.examples:
        parts += _example(rule, example)
    near = [example_of(item) for item in rule.allows]
    if near:
        parts += ["## Not reported", ""]
        for item in near:
            parts += ["```yaml", whole(item.good).rstrip(), "```", ""]
    parts += [
        "## Switching it off",
        "",
        f"`# holdfast: ignore[{rule.id}] reason` on the line or the line above,",
        f"`# holdfast: ignore-file[{rule.id}] reason` anywhere in the file, or `--ignore {rule.id}`.",
        "",
    ]
    return "\n".join(parts)


def _facts(rule: type[Rule]) -> str:
    fix = "has a fix" if rule.fixable else "no fix"
    targets = f" · for {', '.join(sorted(rule.targets))}" if rule.targets else ""
    return f"{rule.group} · {rule.severity} · {rule.confidence} confidence · {fix}{targets}"


def _example(rule: type[Rule], example: Example) -> Iterator[str]:
    from holdfast.report.text import excerpt

    bad, _ = marked(example.bad)
    yield from ("## Found", "", "```yaml", bad.rstrip(), "```", "", "```text")
    found = findings_of(rule, bad, example)
    for finding in found:
        yield excerpt(finding, Source(example.path, bad))
    yield from ("```", "", "## Instead", "", "```yaml", whole(example.good).rstrip(), "```", "")


def overview() -> str:
    """The list of all rules."""
    lines = ["# Rules", "", "| rule | group | severity | fix | finds |", "|---|---|---|---|---|"]
    for rule in rules():
        title = doc_of(rule).partition("\n")[0].rstrip(".")
        fix = "yes" if rule.fixable else ""
        lines.append(f"| [{rule.id}]({rule.id}.md) | {rule.group} | {rule.severity} | {fix} | {title} |")
    return "\n".join([*lines, ""])


def files() -> dict[Path, str]:
    """Every generated file and the text it should have."""
    wanted = {PACKAGE / "index.py": index_text(), PAGES / "README.md": overview()}
    return wanted | {PAGES / f"{rule.id}.md": page(rule) for rule in rules()}


def stale() -> tuple[Path, ...]:
    """The generated files that differ from what they should be, and pages without a rule."""
    wanted = files()
    differ = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    return tuple(differ + [path for path in sorted(PAGES.glob("*.md")) if path not in wanted])


def main(words: list[str]) -> int:
    """Write what is stale, or with `--check` only say so."""
    behind = stale()
    for path in behind:
        print(path.relative_to(PACKAGE.parents[2]))
    if "--check" in words:
        return 1 if behind else 0
    wanted = files()
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in behind:
        if path in wanted:
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
