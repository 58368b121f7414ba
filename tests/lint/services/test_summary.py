"""The last lines of a report: what fails, what may fail, what hides failure, the seconds that could be saved."""

from __future__ import annotations

import inspect

from holdfast.document import read
from holdfast.finding import Group
from holdfast.lint.catalogue import rules
from holdfast.lint.engine import lint
from holdfast.lint.summary import OUTCOMES, summary
from holdfast.lint.workflow import Workflow
from holdfast.text import Source

TEXT = """\
on: push
permissions: {contents: read}
jobs:
  good:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps: [run: make]
  bad:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    services:
      redis:
        image: redis:8.2-alpine
        ports: ["6380:6380"]
        options: --health-cmd "redis-cli -e ping" --health-interval 10s
    steps:
      - run: pytest || true
  long:
    runs-on: ubuntu-24.04
    services:
      redis:
        image: redis:8.2-alpine
        env: {REDIS_PASSWORD: x}
        ports: ["6379:6379"]
    steps:
      - run: pytest
"""
# Warnings that say nothing of how a run ends.
_OTHERS = {"duplicate-option", "ignored-command", "ignored-variable", "literal-password", "open-secret"}


def test_a_line_for_each_job_with_findings() -> None:
    source = Source(".github/workflows/ci.yml", TEXT)
    assert summary(Workflow(read(source)), lint(source)) == (
        "bad: will fail: unserved-port; hides failure: swallowed-failure; 12 s to save in every run",
        "long: may fail: missing-probe; may run for hours: unbounded-job; also: ignored-variable",
    )


def test_every_warning_of_these_groups_has_its_outcome() -> None:
    groups = (Group.SERVICE, Group.REDIS, Group.BUDGET, Group.ISOLATION, Group.PORTABILITY)
    warnings = {
        rule.id
        for rule in rules()
        if rule.group in groups and "Severity.WARNING" in inspect.getsource(inspect.getmodule(rule) or rule)
    }
    assert warnings - {"slow-probe"} == set(OUTCOMES) | _OTHERS
