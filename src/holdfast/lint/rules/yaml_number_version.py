"""Versions for an action that YAML reads as numbers.

`3.10` without quotes is the number 3.1, and `3.0` is 3: the action is asked for another version, which is not there
or is the newest 3. Quote it.

Source: YAML 1.2 core schema; GitHub prints 3.10 as 3.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint import sample
from holdfast.lint.matrix import cells
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job
from holdfast.text import Edit


def _python(matrix: str, version: str) -> str:
    return sample.redis(
        job=f"strategy:\n  matrix:\n    {matrix}",
        steps=f"- uses: actions/setup-python@v6\n  with:\n    python-version: {version}\n- run: pytest",
    )


def _mongo(matrix: str) -> str:
    return sample.redis(
        job=f"strategy:\n  matrix:\n    {matrix}",
        steps="- uses: supercharge/mongodb-github-action@1.12.0\n  with:\n"
        "    mongodb-version: ${{ matrix.mongo }}\n- run: make test",
    )


class YamlNumberVersion(JobRule):
    id = "yaml-number-version"
    group = Group.PORTABILITY
    severity = Severity.WARNING
    fixable = True
    key = "steps"
    needs = frozenset(("version",))
    examples = (
        Example(
            bad=_python("python: [3.9, «3.10», 3.11]", "${{ matrix.python }}"),
            good=_python('python: [3.9, "3.10", 3.11]', "${{ matrix.python }}"),
        ),
        Example(
            bad=_mongo("include: [{mongo: «4.0»}, {mongo: 4.2}]"),
            good=_mongo('include: [{mongo: "4.0"}, {mongo: 4.2}]'),
        ),
        Example(
            bad=_python("go: [1]", "«3.10»"),
            good=_python("go: [1]", '"3.10"'),
        ),
    )
    allows = (
        _python("python: ['3.10', \"3.20\", 3.11]", "${{ matrix.python }}"),
        _python("python: [3.10, 3.11]", "'3.14'"),
        _python("python: [3.10, 3.11]", "${{ matrix.python }}").replace("python-version", "name"),
        _python("python: [3.10.0, 3.10-dev, v3.10]", "${{ matrix.python }}"),
    )

    def check(self, job: Job) -> Iterator[Finding]:
        seen: set[int] = set()
        for step in job.steps:
            for entry in step.with_ or () if step.uses else ():
                if not entry.name.lower().endswith("version") or not isinstance(entry.value, Scalar):
                    continue
                for cell in (entry.value, *cells(entry.value, job)):
                    if id(cell) in seen or cell.tag != "float" or not re.fullmatch(r"\d+\.\d*0", cell.value):
                        continue
                    seen.add(id(cell))
                    read = f"{float(cell.value):g}"
                    yield self.found(
                        cell,
                        f"{cell.value} is read as the number {read}, so {entry.name} is {read}",
                        cure=f'quote it: "{cell.value}"',
                        fix=(Edit(cell.start, cell.end, f'"{cell.value}"'),),
                    )
