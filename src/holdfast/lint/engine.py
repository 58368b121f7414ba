"""One file through all rules: read, walk, check, suppress.

Which rules run is read from the index; a rule's module is imported when one of the words it needs occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from holdfast.document import Document, Scalar, read
from holdfast.finding import Finding, Place, Severity
from holdfast.lint.index import ROWS
from holdfast.lint.project import NOWHERE, Project
from holdfast.lint.rule import Example, Rule
from holdfast.lint.settings import DEFAULT, Settings
from holdfast.lint.workflow import Action, View, Workflow
from holdfast.text import Source

_STEM = 4  # letters
# Keys in whose values a rule's needed words must occur; for rules of other keys they may occur anywhere.
_WORDED = ("run", "uses")
Kinds = Mapping[str, Sequence[View]]


class Row(NamedTuple):
    """A line of the index."""

    id: str
    name: str
    kind: str
    group: str
    needs: tuple[str, ...]
    targets: tuple[str, ...]
    key: str
    keys: tuple[str, ...]


class Words:
    """A text, asked for words; each is looked for once, those that begin alike only behind their beginning."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = "\n".join(set(text.split()))  # half as long: what stands between blanks repeats
        self.known: dict[str, bool] = {}

    def hold(self, words: Iterable[str]) -> bool:
        """Whether one of the words occurs."""
        known = self.known
        for word in words:
            found = known.get(word)
            if found is None:
                found = known[word] = self._looked_for(word)
            if found:
                return True
        return False

    def _looked_for(self, word: str) -> bool:
        stem = word[:_STEM]
        found = self.known.get(stem)
        if found is None:
            found = self.known[stem] = stem in (self.text if " " in stem else self.parts)
        return found and word in (self.text if " " in word else self.parts)


Groups = Mapping[tuple[str, str], Sequence[Row]]


class Active(NamedTuple):
    """The rules that run under some settings, by what they look at."""

    walk: dict[str, Row]
    document: tuple[Row, ...]
    workflow: Groups
    action: Groups


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
    keyed = [(_order(one), one) for one in found]
    unique = dict(keyed)
    if len(unique) < len(
        keyed
    ):  # some may be the same; to hash whole findings takes long, and is seldom needed
        return tuple(sorted(dict.fromkeys(one for _, one in keyed), key=_order))
    return tuple(unique[key] for key in sorted(unique))


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return finding.place.start, finding.place.end, finding.rule, finding.message


def _found(document: Document, settings: Settings, project: Project, active: Active) -> Iterator[Finding]:
    for row in active.document:
        if not row.needs or any(word in document.text for word in row.needs):
            yield from _rule(row, document, settings).check(document)
    if document.errors:
        return
    if is_action(document.source.path, document):
        yield from _in_action(Action(document, project), settings, active)
        return
    workflow = Workflow(document, project)
    yield from _in_workflow(workflow, settings, active)
    workflow.forget()


def _in_workflow(workflow: Workflow, settings: Settings, active: Active) -> Iterator[Finding]:
    from holdfast.lint.grammar.walk import walk_workflow

    document = workflow.document
    yield from _problems(walk_workflow(workflow), document, settings, active)
    jobs = workflow.jobs
    steps = [step for job in jobs for step in job.steps]
    services = [service for job in jobs for service in job.services]
    kinds = {"workflow": (workflow,), "job": jobs, "step": steps, "any-step": steps, "service": services}
    yield from _checked(active.workflow, kinds, document, settings)


def _in_action(action: Action, settings: Settings, active: Active) -> Iterator[Finding]:
    from holdfast.lint.grammar.walk import walk_action

    document = action.document
    yield from _problems(walk_action(action), document, settings, active)
    kinds = {"action": (action,), "any-step": action.steps}
    yield from _checked(active.action, kinds, document, settings)


def _checked(groups: Groups, kinds: Kinds, document: Document, settings: Settings) -> Iterator[Finding]:
    text = Words(document.text)
    words: dict[tuple[str, str], Words] = {}
    keys = document.keys
    for (kind, key), rows in groups.items():
        views = [view for view in kinds[kind] if view.has(key)] if key else kinds[kind]
        if not views:
            continue
        own = text
        if key in _WORDED:
            whose = kind.removeprefix("any-"), key
            if whose not in words:
                words[whose] = Words("\n".join([_value(view, key) for view in views]))
            own = words[whose]
        for row in rows:
            if (row.keys and keys.isdisjoint(row.keys)) or (row.needs and not own.hold(row.needs)):
                continue
            shown = views if own is text or not row.needs else [view for view in views if _holds(view, row)]
            check = _rule(row, document, settings).check
            if kind == "service" and document.aliases:
                yield from _at_aliases(check, shown)
                continue
            for view in shown:
                yield from check(view)


def _problems(
    problems: Iterable[Any], document: Document, settings: Settings, active: Active
) -> Iterator[Finding]:
    for problem in problems:
        row = active.walk.get(problem.rule)
        if row is not None:
            yield _rule(row, document, settings).of(problem)


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


def _value(view: View, key: str) -> str:
    value = view.get(key)
    return value.value if isinstance(value, Scalar) else ""


def _holds(view: View, row: Row) -> bool:
    """Whether the value of the rule's key holds one of the words that it needs."""
    value = _value(view, row.key)
    return any(word in value for word in row.needs)


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
    found = _classes.get(row.id) or rule_class(row.id, row.name)
    return found(document, settings)


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
        _grouped(row for row in rows if row.kind in ("workflow", "job", "step", "any-step", "service")),
        _grouped(row for row in rows if row.kind in ("action", "any-step")),
    )


def _grouped(rows: Iterable[Row]) -> Groups:
    """Rules by the kind and the key of what they look at."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.kind, row.key), []).append(row)
    return groups


def _only(rule: type[Rule]) -> Active:
    from holdfast.lint.catalogue import kind_of

    kind = kind_of(rule)
    if kind == "step" and getattr(rule, "actions", False):
        kind = "any-step"
    row = Row(
        rule.id, rule.__name__, kind, str(rule.group), tuple(rule.needs), (), rule.key, tuple(rule.keys)
    )
    return _arranged([row])


def worst(found: Iterable[Finding]) -> Severity | None:
    """The worst severity of some findings."""
    return min((finding.severity for finding in found), key=lambda severity: severity.rank, default=None)
