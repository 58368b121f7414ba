"""What a rule is: one class in one file, its docstring the page, its examples the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from holdfast.document import Document, Entry, Node
from holdfast.finding import Also, Confidence, Finding, Fix, Group, Place, Severity
from holdfast.lint.problem import Problem
from holdfast.lint.settings import DEFAULT, Settings
from holdfast.lint.workflow import Action, Job, Service, Step, Workflow
from holdfast.text import Edit, Source, Span

Where = Node | Span | Entry


class Example(NamedTuple):
    """A text with the span expected in «», and the text as it should be.

    A text that begins with `jobs:` gets `on: push` before it. `files` are other files of the repository.
    """

    bad: str
    good: str
    path: str = ".github/workflows/ci.yml"
    files: tuple[tuple[str, str], ...] = ()
    settings: Settings = DEFAULT


def whole(text: str) -> str:
    """An example's whole workflow."""
    return "on: push\n" + text if text.startswith(("jobs:", "«jobs")) else text


class Rule:
    """One kind of finding.

    `keys` holds keys of which one must be set somewhere in the file, `needs` words of which one must occur in
    its text, else the rule's module is not even imported. `key` is one that a job, a step or a service must have
    to be shown to the rule at all; where that is `run` or `uses`, the words must occur in its value.
    `targets` are those for which the rule speaks; empty means all.
    """

    id: ClassVar[str]
    group: ClassVar[Group]
    severity: ClassVar[Severity]
    confidence: ClassVar[Confidence] = Confidence.HIGH
    fixable: ClassVar[bool] = False
    examples: ClassVar[tuple[Example, ...]] = ()
    allows: ClassVar[tuple[str | Example, ...]] = ()
    keys: ClassVar[frozenset[str]] = frozenset()
    needs: ClassVar[frozenset[str]] = frozenset()
    key: ClassVar[str] = ""
    targets: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, document: Document, settings: Settings = DEFAULT) -> None:
        self.document = document
        self.settings = settings

    @property
    def source(self) -> Source:
        return self.document.source

    @property
    def text(self) -> str:
        return self.document.source.text

    def found(
        self,
        where: Where,
        message: str,
        *,
        cure: str = "",
        also: Iterable[tuple[Where, str]] = (),
        fix: Fix | Iterable[Edit] | None = None,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
    ) -> Finding:
        """A finding of this rule; an Entry is pointed at by its key."""
        source = self.document.source
        if fix is not None and not isinstance(fix, Fix):
            fix = Fix(tuple(fix))
        return Finding(
            self.id,
            self.group,
            severity or self.severity,
            message,
            Place.of(source, span_of(where)),
            cure,
            confidence or self.confidence,
            tuple(Also(Place.of(source, span_of(place)), text) for place, text in also),
            fix,
        )

    def of(self, problem: Problem) -> Finding:
        """The finding of a problem that the walk left for this rule."""
        return self.found(
            problem.span,
            problem.message,
            cure=problem.cure,
            also=problem.also,
            fix=problem.fix,
            severity=problem.severity,
            confidence=problem.confidence,
        )


class WalkRule(Rule):
    """A rule whose findings come from the one walk over the grammar, or from the expressions in it."""


class DocumentRule(Rule):
    """A rule about the text as YAML; runs on every file, also where YAML is broken."""

    def check(self, document: Document) -> Iterator[Finding]:
        raise NotImplementedError


class WorkflowRule(Rule):
    """A rule about a whole workflow."""

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        raise NotImplementedError


class JobRule(Rule):
    """A rule about each job."""

    def check(self, job: Job) -> Iterator[Finding]:
        raise NotImplementedError


class StepRule(Rule):
    """A rule about each step of a job, and with `actions` also of a composite action."""

    actions: ClassVar[bool] = False

    def check(self, step: Step) -> Iterator[Finding]:
        raise NotImplementedError


class ServiceRule(Rule):
    """A rule about each service container."""

    def check(self, service: Service) -> Iterator[Finding]:
        raise NotImplementedError


class ActionRule(Rule):
    """A rule about an action's metadata file."""

    def check(self, action: Action) -> Iterator[Finding]:
        raise NotImplementedError


def span_of(where: Where) -> Span:
    if isinstance(where, Span):
        return where
    return where.key.span if isinstance(where, Entry) else where.span
