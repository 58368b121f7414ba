"""SARIF 2.1.0, for code scanning and editors.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; columns count code points.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from holdfast import __version__
from holdfast.finding import Confidence, Finding, Place, Severity
from holdfast.report import Report

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_RANKS = {Confidence.HIGH: 90.0, Confidence.MEDIUM: 60.0, Confidence.LOW: 30.0}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    rules = list(dict.fromkeys(finding.rule for finding in report.findings))
    driver = {
        "name": "holdfast",
        "version": __version__,
        "rules": [{"id": rule, "helpUri": f"docs/rules/{rule}.md"} for rule in rules],
    }
    places = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, places[finding.rule]) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False) + "\n"


def _result(finding: Finding, rule: int) -> dict[str, object]:
    text = f"{finding.message}; {finding.cure}" if finding.cure else finding.message
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "rank": _RANKS[finding.confidence],
        "message": {"text": text},
        "locations": [_location(finding.place)],
    }
    if finding.also:
        result["relatedLocations"] = [
            {"id": number, **_location(also.place), "message": {"text": also.message}}
            for number, also in enumerate(finding.also, 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding)]
    return result


def _location(place: Place) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {
            "startLine": place.line,
            "startColumn": place.col,
            "endLine": place.end_line,
            "endColumn": place.end_col,
        }
    return {"physicalLocation": physical}


def _fix(finding: Finding) -> dict[str, object]:
    replacements = [
        {
            "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
            "insertedContent": {"text": edit.text},
        }
        for edit in (finding.fix.edits if finding.fix else ())
    ]
    change = {"artifactLocation": {"uri": _uri(finding.place.file)}, "replacements": replacements}
    return {"description": {"text": finding.cure or finding.message}, "artifactChanges": [change]}


def _uri(path: str) -> str:
    return quote(path.replace("\\", "/").removeprefix("./"))
