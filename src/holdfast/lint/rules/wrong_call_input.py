"""Inputs of another type than the called workflow declares.

A number or a truth value in quotes is a text, and so is anything that `vars`, `env` or an output holds; the
call fails when it begins. An input of type string takes all of them.

Source: https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.calls import Call, call_of
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, is_expression

_FILES = (
    (
        ".github/workflows/called.yml",
        "on:\n  workflow_call:\n    inputs:\n      level:\n        type: number\n        required: true\n"
        "    secrets:\n      token:\n        required: true\n      other:\n"
        "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n",
    ),
)
_USES = "jobs:\n  test:\n    uses: ./.github/workflows/called.yml\n"
_WITH = "    with:\n      level: 1\n"
_SECRETS = "    secrets:\n      token: ${{ secrets.A }}\n"


class WrongCallInput(JobRule):
    id = "wrong-call-input"
    group = Group.ACTIONS
    severity = Severity.WARNING
    needs = frozenset(("uses",))
    examples = (
        Example(
            bad=f"{_USES}    with:\n      level: «'1'»\n{_SECRETS}",
            good=f"{_USES}{_WITH}{_SECRETS}",
            files=_FILES,
        ),
    )
    allows = (
        Example(bad="", good=f"{_USES}    with:\n      level: ${{{{ vars.LEVEL }}}}\n", files=_FILES),
        f"{_USES}    with:\n      level: x\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        call = call_of(job)
        if call is not None:
            yield from self.compare(call)

    def compare(self, call: Call) -> Iterator[Finding]:
        for name, declared in call.inputs.items():
            entry = call.given_inputs.get(name.lower())
            value = entry.value if entry else None
            if not isinstance(value, Scalar) or is_expression(value):
                continue
            if value.tag not in _TAKES.get(declared.type, (value.tag,)):
                message = f'the input "{name}" is a {declared.type}, this is {_TAGS[value.tag]}'
                yield self.found(value, message, cure=f"give a {declared.type}")


_TAKES = {"number": ("int", "float"), "boolean": ("bool",)}
_TAGS = {"str": "a text", "int": "a number", "float": "a number", "bool": "a truth value", "null": "empty"}
