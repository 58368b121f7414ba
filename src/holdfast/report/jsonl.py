"""One JSON object a line and finding."""

from __future__ import annotations

import json

from holdfast.report import Report
from holdfast.report.plain import plain


def render(report: Report) -> str:
    return "".join(json.dumps(plain(finding), ensure_ascii=False) + "\n" for finding in report.findings)
