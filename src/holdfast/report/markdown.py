"""Markdown, for job summaries and comments: a table a file, with the cure beside each finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from holdfast.finding import Finding
from holdfast.report import Report
from holdfast.report.text import summary


def render(report: Report) -> str:
    lines = ["## holdfast lint", "", f"{summary(report.findings, report.files)}.", ""]
    for file, group in groupby(report.findings, lambda finding: finding.place.file):
        lines += [
            f"### {_cell(file)}",
            "",
            "| place | severity | rule | finding | what to do |",
            "|---|---|---|---|---|",
        ]
        lines += [*_rows(group), ""]
    return "\n".join(lines)


def _rows(findings: Iterator[Finding]) -> Iterator[str]:
    for finding in findings:
        place = f"{finding.place.line}:{finding.place.col}" if finding.place.line else "file"
        cells = (
            place,
            finding.severity.value,
            f"`{finding.rule}`",
            _cell(finding.message),
            _cell(finding.cure),
        )
        yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Text that cannot end its cell or become markup."""
    for char in "\\`*_[]<>|$":
        text = text.replace(char, "\\" + char)
    return text.replace("\r", " ").replace("\n", " ")
