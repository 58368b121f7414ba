"""Which jobs have a Redis, how they get it, and which step runs their tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from holdfast.document import Mapping
from holdfast.errors import UserError
from holdfast.lint.services import redis_services
from holdfast.lint.workflow import Job, Service, Step, Workflow, mapping

# What starts the tests, by the command's words; the first match of a line decides. Longer words go first.
_TESTS = re.compile(
    r"\b(?:go test|gotestsum|pytest|py\.test|python3? -m (?:pytest|unittest)|tox|nox|manage\.py test"
    r"|(?:npm|pnpm|yarn|bun)(?: run)? (?:-\w+ )*(?:test|t)\b[\w:.-]*|node --test|jest|vitest|mocha"
    r"|npx (?:jest|vitest|mocha|ava|playwright)|cargo (?:test|nextest)|phpunit|pest|artisan test|rspec|minitest"
    r"|(?:rake|rails) (?:test|spec)|mvnw? (?:\S+ )*(?:test|verify)|gradlew? (?:\S+ )*(?:test|check)|dotnet test"
    r"|mix test|ctest|make (?:\S+ )*(?:test|check|integration)[\w-]*|just (?:test|check)|task test"
    r"|sbt (?:\S+ )*test|deno test|swift test)"
)
_NAMES = re.compile(r"\b(?:tests?|specs?|testing|integration|e2e|unit)\b", re.IGNORECASE)
_NOT_TESTS = re.compile(
    r"\b(?:install|restore|upload|report|coverage report|lint|build only|download)\b", re.IGNORECASE
)
_RUNNER = "run-with-retry.sh"
_SHELLS = ("bash", "sh")
_ACTIONS = (
    "supercharge/redis-github-action",
    "superchargejs/redis-github-action",
    "shogo82148/actions-setup-redis",
    "zhulik/redis-action",
    "vishnudxb/redis-cluster",
    "ankane/setup-redis",
)
_STARTS = re.compile(
    r"docker run\b[^\n]*\b(?:redis|valkey)\b|docker[ -]compose\b[^\n]*\bup\b|\bredis-server\b"
    r"|systemctl start redis|service redis(?:-server)? start|brew (?:install|services start) redis"
)


class Start(StrEnum):
    """How a job gets its Redis."""

    SERVICE = "service"
    ACTION = "action"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Found:
    """A job to repair: its Redis service (None: a step starts it) and the step that runs its tests."""

    job: Job
    start: Start
    service: Service | None
    tests: Step
    starter: Step | None

    @property
    def in_container(self) -> bool:
        return self.job.container is not None


def jobs(workflow: Workflow, only: str | None, step: str | None) -> tuple[Found, ...]:
    """The jobs to repair. Raises UserError with what to pass where that cannot be known."""
    chosen = [job for job in workflow.jobs if only is None or job.id == only]
    if only is not None and not chosen:
        known = ", ".join(job.id for job in workflow.jobs) or "none"
        raise UserError(f"there is no job {only}", f"pass --job with one of: {known}")
    found = [one for job in chosen if (one := _found(job, step, only is not None)) is not None]
    if not found:
        raise UserError(
            "no job here starts a Redis", "name the workflow that does; `holdfast new` writes one"
        )
    return tuple(found)


def _found(job: Job, step: str | None, asked: bool) -> Found | None:
    services = redis_services(job)
    starter = _starter(job)
    if not services and starter is None:
        if asked:
            raise UserError(f"the job {job.id} starts no Redis", "pass --job with the one that does")
        return None
    service = services[0] if services else None
    start = Start.SERVICE if service else Start.ACTION if starter and starter.uses else Start.STEP
    return Found(job, start, service, test_step(job, step, starter), None if service else starter)


def _starter(job: Job) -> Step | None:
    """The step that starts a server, where no service does."""
    for step in job.steps:
        if step.uses is not None and step.uses.value.partition("@")[0].lower() in _ACTIONS:
            return step
        if step.run is not None and _STARTS.search(step.run.value) and not _TESTS.search(step.run.value):
            return step
    return None


def test_step(job: Job, asked: str | None, starter: Step | None) -> Step:
    """The step that runs the tests: the one asked for, else the last that looks like it."""
    if asked is not None:
        return _asked(job, asked)
    runs = [
        step for step in job.steps if step.run is not None and (starter is None or step.index > starter.index)
    ]
    for step in runs:
        if step.run is not None and _RUNNER in step.run.value:
            return step
    candidates = list(_candidates(runs))
    if not candidates:
        raise UserError(f"which step of the job {job.id} runs the tests is not known", _what_to_pass(job))
    return candidates[0]


def _candidates(steps: list[Step]) -> Iterator[Step]:
    """By the command first, then by the name."""
    for step in steps:
        if step.run is not None and any(_TESTS.search(line) for line in _commands(step.run.value)):
            yield step
    for step in steps:
        if (
            step.name is not None
            and _NAMES.search(step.name.value)
            and not _NOT_TESTS.search(step.name.value)
        ):
            yield step


def _commands(script: str) -> Iterator[str]:
    for line in script.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith(("#", "echo ", "pip install", "npm install")):
            yield stripped


def _asked(job: Job, asked: str) -> Step:
    for step in job.steps:
        names = {str(step.index + 1)}
        names |= {named.value for named in (step.name, step.id) if named is not None}
        if asked in names:
            if step.run is None:
                raise UserError(
                    f"the step {asked} of the job {job.id} has no run:",
                    "name the step whose command runs the tests",
                )
            return step
    raise UserError(f"the job {job.id} has no step {asked!r}", _what_to_pass(job))


def _what_to_pass(job: Job) -> str:
    runs = [step for step in job.steps if step.run is not None]
    shown = [step.name.value if step.name else str(step.index + 1) for step in runs]
    return f"pass --job {job.id} --test-step with one of: {', '.join(shown) or 'none has a run:'}"


def shell_of(step: Step) -> str:
    """The shell of a step's command: its own, the job's, the workflow's, else what the runner takes."""
    if step.shell is not None:
        return step.shell.value
    for run in (step.job.defaults_run, _workflow_defaults(step.job.workflow)):
        shell = run.get("shell") if run is not None else None
        if shell is not None:
            return str(getattr(shell, "value", ""))
    return "sh" if step.job.container is not None else "bash"


def _workflow_defaults(workflow: Workflow) -> Mapping | None:
    defaults = mapping(workflow.get("defaults"))
    return mapping(defaults.get("run")) if defaults else None


def is_posix(shell: str) -> bool:
    """Whether the command may be handed to bash."""
    return shell.split()[0] in _SHELLS if shell else True
