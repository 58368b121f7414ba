"""Inputs given to a called workflow as another type than it declares.

GitHub does not convert: a text where a number or a truth value is declared stops the run. An expression is
not looked at here.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Entry, Mapping, Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee, declared
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, text_of

_JOB = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_CALLED = (
    "on:\n  workflow_call:\n    inputs:\n      where: {type: string, required: true}\n      n: {type: number}\n"
    f"jobs:\n  a:\n{_JOB}"
)
_FILES = ((".github/workflows/b.yml", _CALLED),)
_HEAD = "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"

_TAGS = {"boolean": ("bool",), "number": ("int", "float")}


class MistypedCallInput(JobRule):
    id = "mistyped-call-input"
    group = Group.ACTIONS
    severity = Severity.WARNING
    key = "uses"
    keys = frozenset(("with",))
    examples = (
        Example(
            bad=f"{_HEAD}    with:\n      where: here\n      n: «'1'»\n",
            good=f"{_HEAD}    with:\n      where: here\n      n: 1\n",
            files=_FILES,
        ),
    )
    allows = (
        Example(
            bad="", good=f"{_HEAD}    with:\n      where: 5\n      n: ${{{{ fromJSON(1) }}}}\n", files=_FILES
        ),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        called = callee(job) if job.with_ else None
        known = declared(called, "inputs") if called else None
        for entry in (job.with_ or ()) if known else ():
            wanted = _type(known.get(entry.name.lower()) if known else None)
            value = entry.value
            if wanted is None or not isinstance(value, Scalar) or "${{" in value.value:
                continue
            if value.tag not in _TAGS[wanted] and value.tag != "null":
                yield self.found(value, f'the input "{entry.name}" is a {wanted}', cure=f"write a {wanted}")


def _type(entry: Entry | None) -> str | None:
    """boolean or number; a text takes everything."""
    body = entry.value if entry else None
    found = text_of(body.get("type")) if isinstance(body, Mapping) else None
    return found if found in _TAGS else None
