"""JUnit XML: a test suite a file, a failed case a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import quoteattr

from holdfast.finding import Finding, Severity
from holdfast.report import Report

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    suites = [tuple(group) for _, group in groupby(report.findings, lambda finding: finding.place.file)]
    failures = sum(finding.severity is not Severity.NOTICE for finding in report.findings)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="holdfast" tests="{len(report.findings)}" failures="{failures}">',
    ]
    for suite in suites:
        lines += _suite(suite)
    return "\n".join([*lines, "</testsuites>", ""])


def _suite(findings: tuple[Finding, ...]) -> Iterator[str]:
    failures = sum(finding.severity is not Severity.NOTICE for finding in findings)
    name = _attribute(findings[0].place.file)
    yield f'  <testsuite name={name} tests="{len(findings)}" failures="{failures}">'
    for finding in findings:
        place = f"{finding.place.line}:{finding.place.col}"
        yield f"    <testcase classname={name} name={_attribute(f'{finding.rule} {place}')}>"
        text = _attribute(f"{place} {finding.message}")
        if finding.severity is Severity.NOTICE:
            yield f"      <skipped message={text}/>"
        else:
            yield f'      <failure type="{finding.severity}" message={text}>{_text(finding.cure)}</failure>'
        yield "    </testcase>"
    yield "  </testsuite>"


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _text(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(_FORBIDDEN.sub("\ufffd", text))
