"""Explain a rule: what it finds, why it matters, what to do; without the network."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.cli.options import argument
from holdfast.errors import Exit


@dataclass(frozen=True)
class Options:
    rule: str = argument(..., help="The rule's id, as in a report.", metavar="RULE")


def run(options: Options) -> int:
    from holdfast.lint.config import check_names
    from holdfast.lint.engine import rule_class
    from holdfast.lint.index import ROWS

    names = {row[0]: row[1] for row in ROWS}
    if options.rule not in names:
        from holdfast.spec.reference import explained

        if about_the_spec := explained(options.rule):
            print(about_the_spec, end="")
            return Exit.CLEAN
        check_names({options.rule}, "explain")
        print("\n".join(row[0] for row in ROWS if row[3] == options.rule))
        return Exit.CLEAN
    from holdfast.lint.catalogue import page

    print(page(rule_class(options.rule, names[options.rule])), end="")
    return Exit.CLEAN
