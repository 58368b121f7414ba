"""How a file is written - columns, line ends - and new lines in the same manner."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.document import Node, Sequence
from holdfast.errors import UserError
from holdfast.harden.find import Found, is_ours
from holdfast.lint.workflow import Step
from holdfast.render import scalar
from holdfast.spec.model import Job as Policy
from holdfast.text import Source

DIAGNOSTICS, RUNNER = "redis-diagnostics.sh", "run-with-retry.sh"


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written: its line end, and the columns of a job's keys and of its steps' dashes and keys.

    `spaced`: a blank line stands between steps.
    """

    end: str
    keys: int
    dash: int
    step: int
    spaced: bool

    @property
    def inner(self) -> int:
        """Where keys below a step's keys stand."""
        return self.step + (self.step - self.dash)


@dataclass(frozen=True, slots=True)
class Task:
    """One job to repair in one text, by one policy; `folder` of the scripts is below the workspace, where the
    checkout puts the repository's own folder `scripts`.

    `number` is the place of the test step in question among the job's test steps, from 0.
    """

    source: Source
    found: Found
    policy: Policy
    scripts: str
    folder: str
    style: Style
    number: int = 0

    @property
    def tests(self) -> Step:
        """The step that runs the tests. Raises UserError where it is not known."""
        if not self.found.steps:
            raise self.found.why or UserError("the test step is not known", "pass --test-step")
        return self.found.steps[self.number]


def style_of(source: Source, found: Found) -> Style:
    """The style of a job. Raises UserError where steps are written in a way that cannot be edited safely."""
    steps = found.job.get("steps")
    if not isinstance(steps, Sequence) or steps.flow or found.job.node.flow:
        raise UserError(
            f"the steps of the job {found.job.id} are in flow style, in brackets",
            "write them as a list with dashes",
        )
    candidates = [found.tests] if found.tests is not None else []
    model = next((step.node for step in [*candidates, *found.job.steps] if not step.node.flow), None)
    if model is None:
        raise UserError(
            f"every step of the job {found.job.id} is in flow style, in braces", "write them as blocks"
        )
    step = column(source, model.entries[0].key.start)
    return Style(
        line_end(source),
        column(source, found.job.node.entries[0].key.start),
        column(source, dash(source, model)),
        step,
        _spaced(source, found),
    )


def _spaced(source: Source, found: Found) -> bool:
    """Whether most of the job's own steps stand behind a blank line."""
    own = [step for step in found.job.steps[1:] if not is_ours(step)]
    lines = [source.place(above(source, step.node.start))[0] for step in own]
    blank = sum(number > 1 and not source.line(number - 1).strip() for number in lines)
    return 2 * blank > len(own) > 0


def line_end(source: Source) -> str:
    """The line end of a text, for new lines."""
    return "\r\n" if "\r\n" in source.text else "\n"


def column(source: Source, offset: int) -> int:
    """Counted from 0."""
    return source.place(offset)[1] - 1


def dash(source: Source, item: Node) -> int:
    """The dash in front of an item of a list."""
    at = source.text.rfind("-", 0, item.start)
    if at < 0 or source.text[at + 1 : item.start].strip():
        raise UserError("a step does not begin behind its dash", "write `- name: ...`")
    return at


def above(source: Source, offset: int) -> int:
    """The start of the line of a value, or of the comment lines that stand directly above it."""
    number = source.place(offset)[0]
    while number > 1 and source.line(number - 1).lstrip().startswith("#"):
        number -= 1
    return source.offset(number)


def below(source: Source, offset: int, indent: int) -> int:
    """The start of a line, or of the first below it that is no comment indented by more than so many columns."""
    number = source.place(offset)[0]
    while offset < len(source.text):
        line = source.line(number)
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= indent:
            break
        number += 1
        offset = source.offset(number) if number <= len(source.starts) else len(source.text)
    return offset


def end_of(source: Source, node: Node, trim: bool = False) -> int:
    """The start of the line behind a value; `trim`: blank lines at its end are left behind."""
    end = node.end
    if trim:
        end = node.start + len(source.text[node.start : node.end].rstrip())
    line = source.place(max(end - 1, node.start))[0]
    return source.offset(line + 1) if line < len(source.starts) else len(source.text)


def block(name: str, values: dict[str, str], style: Style) -> list[str]:
    """A mapping below a step's key, as lines; none for no values."""
    pad = " " * (style.step - style.dash)
    if not values:
        return []
    return [f"{name}:", *(f"{pad}{key}: {scalar.scalar(value)}" for key, value in values.items())]


def item(lines: list[str], style: Style) -> str:
    """Lines as an item of the list of steps, in the file's own columns."""
    first = " " * style.dash + "-" + " " * (style.step - style.dash - 1)
    pad = " " * style.step
    return "".join(
        f"{first if number == 0 else pad if line else ''}{line}{style.end}"
        for number, line in enumerate(lines)
    )


def flow_value(value: str) -> str:
    """A value inside braces, quoted so that nothing in it ends one."""
    return "'" + value.replace("'", "''") + "'"
