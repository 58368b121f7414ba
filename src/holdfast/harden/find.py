"""Which jobs have a Redis, how they get it, and which step runs their tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from holdfast.document import Mapping, Scalar
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
    r"|sbt (?:\S+ )*test|deno test|swift test|prove|bats|busted|lein test)"
)
_NAMES = re.compile(r"\b(?:tests?|specs?|testing|integration|e2e|unit)\b", re.IGNORECASE)
_NOT_TESTS = re.compile(
    r"\b(?:install|restore|upload|report|coverage report|lint|build only|download)\b", re.IGNORECASE
)
_RUNNER = "run-with-retry.sh"
_OURS = re.compile(r"redis-diagnostics\.sh|Configure system for Redis: done")
_SHELLS = ("bash", "sh")
# Actions that run a command again; their input `command` holds the tests.
_RETRIERS = ("nick-fields/retry", "nick-invision/retry", "wandalen/wretry.action")
# Commands that only prepare: what is left when these are gone must be the tests, if it is one step alone.
_SETS_UP = re.compile(
    r"^(?:(?:sudo|set|cd|echo|export|if|fi|done|sleep|curl|wget|cp|mv|mkdir|cat|chmod|git|docker|redis-cli|until|while"
    r"|for|pipenv|composer|brew|apk|gem|corepack|rustup|psql|mysql|ruff|flake8|black|mypy|eslint|codecov|ls|pwd|env"
    r"|printf)\b|apt|pip3? |python3? -m pip |uv (?:sync|pip)|poetry install|npm (?:ci|i|install)\b|pnpm i"
    r"|yarn(?: install| --|$)|(?:bun|bundle) install|go (?:mod|build|vet|get|install)|cargo (?:build|fmt|clippy|check)"
    r"|dotnet (?:restore|build)|make (?:deps|build|lint|install)|(?:npm run|yarn|pnpm) (?:build|lint|format)"
    r"|\./gradlew build|bin/rails db:|bundle exec (?:rails|rake) db:|php artisan (?:migrate|key))"
)
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
    """A job to repair: its Redis service (None: a step starts it) and the step that runs its tests.

    `why` says what to pass where that step is not known.
    """

    job: Job
    start: Start
    service: Service | None
    tests: Step | None
    starter: Step | None
    why: UserError | None = None

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
        raise UserError("no job here starts a Redis", _elsewhere(workflow))
    return tuple(found)


def _elsewhere(workflow: Workflow) -> str:
    called = [
        job.uses.value for job in workflow.jobs if job.uses is not None and job.uses.value.startswith("./")
    ]
    if called:
        return f"harden the workflow that it calls: {called[0].removeprefix('./')}"
    if any(isinstance(job.get("services"), Scalar) for job in workflow.jobs):
        return "services: are an expression here; write the Redis out, or name the workflow that does"
    return "name the workflow that does; `holdfast new` writes one"


def _found(job: Job, step: str | None, asked: bool) -> Found | None:
    services = redis_services(job)
    starter = _starter(job)
    if not services and starter is None:
        if asked:
            raise UserError(f"the job {job.id} starts no Redis", "pass --job with the one that does")
        return None
    service = services[0] if services else None
    start = Start.SERVICE if service else Start.ACTION if starter and starter.uses else Start.STEP
    try:
        tests = test_step(job, step, starter)
    except UserError as why:
        if step is not None:
            raise
        return Found(job, start, service, None, None if service else starter, why)
    return Found(job, start, service, tests, None if service else starter)


def _starter(job: Job) -> Step | None:
    """The step that starts a server, where no service does."""
    for step in job.steps:
        if step.uses is not None and step.uses.value.partition("@")[0].lower() in _ACTIONS:
            return step
        if step.run is not None and _STARTS.search(step.run.value) and not _TESTS.search(step.run.value):
            return step
    return None


def test_step(job: Job, asked: str | None, starter: Step | None) -> Step:
    """The step that runs the tests: the one asked for, else the first that looks like it."""
    if asked is not None:
        return _asked(job, asked)
    runs = [
        step for step in job.steps if command_of(step) and (starter is None or step.index > starter.index)
    ]
    for step in runs:
        if step.run is not None and _RUNNER in step.run.value:
            return step
    candidates = list(_candidates(runs))
    if not candidates:
        raise UserError(f"which step of the job {job.id} runs the tests is not known", _what_to_pass(job))
    return candidates[0]


def command_of(step: Step) -> str:
    """What a step runs: its own command, or the one that it gives to an action that runs it again.

    Empty for the steps that holdfast added.
    """
    if step.run is not None:
        return "" if _OURS.search(step.run.value) else step.run.value
    given = step.with_.get("command") if retries(step) and step.with_ is not None else None
    return given.value if isinstance(given, Scalar) else ""


def retries(step: Step) -> bool:
    """Whether a step is an action that runs a command again."""
    return step.uses is not None and step.uses.value.partition("@")[0].lower() in _RETRIERS


def _candidates(steps: list[Step]) -> Iterator[Step]:
    """By the command first, then by the name, then the only step that does more than prepare."""
    for step in steps:
        if any(_TESTS.search(line) for line in _commands(command_of(step))):
            yield step
    for step in steps:
        named = step.name.value if step.name is not None else ""
        if _NAMES.search(named) and not _NOT_TESTS.search(named):
            yield step
    others = [
        step
        for step in steps
        if any(not _SETS_UP.match(line) for line in _commands(command_of(step)))
        and not _NOT_TESTS.search(step.name.value if step.name is not None else "")
    ]
    if len(others) == 1:
        yield others[0]


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
            if not command_of(step):
                raise UserError(
                    f"the step {asked} of the job {job.id} has no run:",
                    "name the step whose command runs the tests",
                )
            return step
    raise UserError(f"the job {job.id} has no step {asked!r}", _what_to_pass(job))


def _what_to_pass(job: Job) -> str:
    runs = [step for step in job.steps if command_of(step)]
    shown = [step.name.value if step.name else str(step.index + 1) for step in runs]
    return f"pass --job {job.id} --test-step with one of: {', '.join(shown) or 'none has a run:'}"


def shell_of(step: Step) -> str:
    """The shell of a step's command: its own, the job's, the workflow's; empty for what the runner takes."""
    if step.shell is not None:
        return step.shell.value
    for run in (step.job.defaults_run, _workflow_defaults(step.job.workflow)):
        shell = run.get("shell") if run is not None else None
        if isinstance(shell, Scalar):
            return shell.value
    return ""


def _workflow_defaults(workflow: Workflow) -> Mapping | None:
    defaults = mapping(workflow.get("defaults"))
    return mapping(defaults.get("run")) if defaults else None


def is_posix(shell: str) -> bool:
    """Whether a shell takes the lines that call the runner."""
    return not shell or shell.split()[0].rpartition("/")[2] in _SHELLS


def inner(step: Step) -> str:
    """The words that run a script as the step's own shell would (docs.github.com, workflow syntax, `shell`)."""
    shell = shell_of(step)
    if not shell:
        return "sh -e -c" if step.job.container is not None else "bash -e -c"
    if shell == "bash":
        return "bash --noprofile --norc -eo pipefail -c"
    if shell == "sh":
        return "sh -e -c"
    return f"{shell.replace('{0}', '').strip()} -c"
