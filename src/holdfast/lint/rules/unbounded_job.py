"""Jobs without a time limit.

A job that hangs runs for six hours before GitHub stops it. A limit near the job's usual length turns a lost
afternoon into a prompt failure. It matters most where a job talks to services. The fix writes an hour, which hardly
any job exceeds, or the sum of the steps' own limits and ten minutes; lower it to what your job needs.

Source: docs.github.com, workflow syntax, `timeout-minutes` (default 360).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Fix, Group, Severity
from holdfast.lint import edits
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.scripts import (
    number,
)
from holdfast.lint.workflow import Job
from holdfast.text import Edit


class UnboundedJob(JobRule):
    id = "unbounded-job"
    group = Group.BUDGET
    severity = Severity.NOTICE
    fixable = True
    examples = (
        Example(
            bad=(
                "jobs:\n  «test»:\n    runs-on: ubuntu-24.04\n"
                "    services:\n      redis: redis:8.2\n    steps:\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n"
                "    timeout-minutes: 60\n    services:\n      redis: redis:8.2\n"
                "    steps:\n      - run: make\n"
            ),
        ),
        Example(
            bad="jobs:\n  «build»: {runs-on: ubuntu-24.04, steps: [run: make]}\n",
            good="jobs:\n  build: {runs-on: ubuntu-24.04, timeout-minutes: 60, steps: [run: make]}\n",
        ),
        Example(
            bad=(
                "jobs:\n  «test»:\n    runs-on: ubuntu-24.04\n"
                "    steps:\n      - run: make\n        timeout-minutes: 40\n"
                "      - run: make\n"
            ),
            good=(
                "jobs:\n  test:\n    runs-on: ubuntu-24.04\n"
                "    timeout-minutes: 50\n    steps:\n      - run: make\n"
                "        timeout-minutes: 40\n      - run: make\n"
            ),
        ),
    )
    allows = (
        "jobs:\n  call:\n    uses: ./.github/workflows/called.yml\n",
        "jobs:\n  test:\n    runs-on: ubuntu-24.04\n"
        "    steps:\n      - run: make\n        timeout-minutes: 5\n",
    )

    def check(self, job: Job) -> Iterator[Finding]:
        if job.calls or job.has("timeout-minutes") or not job.steps:
            return
        bounded = [number(step.timeout_minutes) for step in job.steps if step.has("timeout-minutes")]
        if len(bounded) == len(job.steps) and None not in bounded:
            return
        minutes = 60 if not any(bounded) else int(sum(one or 0 for one in bounded)) + 10
        services = job.has("services")
        entry = job.entry("runs-on")
        fix = None
        if entry is not None and job.node.flow:
            end = entry.span.end
            fix = Fix((Edit(end, end, f", timeout-minutes: {minutes}"),))
        elif entry is not None:
            fix = edits.with_key(self.source, job.node, entry, f"timeout-minutes: {minutes}")
        yield self.found(
            job.key,
            f"{job.id} may run for six hours, GitHub's limit for a job without timeout-minutes",
            cure=f"write timeout-minutes: {minutes}, or what the job usually needs and a reserve",
            severity=Severity.WARNING if services else Severity.NOTICE,
            fix=fix,
        )
