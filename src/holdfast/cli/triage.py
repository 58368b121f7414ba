"""Name the failure class of a finished log, with its evidence, cause and cure.

LOG is a raw log of GitHub Actions, what `gh run view --log` or `--log-failed` printed, what act printed, a folder or a
zip of logs, or `-` for standard input: `gh run view RUN --log-failed | holdfast triage -`. Of several jobs that failed
each is told, the first with a known reason first. Exits with 0 when a class was named, 1 when nothing in the log says
why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.cli.options import argument, option
from holdfast.errors import Exit, UserError
from holdfast.triage.classes import Failure
from holdfast.triage.logs import lines
from holdfast.triage.read import SIGNS, Verdict, triage


@dataclass(frozen=True)
class Options:
    """The command line."""

    log: str = argument(
        ..., help="The log, a folder or a zip of logs, or - for standard input.", metavar="LOG"
    )
    spec: str | None = option(
        None,
        "--spec",
        help="holdfast.yml whose own patterns are known, too. [default: holdfast.yml, if there]",
        metavar="FILE",
    )
    output_format: str = option("text", "--output-format", help="How to print.", choices=("text", "json"))


def run(options: Options) -> int:
    """Read the log and print the verdict."""
    own = _own(options.spec)
    verdict = triage(lines(options.log, () if own else SIGNS), own)
    print(_json(verdict) if options.output_format == "json" else _text(verdict))
    return Exit.FINDINGS if verdict.failure is Failure.UNKNOWN else Exit.CLEAN


def _text(verdict: Verdict) -> str:
    several = bool(verdict.others)
    return "\n\n".join("\n".join(_paragraph(each, several)) for each in (verdict, *verdict.others))


def _paragraph(verdict: Verdict, several: bool) -> Iterator[str]:
    job = f" (job {verdict.job})" if several and verdict.job else ""
    yield f"{verdict.failure.value}{job}: {verdict.cause}"
    yield from (f"  {line.file}:{line.number}: {line.text.strip()[:300]}" for line in verdict.evidence)
    yield f"  cure: {verdict.cure}"
    if verdict.rule:
        yield f"  found before the push by: holdfast lint --select {verdict.rule}"


def _json(verdict: Verdict) -> str:
    said: dict[str, object] = {"version": 1, **_entry(verdict)}
    if verdict.others:
        said["jobs"] = [{"job": each.job, **_entry(each)} for each in (verdict, *verdict.others)]
    return json.dumps(said, indent=2, ensure_ascii=False)


def _entry(verdict: Verdict) -> dict[str, object]:
    evidence = [{"file": line.file, "line": line.number, "text": line.text} for line in verdict.evidence]
    return {
        "class": verdict.failure.value,
        "cause": verdict.cause,
        "cure": verdict.cure,
        "rule": verdict.rule,
        "evidence": evidence,
    }


def _own(spec: str | None) -> dict[Failure, list[re.Pattern[str]]]:
    """The user's patterns, `retry.patterns` of the spec: class, list of regular expressions."""
    path = Path(spec or "holdfast.yml")
    if not path.is_file():
        if spec is None:
            return {}
        raise UserError(f"no file {spec}", "name the spec, or leave --spec out")
    return {_class(name): [_regex(text) for text in texts] for name, texts in _patterns(path).items()}


def _patterns(path: Path) -> Mapping[str, list[str]]:
    from holdfast.document import Mapping as Table
    from holdfast.document import Scalar, Sequence, read
    from holdfast.text import Source

    node = read(Source(str(path), path.read_text(encoding="utf-8"))).root
    for key in ("retry", "patterns"):
        node = node.get(key) if isinstance(node, Table) else None
    if not isinstance(node, Table):
        return {}
    found: dict[str, list[str]] = {}
    for entry in node.entries:
        values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        found[entry.key.value] = [item.value for item in values if isinstance(item, Scalar)]
    return found


def _class(name: str) -> Failure:
    try:
        return Failure(name)
    except ValueError:
        known = ", ".join(failure.value for failure in Failure)
        raise UserError(f"retry.patterns: {name} is no failure class", f"use one of {known}") from None


def _regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise UserError(
            f"retry.patterns: {text} is no regular expression: {error}", "correct the pattern"
        ) from None
