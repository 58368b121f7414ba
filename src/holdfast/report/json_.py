"""One JSON object for a whole run."""

from __future__ import annotations

import json

from holdfast.report import Report
from holdfast.report.plain import plain


def render(report: Report) -> str:
    findings = [plain(finding) for finding in report.findings]
    return json.dumps({"version": 1, "files": report.files, "findings": findings}, ensure_ascii=False) + "\n"
