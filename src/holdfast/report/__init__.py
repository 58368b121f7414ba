"""Findings as text of many formats: each file of this folder has `render(report) -> str`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from holdfast.finding import Finding

FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown")


class Report(NamedTuple):
    """What there is to say: findings in order, how many files were looked at, and the files' texts."""

    findings: tuple[Finding, ...]
    files: int
    texts: Mapping[str, str] = MappingProxyType({})
    colour: bool = False


def render(report: Report, format_: str) -> str:
    """The report in one of FORMATS, with its final line end."""
    module = import_module(f"holdfast.report.{'json_' if format_ == 'json' else format_}")
    text: str = module.render(report)
    return text
