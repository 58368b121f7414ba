"""The last lines of a report: what fails, what fails sometimes, the seconds that could be saved."""

from __future__ import annotations

from holdfast.document import read
from holdfast.lint.engine import lint
from holdfast.lint.summary import summary
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
"""


def test_a_line_for_each_job_with_findings() -> None:
    source = Source(".github/workflows/ci.yml", TEXT)
    assert summary(Workflow(read(source)), lint(source)) == (
        "bad: cannot work: unserved-port; fails sometimes or hides failure: swallowed-failure; "
        "12 s to save in every run",
    )
