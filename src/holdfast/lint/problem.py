"""What a walk found, before it is a finding: the walker and the expression checks speak in problems.

A problem names the rule that owns it; the rule gives it group, severity and page.
"""

from __future__ import annotations

from typing import NamedTuple

from holdfast.finding import Confidence, Fix, Severity
from holdfast.text import Span


class Problem(NamedTuple):
    """One thing wrong at one span; `severity` and `confidence` are the rule's own unless given."""

    rule: str
    span: Span
    message: str
    cure: str = ""
    also: tuple[tuple[Span, str], ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
