"""One file through all rules: read, walk, check, suppress.

Which rules run is read from the index; a rule's module is imported when one of the words it needs occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from holdfast.document import Document, read
from holdfast.finding import Finding, Place, Severity
from holdfast.lint.index import ROWS
from holdfast.lint.project import NOWHERE, Project
from holdfast.lint.rule import Example, Rule
from holdfast.lint.settings import DEFAULT, Settings
from holdfast.lint.workflow import Action, View, Workflow
from holdfast.text import Source

_STEM = 4  # letters


class Row(NamedTuple):
    """A line of the index."""

    id: str
    name: str
    kind: str
    group: str
    needs: tuple[str, ...]
    targets: tuple[str, ...]
    key: str

    def speaks(self, missing: frozenset[str]) -> bool:
        """Whether one of the words that it needs is there."""
        return not self.needs or not missing.issuperset(self.needs)


class Active(NamedTuple):
    """The rules that run under some settings, by what they look at."""

    walk: dict[str, Row]
    document: tuple[Row, ...]
    workflow: tuple[Row, ...]
    action: tuple[Row, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]

    def missing(self, text: str) -> frozenset[str]:
        """The words that rules need and a text has not; each is looked for once, and lines that repeat too."""
        lines = "\n".join(set(text.split("\n")))
        missing: list[str] = []
        for stem, words in self.words:
            if stem not in lines:
                missing += words
            elif len(words) > 1:
                missing += [word for word in words if word not in lines]
        return frozenset(missing)


def lint(source: Source, settings: Settings = DEFAULT, project: Project = NOWHERE) -> tuple[Finding, ...]:
    """Every finding of one file, in the order of the text; suppressed ones left out."""
    from holdfast.lint.suppress import settle

    document = read(source)
    found = _found(document, settings, project, _active(settings))
    return _sorted(settle(document, found, settings))


def lint_document(document: Document, settings: Settings, project: Project) -> tuple[Finding, ...]:
    """As `lint`, before suppression."""
    return _sorted(_found(document, settings, project, _active(settings)))


def findings_of(rule: type[Rule], text: str, example: Example) -> tuple[Finding, ...]:
    """What one rule alone finds in an example's text."""
    from holdfast.lint.suppress import settle

    files = dict(example.files) | {example.path: text}
    document = read(Source(example.path, text))
    settings = example.settings
    if rule.id == "shellcheck":
        from holdfast.lint.shellcheck import check_scripts

        return check_scripts([(example.path, text, settings)]).found[0]
    project = Project(None, files)
    everything = _active(settings)
    if rule.group == "lint":
        found = settle(document, _found(document, settings, project, everything), settings)
        return _sorted(finding for finding in found if finding.rule == rule.id)
    return _sorted(_found(document, settings, project, _only(rule)))


def is_action(path: str, document: Document) -> bool:
    """Whether a file is an action's metadata: by its name, else by its keys."""
    name = path.replace("\\", "/")
    if name.rpartition("/")[2] in ("action.yml", "action.yaml") and "/.github/workflows/" not in f"/{name}":
        return True
    root = Action(document).node
    return root.entry("runs") is not None and root.entry("jobs") is None and root.entry("on") is None


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """In the order of the text, each once (an alias shows the same place twice)."""
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (one.place.start, one.place.end, one.rule, one.message)))


def _found(document: Document, settings: Settings, project: Project, active: Active) -> Iterator[Finding]:
    missing = active.missing(document.source.text)
    for row in active.document:
        if row.speaks(missing):
            yield from _rule(row, document, settings).check(document)
    if document.errors:
        return
    if is_action(document.source.path, document):
        yield from _in_action(Action(document, project), settings, active, missing)
        return
    workflow = Workflow(document, project)
    yield from _in_workflow(workflow, settings, active, missing)
    workflow.forget()


def _in_workflow(
    workflow: Workflow, settings: Settings, active: Active, missing: frozenset[str]
) -> Iterator[Finding]:
    from holdfast.lint.grammar.walk import walk_workflow

    document = workflow.document
    yield from _problems(walk_workflow(workflow), document, settings, active)
    views = _Views(workflow)
    for row in active.workflow:
        if row.speaks(missing) and (seen := views.of(row)):
            check = _rule(row, document, settings).check
            if document.aliases and row.kind == "service":
                yield from _at_aliases(check, seen)
                continue
            for view in seen:
                yield from check(view)


