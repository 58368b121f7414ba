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
    keys = frozenset(("needs",))
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
        circle = _circles(stuck)
        for job in stuck:
            for need in job.needs:
                if need.value in circle and circle[need.value] == circle[job.id]:
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


def _circles(jobs: list[Job]) -> dict[str, int]:
    """For each job the number of its circle (Tarjan's strongly connected components, without recursion).

    A job alone in its circle gets a number of its own, and matches itself only if it needs itself.
    """
    needs = {job.id: [need.value for need in job.needs] for job in jobs}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    circle: dict[str, int] = {}
    path: list[str] = []
    for start in needs:
        work = [(start, iter(needs[start]))] if start not in order else []
        while work:
            name, rest = work[-1]
            if name not in order:
                order[name] = low[name] = len(order)
                path.append(name)
            below = next((one for one in rest if one in needs and one not in circle), None)
            if below is not None and below not in order:
                work.append((below, iter(needs[below])))
            elif below is not None:
                low[name] = min(low[name], order[below])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    at = path.index(name)
                    circle.update(dict.fromkeys(path[at:], len(circle)))
                    del path[at:]
    return circle


def _circle(job: Job, need: Scalar) -> str:
    if need.value == job.id:
        return f'the job "{job.id}" needs itself'
    return f'"{job.id}" needs "{need.value}", which needs "{job.id}" in turn'
