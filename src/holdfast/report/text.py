"""Findings for people: place, message, the line with a caret, the cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from holdfast.finding import Finding, Severity
from holdfast.report import Report
from holdfast.text import Source

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTICE: "36"}
_WIDEST = 160
# Files are read again for the lines on jobs; a report on more of them is read by its counts.
_MOST_WITH_JOBS = 20
# Rules that point at a secret.
_HIDDEN = frozenset({"written-password"})
Paint = Callable[[str, str], str]


def render(report: Report) -> str:
    """Every finding with its line, and the counts."""
    sources: dict[str, Source] = {}
    parts = []
    for finding in report.findings:
        file = finding.place.file
        if file not in sources:
            sources[file] = Source(file, _without_secrets(file, report))
        parts.append(excerpt(finding, sources[file], report.colour))
    if len(sources) <= _MOST_WITH_JOBS:
        parts += [line for file in sources if file in report.texts for line in _jobs(file, report)]
    parts.append(summary(report.findings, report.files))
    return "\n".join(parts) + "\n"


def _jobs(file: str, report: Report) -> list[str]:
    """A line for each job of a workflow: what fails, what fails sometimes, the seconds that could be saved."""
    from holdfast.document import read
    from holdfast.lint.summary import summary as of_jobs
    from holdfast.lint.workflow import Workflow

    own = [finding for finding in report.findings if finding.place.file == file]
    workflow = Workflow(read(Source(file, report.texts[file])))
    return [f"{file}: {line}" for line in of_jobs(workflow, own)]


def _without_secrets(file: str, report: Report) -> str:
    """The text of a file, stars where a finding points at a secret: a log is read by more people than a file."""
    text = report.texts.get(file, "")
    for finding in report.findings:
        place = finding.place
        if place.file == file and finding.rule in _HIDDEN:
            stars = re.sub(r"[^\r\n]", "*", text[place.start : place.end])
            text = text[: place.start] + stars + text[place.end :]
    return text


def summary(findings: Iterable[Finding], files: int) -> str:
    """How many findings of each severity."""
    severities = [finding.severity for finding in findings]
    of_files = f"{files} file{'' if files == 1 else 's'}"
    if not severities:
        return f"nothing found in {of_files}"
    counts = [(severity, severities.count(severity)) for severity in Severity]
    said = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts if count)
    return f"{said} in {of_files}"


def excerpt(finding: Finding, source: Source, colour: bool = False) -> str:
    """One finding: three to six lines."""
    paint = _paint if colour else _plain
    place = finding.place
    where = f"{place.file}:{place.line}:{place.col}" if place.line else place.file
    severity = paint(f"{finding.severity}[{finding.rule}]", _COLOURS[finding.severity])
    lines = [f"{where}: {severity} {finding.message}"]
    if place.line:
        lines += _caret(source, place.line, place.col, place.end_line, place.end_col, paint)
    for also in finding.also:
        at = also.place
        lines.append(f"  {at.file}:{at.line}:{at.col}: {also.message}")
    if finding.cure:
        lines.append(f"  = {finding.cure}")
    return "\n".join(lines)


def _caret(source: Source, line: int, col: int, end_line: int, end_col: int, paint: Paint) -> list[str]:
    """The line of the finding and the marks below it; a long line shows the part around the mark."""
    text = source.line(line)
    stop = end_col if end_line == line else len(text) + 1
    cut = max(0, col - 1 - _WIDEST // 2) if len(text) > _WIDEST else 0
    shown = text[cut : cut + _WIDEST]
    before = text[cut : col - 1]
    indent = "".join("\t" if char == "\t" else " " * _width(char) for char in before)
    length = sum(map(_width, text[col - 1 : min(stop - 1, cut + _WIDEST)])) or 1
    gutter = f"{line:>5} | "
    mark = paint("^" * length, "32")
    return [f"{gutter}{shown}", f"      | {indent}{mark}"]


def _width(char: str) -> int:
    """Columns that a terminal gives a character."""
    if char < "\u0300":
        return 1
    from unicodedata import combining, east_asian_width

    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1


def _plain(text: str, code: str) -> str:
    return text


def _paint(text: str, code: str) -> str:
    return f"\033[{code}m{text}\033[0m"
