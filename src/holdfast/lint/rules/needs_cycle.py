"""Jobs that wait for each other.

A job that needs itself, directly or through others, can never start; GitHub refuses the file. The finding
lies on the `needs` that closes the circle; where no job at all could start first, GitHub points at the
first job.

Source: @actions/workflow-parser 0.3.61, converter/jobs (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.document import Scalar
from holdfast.finding import Finding, Group, Severity
from holdfast.lint.rule import Example, WorkflowRule
from holdfast.lint.workflow import Job, Workflow

_RUN = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class NeedsCycle(WorkflowRule):
    id = "needs-cycle"
    group = Group.GRAPH
    severity = Severity.ERROR
    needs = frozenset(("needs",))
    examples = (
        Example(
            bad=f"jobs:\n  a:\n{_RUN}  b:\n    needs: [a, «c»]\n{_RUN}  c:\n    needs: «b»\n{_RUN}",
            good=f"jobs:\n  a:\n{_RUN}  b:\n    needs: [a]\n{_RUN}  c:\n    needs: b\n{_RUN}",
        ),
        Example(
            bad=f"jobs:\n  «a»:\n    needs: «a»\n{_RUN}",
            good=f"jobs:\n  a:\n{_RUN}",
        ),
    )
    allows = (
        f"jobs:\n  a:\n{_RUN}  b:\n    needs: a\n{_RUN}  c:\n    needs: [a, b]\n{_RUN}",
        f"jobs:\n  a:\n{_RUN}  b:\n    needs: nowhere\n{_RUN}",
    )

    def check(self, workflow: Workflow) -> Iterator[Finding]:
        stuck = _stuck(workflow.jobs)
        if workflow.jobs and all(_needs(job) for job in workflow.jobs):
            first = workflow.jobs[0]
            yield self.found(first.key, "no job can start first, every job needs another", cure="free one")
        names = {job.id for job in stuck}
        for job in stuck:
            for need in job.needs:
                if need.value in names and _leads(need.value, job.id, stuck):
                    yield self.found(need, _circle(job, need), cure="remove one need of the circle")


def _needs(job: Job) -> bool:
    return any("${{" not in need.value for need in job.needs)


def _stuck(jobs: tuple[Job, ...]) -> list[Job]:
    """The jobs that can never start, because what they need never does."""
    ids = {job.id for job in jobs}
    waiting = {job.id: {need.value for need in job.needs} & ids for job in jobs}
    after: dict[str, list[str]] = {}
    for name, needed in waiting.items():
        for need in needed:
            after.setdefault(need, []).append(name)
    ready = [name for name, needed in waiting.items() if not needed]
    while ready:
        done = ready.pop()
        for name in after.get(done, ()):
            waiting[name].discard(done)
            if not waiting[name]:
                ready.append(name)
        waiting.pop(done, None)
    return [job for job in jobs if job.id in waiting]


def _leads(start: str, goal: str, jobs: list[Job]) -> bool:
    """Whether following needs from `start` comes to `goal`."""
    needs = {job.id: [need.value for need in job.needs] for job in jobs}
    seen: set[str] = set()
    stack = [start]
    while stack:
        name = stack.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            stack += needs.get(name, ())
    return False


def _circle(job: Job, need: Scalar) -> str:
    if need.value == job.id:
        return f'the job "{job.id}" needs itself'
    return f'"{job.id}" needs "{need.value}", which needs "{job.id}" in turn'
