"""The sentences of the program: what each command does, in its own order.

`generate` reads aloud: spec, plan, files, validated, compared. Everything between reading and writing is pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.document import read
from holdfast.errors import UserError
from holdfast.files import Change, State
from holdfast.finding import Finding, Group, Place, Severity
from holdfast.plan.build import build_plan, detected
from holdfast.plan.model import Container, Job, Plan
from holdfast.plan.server import line
from holdfast.render import header
from holdfast.render.ownership import compare
from holdfast.render.readback import compared
from holdfast.render.render import Rendered, render
from holdfast.spec.model import Spec
from holdfast.spec.read import default_spec, read_spec
from holdfast.text import Source, Span

_NOTHING: Mapping[str, str] = {}


# Groups of rules none of which finds errors: a workflow is written or refused without them.
NO_ERRORS = frozenset(("budget", "isolation", "lint"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a generation is asked: the root, the spec's text (None: the defaults), and the flags that win over it."""

    root: Path
    source: Source | None
    overrides: Mapping[str, str]
    force: bool = False

    @property
    def spec_name(self) -> str:
        """How headers call the spec; `defaults` where no file is."""
        return Path(self.source.path).name if self.source is not None else "defaults"

    @property
    def flags(self) -> str:
        """The flags that make the same files again."""
        return " ".join(f"--{name} {value}" for name, value in self.overrides.items())


@dataclass(frozen=True, slots=True)
class Generated:
    """The spec, the files as they would be, and each beside what lies there."""

    spec: Spec
    detected: Mapping[str, str]
    rendered: tuple[Rendered, ...]
    changes: tuple[Change, ...]

    @property
    def refused(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.state is State.REFUSED)

    @property
    def altered(self) -> tuple[Change, ...]:
        """What would be another text than it is."""
        return tuple(change for change in self.changes if change.state is not State.SAME)

    @property
    def drift(self) -> tuple[Change, ...]:
        """What `--check` reports; commits of actions alone are for `generate` to bring up to date."""
        return tuple(change for change in self.altered if not change.pins_only)


def generate(
    wanted: Wanted, coming: Mapping[str, str] = _NOTHING, *, known: bool = False
) -> Generated | tuple[Finding, ...]:
    """What a spec makes of a repository, or what is wrong with the spec. Nothing is written.

    `coming` are files that will lie there by then, path to text. A `known` spec is one of our own, whose workflow is
    known to have no errors: it is read back, and not linted.
    """
    spec = (
        default_spec(wanted.overrides)
        if wanted.source is None
        else read_spec(wanted.source, wanted.overrides)
    )
    if not isinstance(spec, Spec):
        return spec
    text = wanted.source.text if wanted.source is not None else ""
    folders = header.telling_folders(wanted.root, text, coming)
    plan = build_plan(spec, folders)
    rendered = render(plan)
    if wrong := validated(plan, rendered, wanted.source, known):
        return wrong
    inputs = header.inputs_hash(text, wanted.flags, folders)
    changes = compare(wanted.root, rendered, wanted.spec_name, inputs, wanted.flags, wanted.force)
    return Generated(spec, detected(spec, folders), rendered, changes)


def validated(
    plan: Plan, rendered: Sequence[Rendered], source: Source | None, known: bool = False
) -> tuple[Finding, ...]:
    """What is wrong with the workflow that a plan makes, told at the spec's own lines; nothing, as a rule."""
    workflow = rendered[0]
    document = read(Source(workflow.path, workflow.text))
    if lost := compared(plan, document):
        raise RuntimeError(f"the workflow does not say what was planned: {lost[0]}")
    if source is not None and (split := tuple(_split_otherwise(plan, source))):
        return split
    if known:
        return ()
    from holdfast.lint.engine import lint_document
    from holdfast.lint.project import NOWHERE
    from holdfast.lint.settings import Settings

    settings = Settings(targets=frozenset((plan.target,)), ignore=NO_ERRORS, shellcheck="")
    found = lint_document(document, settings, NOWHERE)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    return tuple(_told(finding, workflow.text, source) for finding in errors)


def _split_otherwise(plan: Plan, source: Source) -> Iterator[Finding]:
    """Words of `options` and `command` that the hosted runner and act would not split as they are meant."""
    from holdfast.lint.options import split_dotnet, split_posix

    for pair in (pair for job in plan.jobs for one in _containers(job) for pair in one.options):
        text = line(pair)
        for reader, split in (("the hosted runner", split_dotnet), ("act", split_posix)):
            if tuple(word.text for word in split(text)) != pair:
                span = _span(pair[-1], source) or Span(0, 1)
                message = f"{reader} would split {pair[-1]!r} otherwise"
                cure = "leave the backslash out: inside double quotes the two read it differently"
                yield Finding("spec-value", Group.SPEC, Severity.ERROR, message, Place.of(source, span), cure)


def _containers(job: Job) -> tuple[Container, ...]:
    return (*job.services.values(), *((job.container,) if job.container is not None else ()))


def _told(finding: Finding, workflow: str, source: Source | None) -> Finding:
    """A finding of the workflow, at the words of the spec that made it; a finding that none made is our bug."""
    words = workflow[finding.place.start : finding.place.end]
    span = _span(words, source)
    if source is None or span is None:
        raise RuntimeError(f"the workflow is wrong at line {finding.place.line}: {finding.message} ({words})")
    place = Place.of(source, span)
    message = f"the workflow that this makes is wrong: {finding.message}"
    return Finding(
        finding.rule, finding.group, finding.severity, message, place, finding.cure, finding.confidence
    )


def _span(words: str, source: Source | None) -> Span | None:
    """Where the spec has these words; else the jobs, steps or conditions that it passes through as they are."""
    if source is None:
        return None
    first = words.strip().split("\n")[0].strip("\"'")
    for wanted in (first, *first.split()[:3]):
        at = source.text.find(wanted) if len(wanted) > 1 else -1
        if at >= 0:
            return Span(at, at + len(wanted))
    at = source.text.find("jobs:")
    return Span(at, at + 4) if at >= 0 else None


def written(wanted: Wanted, made: Generated) -> None:
    """Write what changed; refuse all of it where one file is not ours. Raises UserError."""
    from holdfast import files

    if made.refused:
        first = made.refused[0]
        raise UserError(
            f"{first.path} is not overwritten: {first.reason}",
            "look at it with --diff; `--force` replaces it, moving it away keeps it",
        )
    files.write(wanted.root, [_refreshed(change) for change in made.changes])


def _refreshed(change: Change) -> Change:
    """A file that is the same but for its header is brought up to date with the rest."""
    if change.state is State.SAME and change.old != change.new:
        return Change(change.path, change.old, change.new, State.CHANGED, change.mode)
    return change
