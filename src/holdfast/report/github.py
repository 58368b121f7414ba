"""Annotations: lines that a GitHub runner turns into marks on the pull request.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Finding
from holdfast.report import Report


def render(report: Report) -> str:
    return "".join(_annotation(finding) + "\n" for finding in report.findings)


def _annotation(finding: Finding) -> str:
    place = finding.place
    fields = {"file": place.file}
    if place.line:
        fields |= {"line": str(place.line), "endLine": str(place.end_line), "col": str(place.col)}
        if place.line == place.end_line:
            fields["endColumn"] = str(place.end_col)
    fields["title"] = finding.rule
    properties = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    message = f"{finding.message}\n{finding.cure}" if finding.cure else finding.message
    return f"::{finding.severity} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