def _at_aliases(check: Callable[[Any], Iterable[Finding]], services: Iterable[Any]) -> Iterator[Finding]:
    """What is found in text that another place stands for by an alias: reported there, unless it is a flaw of the
    text itself, already reported where it is written. Its fix would change the other place, too."""
    known: set[tuple[str, Place]] = set()
    for service in services:
        for finding in check(service):
            place = service.alias_of(finding.place.start)
            if place is None:
                known.add((finding.message, finding.place))
                yield finding
            elif (finding.message, finding.place) not in known:
                source = service.job.workflow.source
                yield replace(finding, place=Place.of(source, place), fix=None)


def _in_action(
    action: Action, settings: Settings, active: Active, missing: frozenset[str]
) -> Iterator[Finding]:
    from holdfast.lint.grammar.walk import walk_action

    document = action.document
    yield from _problems(walk_action(action), document, settings, active)
    for row in active.action:
        if row.speaks(missing):
            check = _rule(row, document, settings).check
            for view in action.steps if row.kind == "any-step" else (action,):
                if not row.key or view.has(row.key):
                    yield from check(view)


def _problems(
    problems: Iterable[Any], document: Document, settings: Settings, active: Active
) -> Iterator[Finding]:
    for problem in problems:
        row = active.walk.get(problem.rule)
        if row is not None:
            yield _rule(row, document, settings).of(problem)


class _Views:
    """What the rules look at, by kind, and by the key that a rule asks for."""

    def __init__(self, workflow: Workflow) -> None:
        jobs = workflow.jobs
        steps = [step for job in jobs for step in job.steps]
        services = [service for job in jobs for service in job.services]
        self.known: dict[tuple[str, str], Sequence[View]] = {
            ("workflow", ""): (workflow,),
            ("job", ""): jobs,
            ("step", ""): steps,
            ("any-step", ""): steps,
            ("service", ""): services,
        }

    def of(self, row: Row) -> Sequence[View]:
        asked = (row.kind, row.key)
        found = self.known.get(asked)
        if found is None:
            every = self.known[row.kind, ""]
            found = self.known[asked] = [view for view in every if view.has(row.key)]
        return found


_classes: dict[str, Any] = {}


def rule_class(rule_id: str, name: str) -> Any:
    """A rule's class; imported once."""
    found = _classes.get(rule_id)
    if found is None:
        module = import_module(f"holdfast.lint.rules.{rule_id.replace('-', '_')}")
        found = _classes[rule_id] = getattr(module, name)
    return found


def severity_of(rule_id: str) -> Severity:
    """How bad a rule's findings are where they say nothing else."""
    name = next(row[1] for row in ROWS if row[0] == rule_id)
    severity: Severity = rule_class(rule_id, name).severity
    return severity


def _rule(row: Row, document: Document, settings: Settings) -> Any:
    return rule_class(row.id, row.name)(document, settings)


@lru_cache(maxsize=64)
def _active(settings: Settings) -> Active:
    return _arranged(row for row in map(Row._make, ROWS) if _chosen(row, settings))


def _chosen(row: Row, settings: Settings) -> bool:
    names = {row.id, row.group}
    if settings.ignore & names or (settings.select and not settings.select & names):
        return False
    return not row.targets or bool(settings.targets.intersection(row.targets))


def _arranged(rows: Iterable[Row]) -> Active:
    rows = tuple(rows)
    return Active(
        {row.id: row for row in rows if row.kind == "walk"},
        tuple(row for row in rows if row.kind == "document"),
        tuple(row for row in rows if row.kind in ("workflow", "job", "step", "any-step", "service")),
        tuple(row for row in rows if row.kind in ("action", "any-step")),
        _by_stem({word for row in rows if row.kind != "walk" for word in row.needs}),
    )


def _by_stem(words: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words that begin alike behind their beginning; a word alone behind itself."""
    stems: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        stems[word[:_STEM]] = (*stems.get(word[:_STEM], ()), word)
    return tuple((stem if len(words) > 1 else words[0], words) for stem, words in stems.items())


def _only(rule: type[Rule]) -> Active:
    from holdfast.lint.catalogue import kind_of

    kind = kind_of(rule)
    if kind == "step" and getattr(rule, "actions", False):
        kind = "any-step"
    row = Row(rule.id, rule.__name__, kind, str(rule.group), tuple(rule.needs), (), rule.key)
    return _arranged([row])


def worst(found: Iterable[Finding]) -> Severity | None:
    """The worst severity of some findings."""
    return min((finding.severity for finding in found), key=lambda severity: severity.rank, default=None)
