"""A finding as plain data: the shape that docs/contracts fix for json and jsonl."""

from __future__ import annotations

from holdfast.finding import Finding, Group, Place


def plain(finding: Finding) -> dict[str, object]:
    """One finding; lines and columns from 1, offsets from 0, in code points, ends exclusive."""
    fix = finding.fix
    return {
        "file": finding.place.file,
        **_range(finding.place),
        "rule": finding.rule,
        "group": finding.group.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "cure": finding.cure,
        "also": [{**_range(also.place), "message": also.message} for also in finding.also],
        "fix": None
        if fix is None
        else {
            "safe": fix.safe,
            "edits": [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits],
        },
        "url": "docs/spec.md" if finding.group is Group.SPEC else f"docs/rules/{finding.rule}.md",
    }


def _range(place: Place) -> dict[str, object]:
    return {"line": place.line, "col": place.col, "end_line": place.end_line, "end_col": place.end_col}
