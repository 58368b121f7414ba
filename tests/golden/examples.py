"""The examples, and what each is generated to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from holdfast.flows import Generated, Wanted, generate
from holdfast.lint.engine import lint
from holdfast.report import Report, render
from holdfast.spec.read import spec_source
from holdfast.text import Source

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
NAMES = tuple(sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "holdfast.yml").is_file()))


@cache
def generated(name: str, target: str = "") -> Generated:
    """What an example makes of a folder that holds nothing else."""
    spec = EXAMPLES / name / "holdfast.yml"
    nowhere = EXAMPLES / name / "nothing-here"
    overrides = {"target": target} if target else {}
    made = generate(Wanted(nowhere, spec_source(spec, "holdfast.yml"), overrides))
    assert isinstance(made, Generated), made
    return made


def texts(name: str) -> dict[str, str]:
    """Path to text of everything that an example makes."""
    return {change.path: change.new for change in generated(name).changes}


def notices(name: str) -> str:
    """What our own linter says of an example's workflow, as it prints it; empty where it finds nothing."""
    change = generated(name).changes[0]
    found = lint(Source(change.path, change.new))
    return render(Report(found, 1, {change.path: change.new}), "text") if found else ""
