"""Chains of called workflows that GitHub does not follow.

A workflow, what it calls, and what that calls in turn may make a chain of ten workflows (of four on GitHub
Enterprise Server), and a workflow that comes back to itself is refused. Only calls inside the repository can
be followed here; one of another repository counts as the end of its chain.

Source: https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#nesting-reusable-workflows
(2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.finding import Finding, Group, Severity
from holdfast.lint.called import callee, local_path
from holdfast.lint.rule import Example, JobRule
from holdfast.lint.workflow import Job, Workflow

MOST_LEVELS = 10  # workflows in a chain, the first one included
MOST_LEVELS_OF_SERVER = 4
_ON_CALL = "on: workflow_call\njobs:\n  a:\n    "
_RUN = "runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
_CHAIN = tuple(
    (f".github/workflows/{at}.yml", f"{_ON_CALL}uses: ./.github/workflows/{at + 1}.yml\n")
    for at in range(2, 11)
)
_FILES = (
    *_CHAIN,
    (".github/workflows/11.yml", _ON_CALL + _RUN),
    (".github/workflows/back.yml", f"{_ON_CALL}uses: ./.github/workflows/ci.yml\n"),
)


class CallChain(JobRule):
    id = "call-chain"
    group = Group.GRAPH
    severity = Severity.ERROR
    key = "uses"
    needs = frozenset((".github/workflows",))
    examples = (
        Example(
            bad="jobs:\n  a:\n    uses: «./.github/workflows/2.yml»\n",
            good="jobs:\n  a:\n    uses: ./.github/workflows/3.yml\n",
            files=_FILES,
        ),
        Example(
            bad=f"{_ON_CALL}uses: «./.github/workflows/back.yml»\n",
            good=_ON_CALL + _RUN,
            files=_FILES,
        ),
    )
    allows = (Example(bad="", good="jobs:\n  a:\n    uses: ./.github/workflows/10.yml\n", files=_FILES),)

    def check(self, job: Job) -> Iterator[Finding]:
        uses = job.uses
        path = local_path(uses.value) if uses else None
        if uses is None or path is None:
            return
        server = "ghes" in self.settings.targets
        most = MOST_LEVELS_OF_SERVER if server else MOST_LEVELS
        chain = _longest(job, self._own_path(job), most)
        shown = " → ".join(name.rpartition("/")[2] for name in chain)
        if len(set(chain)) < len(chain):
            cure = "break the circle; share what both need in a third workflow"
            yield self.found(uses, f"the calls come back: {shown}", cure=cure)
        elif len(chain) > most:
            message = f"the calls make a chain of more than {most} workflows: {shown}"
            yield self.found(uses, message, cure="call fewer workflows in a row")

    def _own_path(self, job: Job) -> str:
        """The path of this file as a call writes it, where it is the file that lies there."""
        _, folder, name = self.source.path.replace("\\", "/").rpartition(".github/workflows/")
        path = f"{folder}{name}"
        return path if folder and job.workflow.project.read(path) == self.text else "this workflow"


def _longest(job: Job, start: str, most: int) -> tuple[str, ...]:
    """The paths of the longest chain that begins with this call, or of the first that comes back to `start`.

    A circle that does not hold `start` is the finding of its own files; it is left where it closes.
    """
    best: tuple[str, ...] = ()
    tried: dict[str, int] = {}
    stack: list[tuple[Job, tuple[str, ...]]] = [(job, (start,))]
    while stack:
        current, chain = stack.pop()
        path = local_path(current.uses.value) if current.uses else None
        if path is None:
            chain = (*chain, current.uses.value) if current.uses else chain
        elif path == start:
            return (*chain, path)
        elif path not in chain and tried.get(path, 0) < len(chain) + 1:
            chain = (*chain, path)
            tried[path] = len(chain)
            called = callee(current) if len(chain) <= most else None
            stack += [(inner, chain) for inner in _calls(called)]
        best = max(best, chain, key=len)
    return best


def _calls(workflow: Workflow | None) -> list[Job]:
    return [job for job in workflow.jobs if job.calls] if workflow else []
