"""List the rules of lint: id, group, severity, whether there is a fix, and what each finds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from holdfast.cli.options import option
from holdfast.errors import Exit


@dataclass(frozen=True)
class Options:
    output_format: str = option("text", "--output-format", help="What to print.", choices=("text", "json"))
    group: tuple[str, ...] = option((), "--group", help="Only this group; repeatable.", metavar="GROUP")


def run(options: Options) -> int:
    from holdfast.lint.catalogue import doc_of
    from holdfast.lint.config import check_names
    from holdfast.lint.engine import rule_class
    from holdfast.lint.index import ROWS

    check_names(frozenset(options.group), "the command line")
    wanted = [row for row in ROWS if not options.group or row[3] in options.group]
    classes = [rule_class(row[0], row[1]) for row in wanted]
    rows = [
        {
            "rule": rule.id,
            "group": str(rule.group),
            "severity": str(rule.severity),
            "confidence": str(rule.confidence),
            "fix": rule.fixable,
            "targets": sorted(rule.targets),
            "finds": doc_of(rule).partition("\n")[0].rstrip("."),
        }
        for rule in classes
    ]
    if options.output_format == "json":
        print(json.dumps({"version": 1, "rules": rows}, ensure_ascii=False))
        return Exit.CLEAN
    width = max((len(str(row["rule"])) for row in rows), default=0)
    for row in rows:
        fix = "fix" if row["fix"] else "   "
        print(f"{row['rule']:<{width}}  {row['group']:<11}  {row['severity']:<7}  {fix}  {row['finds']}")
    return Exit.CLEAN
