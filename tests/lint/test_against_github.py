"""GitHub's own parser and this linter, over the corpus, the examples and mutants: the same verdicts and lines.

The witness is `@actions/workflow-parser`. What it does not look at but GitHub's servers do, the form of `uses`,
is asked of `@actions/languageservice`. Where the two packages are known to be wrong, the reason stands below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from support.cases import cases
from support.mutants import mutants
from support.official.verdicts import Report, verdicts

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.engine import lint
from holdfast.text import Source

ROOT = Path(__file__).parents[2]
LANGUAGE = (Group.SYNTAX, Group.EXPRESSION, Group.GRAPH, Group.ACTIONS)
# rules about the form of `uses`, which only the language service checks
_FORMS = frozenset(("malformed-uses", "malformed-call"))
# What the language service calls an error and the servers do not refuse.
_TAKEN_BY_SERVERS = (
    # evaluated when the step runs: docs.github.com/actions/reference/workflows-and-actions/expressions#format
    "Format string references argument",
    "Invalid format string",
    # true every time, but taken: actions/languageservices#60 asked for the report, the servers have none
    "Conditional expression contains literal text",
)
# Reports of the parser package that the servers do not give, and why we know; in at most 1 % of the corpus.
DISAGREEMENTS = {
    # its schema says "branch_protection_rule" where it means this event; the event is documented:
    # docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#repository_dispatch
    "Unexpected value 'repository_dispatch'",
}
# Lines that differ on purpose, by the parser's message.
_OTHER_LINE = (
    # reported at the scalar's first line; ours is the line of the `${{`
    "The expression is not closed",
    # reported at the end of the text; ours is the line of the quote
    "Missing closing",
    # aliases are reported without a place
    "Expected mapping end",
    "Expected a scalar value",
    # the parser stops inside itself at a key that is a number
    "raw.indexOf is not a function",
)


def errors(text: str) -> list[Finding]:
    """What we say GitHub refuses."""
    found = lint(Source(".github/workflows/ci.yml", text))
    return [one for one in found if one.severity is Severity.ERROR and one.group in LANGUAGE]


def written(folder: Path, texts: Mapping[str, str]) -> dict[Path, str]:
    """The texts as files, by path."""
    files = {}
    for name, text in texts.items():
        files[folder / f"{name}.yml"] = text
        (folder / f"{name}.yml").write_text(text, encoding="utf-8", newline="")
    return files


def refusals(reports: Iterable[Report]) -> list[Report]:
    errors = (report for report in reports if report.severity == "error")
    return [report for report in errors if report.message not in DISAGREEMENTS]


def differing(files: Mapping[Path, str], said: Mapping[Path, tuple[Report, ...]]) -> list[str]:
    """The files whose verdict is another than GitHub's; those with a doubtful answer are left out."""
    wrong = []
    for path, text in files.items():
        reports = refusals(said.get(path, ()))
        if path not in said or any(report.doubtful for report in reports):
            continue
        ours = [one for one in errors(text) if one.rule not in _FORMS]
        if bool(ours) != bool(reports):
            shown = [f"{one.place.line} {one.rule}" for one in ours] or [*map(str, reports)]
            wrong.append(f"{path.stem}: {shown}\n{text}")
    return wrong


def off_line(files: Mapping[Path, str], said: Mapping[Path, tuple[Report, ...]]) -> tuple[int, list[str]]:
    """How many refused files there are, and those for which not one line agrees."""
    refused, wrong = 0, []
    for path, text in files.items():
        reports = refusals(said.get(path, ()))
        ours = {one.place.line for one in errors(text) if one.rule not in _FORMS}
        if not reports or not ours or any(report.message.startswith(_OTHER_LINE) for report in reports):
            continue
        refused += 1
        if not ours & {report.line for report in reports}:
            wrong.append(f"{path.stem}: {sorted(ours)} {[report[:3] for report in reports]}\n{text}")
    return refused, wrong


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    texts = {case.name: case.text for case in cases()}
    for file in sorted(ROOT.glob("examples/**/*.y*ml")):
        if "workflows" in file.parts:
            texts["-".join(file.relative_to(ROOT).with_suffix("").parts)] = file.read_text(encoding="utf-8")
    return written(tmp_path_factory.mktemp("corpus"), texts)


def test_the_corpus_gets_githubs_verdicts_on_githubs_lines(corpus: dict[Path, str]) -> None:
    said = verdicts(corpus)
    assert differing(corpus, said) == []
    refused, wrong = off_line(corpus, said)
    assert refused > 150
    assert wrong == []
    listed = [path for path in corpus if any(one.message in DISAGREEMENTS for one in said.get(path, ()))]
    assert len(listed) <= len(corpus) // 100


def test_the_language_service_agrees_on_references_and_conditions(corpus: dict[Path, str]) -> None:
    """Only files without an error of the parser's: the service's own checks run on those."""
    files = {
        path: text for path, text in corpus.items() if "uses:" in text or "if:" in text or "format" in text
    }
    said = verdicts(files, "service")
    assert len(said) == len(files)
    for path, text in files.items():
        reports = refusals(said[path])
        if any(report.doubtful for report in reports):
            continue
        reports = [report for report in reports if not report.message.startswith(_TAKEN_BY_SERVERS)]
        assert bool(errors(text)) == bool(reports), f"{path.stem}: {reports}\n{text}"


def test_mutants_get_githubs_verdicts(tmp_path: Path) -> None:
    """300 seeded mutants of good workflows: at least 99.5 % of verdicts and 98 % of lines."""
    good = [case for case in cases() if case.good]
    texts = {
        f"{case.name}-{number}": mutant
        for seed, case in enumerate(good)
        for number, mutant in enumerate(mutants(case.text, 3, seed))
    }
    chosen = dict(list(texts.items())[:: max(len(texts) // 300, 1)][:300])
    files = written(tmp_path, chosen)
    said = verdicts(files)
    wrong = differing(files, said)
    assert len(wrong) <= len(files) * 0.005, "\n".join(wrong)
    refused, off = off_line(files, said)
    assert refused > 100
    assert len(off) <= refused * 0.02, "\n".join(off)
