"""Comments and settings that switch a rule off; an ignore that hides nothing is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from holdfast.document import Document
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.index import ROWS
from holdfast.lint.problem import Problem
from holdfast.lint.settings import Settings
from holdfast.text import Span


class Ignore:
    """One ignore comment; `used` holds those of its names that hid something."""

    def __init__(
        self, span: Span, line: int, names: tuple[tuple[str, Span], ...], whole_file: bool, reason: str
    ) -> None:
        self.span = span
        self.line = line
        self.names = names
        self.whole_file = whole_file
        self.reason = reason
        self.used: set[str] = set()

    def covers(self, finding: Finding) -> bool:
        """Whether the comment stands for the finding: its line, the line below, or the file."""
        return self.whole_file or finding.place.line in (self.line, self.line + 1)


def settle(document: Document, found: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """The findings that remain, with severities as set, and one notice for each ignore without use."""
    ignores = tuple(_ignores(document))
    yield from _remaining(found, ignores, document.source.path, settings)
    yield from _about(ignores, document, settings)


def _remaining(
    found: Iterable[Finding], ignores: tuple[Ignore, ...], path: str, settings: Settings
) -> Iterator[Finding]:
    here = frozenset().union(*(rule.ignore for rule in settings.paths if fnmatchcase(path, rule.pattern)))
    severities = dict(settings.severity)
    for finding in found:
        if _hidden(finding, ignores) or {finding.rule, str(finding.group)} & here:
            continue
        if severities and (wanted := severities.get(finding.rule)):
            if wanted == "off":
                continue
            finding = replace(finding, severity=Severity(wanted))
        yield finding


def hide(document: Document, found: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """The findings that no comment and no setting hides, without notices about the comments."""
    ignores = tuple(_ignores(document))
    yield from _remaining(found, ignores, document.source.path, settings)


def _pattern() -> re.Pattern[str]:
    """An ignore comment; compiled only where a text holds one."""
    return re.compile(
        r"#[ \t]*holdfast:[ \t]*ignore(?P<file>-file)?[ \t]*\[(?P<rules>[^\]\r\n]*)\](?P<reason>[^\r\n]*)"
    )


def _ignores(document: Document) -> Iterator[Ignore]:
    text = document.source.text
    if "holdfast:" not in text:
        return
    for match in _pattern().finditer(text):
        start = match.start("rules")
        names = tuple(
            (name.group(), Span(start + name.start(), start + name.end()))
            for name in re.finditer(r"[^\s,]+", match.group("rules"))
        )
        span = Span(match.start(), match.start("reason"))
        line, _ = document.source.place(match.start())
        yield Ignore(span, line, names, bool(match.group("file")), match.group("reason").strip())


def _hidden(finding: Finding, ignores: tuple[Ignore, ...]) -> bool:
    hidden = False
    for ignore in ignores:
        if not ignore.covers(finding):
            continue
        for name, _ in ignore.names:
            if name in (finding.rule, str(finding.group)):
                ignore.used.add(name)
                hidden = True
    return hidden


def _about(ignores: tuple[Ignore, ...], document: Document, settings: Settings) -> Iterator[Finding]:
    from holdfast.lint.engine import _active, rule_class

    if not ignores:
        return
    active = _active(settings).walk
    known = {row[0]: row for row in ROWS}
    running = {row[0] for row in ROWS if settings.targets.intersection(row[5]) or not row[5]}
    running.discard("shellcheck")  # it runs later, and not everywhere
    for ignore in ignores:
        for problem in _problems(ignore, known.keys(), running):
            if problem.rule in active:
                yield rule_class(problem.rule, active[problem.rule].name)(document, settings).of(problem)


def _problems(ignore: Ignore, known: Iterable[str], running: set[str]) -> Iterator[Problem]:
    groups = {str(group) for group in Group}
    if not ignore.names:
        yield Problem(
            "unused-ignore", ignore.span, "the ignore names no rule", "name the rule in the brackets"
        )
    for name, span in ignore.names:
        if name not in known and name not in groups:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            cure = f'write "{near[0]}"' if near else "see `holdfast rules`"
            yield Problem("unused-ignore", span, f'there is no rule "{name}"', cure)
        elif name not in ignore.used and (name in running or name in groups):
            yield Problem("unused-ignore", span, f"{name} finds nothing here", "remove it from the ignore")
    if not ignore.reason and ignore.used:
        cure = "say behind the bracket why this is right here"
        yield Problem("unexplained-ignore", ignore.span, "the ignore gives no reason", cure)
