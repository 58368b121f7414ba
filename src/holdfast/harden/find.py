"""Which jobs have a Redis, how they get it, and which step runs their tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from holdfast.document import Mapping, Scalar
from holdfast.errors import UserError
from holdfast.harden import commands, compose
from holdfast.harden.commands import Kind
from holdfast.harden.compose import Composed, Reader
from holdfast.harden.starts import starts
from holdfast.lint.options import HOLE
from holdfast.lint.services import images, redis_services
from holdfast.lint.workflow import Job, Service, Step, Workflow, mapping, text_of

_NAMES = re.compile(r"\b(?:tests?|specs?|testing|integration|e2e|unit|pytest|phpunit|rspec)\b", re.IGNORECASE)
_NOT_TESTS = re.compile(
    r"^(?:before|after|pre|post|install|set ?up|setup|create|generate|configure|prepare|build|patch|copy|check ?out"
    r"|cache|restore|upload|download|start|stop|wait|lint|format|deploy|publish|push|log ?in|clean|show|print|report"
    r"|migrate|compile|init|verify dep|add|get)"
    r"|\b(?:upload|report|coverage report|results?|summary|build only|artifacts?)\b",
    re.IGNORECASE,
)
_RUNNER = "run-with-retry.sh"
_OURS = re.compile(r"redis-diagnostics\.sh|Configure system for Redis: done|command -v bash \S+ \|\| apk add")
_SHELLS = ("bash", "sh")
# Actions that run a command again; their input `command` holds the tests.
_RETRIERS = ("nick-fields/retry", "nick-invision/retry", "wandalen/wretry.action")
_ENDS_IN_TESTS = re.compile(r"\btests\s*(?:\([^)]*\))?$", re.IGNORECASE)
_AND_TESTS = re.compile(r"(?:\band\b|[&+,/])\s*(?:run\s+)?(?:the\s+)?(?:\w+\s+)?tests?\b", re.IGNORECASE)
# Actions that run tests by themselves, by their names.
_TEST_ACTION = re.compile(r"test|phpunit|pytest|cypress|playwright|gradle-build|behave|rspec", re.IGNORECASE)
_NO_TEST_ACTION = re.compile(
    r"report|result|publish|upload|summary|setup-|junit|comment|annotat|test-?containers|codecov|coverall|cache|install",
    re.IGNORECASE,
)
_ACTIONS = (
    "supercharge/redis-github-action",
    "superchargejs/redis-github-action",
    "shogo82148/actions-setup-redis",
    "zhulik/redis-action",
    "vishnudxb/redis-cluster",
    "ankane/setup-redis",
)
_SPEAKS_OF = re.compile(r"redis|valkey", re.IGNORECASE)
_SCRIPT = re.compile(
    r"[\w./-]*(?:redis|valkey)[\w./-]*\.(?:sh|bash|py|js|rb)"
    r"|\b(?:make|just|task|npm run|yarn) [\w:-]*(?:redis|valkey)[\w:-]*"
)


_TEST_FILE = re.compile(r"(?:^|/)test_|[_.]test\.\w+$")


class Start(StrEnum):
    """How a job gets its Redis."""

    SERVICE = "service"
    ACTION = "action"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Found:
    """A job to repair: its Redis service (None: a step starts it) and the steps that run its tests, in order.

    `composed` is what a compose file says of the server that the step `starter` brings up. `why` says what to pass
    where no test step is known.
    """

    job: Job
    start: Start
    service: Service | None
    steps: tuple[Step, ...]
    starter: Step | None
    composed: Composed | None = None
    why: UserError | None = None

    @property
    def tests(self) -> Step | None:
        """The first step that runs tests."""
        return self.steps[0] if self.steps else None

    @property
    def guessed(self) -> bool:
        """Whether the server's place is a guess: what starts it is not there to be read."""
        unread = self.starter is None or (self.composed is None and compose.up(self.starter) is not None)
        return self.service is None and unread

    @property
    def in_container(self) -> bool:
        return self.job.container is not None


def nothing(path: str) -> str | None:
    """A reader for a workflow without a repository around it."""
    del path
    return None


def jobs(
    workflow: Workflow, only: str | None, step: str | int | None, reader: Reader = nothing
) -> tuple[Found, ...]:
    """The jobs to repair; `reader` gives the files of the repository.

    Raises UserError with what to pass where that cannot be known.
    """
    chosen = [job for job in workflow.jobs if only is None or job.id == only]
    if only is not None and not chosen:
        known = ", ".join(job.id for job in workflow.jobs) or "none"
        raise UserError(f"there is no job {only}", f"pass --job with one of: {known}")
    found = [one for job in chosen if (one := _found(job, step, only is not None, reader)) is not None]
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
    for job in workflow.jobs:
        for step in job.steps:
            if compose.up(step) is not None:
                return (
                    f"what the job {job.id} brings up by docker compose names no Redis, or its file is not there to be "
                    f"read: pass --job {job.id} if it does, with REDIS_HOST and REDIS_PORT in the job's env: where it "
                    "is not at 127.0.0.1:6379"
                )
            script = _SCRIPT.search(step.run.value) if step.run is not None else None
            if script is not None and not _TEST_FILE.search(script[0]):
                return (
                    f"{script[0]} may start one, and is not read: pass --job {job.id} if it does, with "
                    "REDIS_HOST and REDIS_PORT in the job's env: where it is not at 127.0.0.1:6379"
                )
    return "name the workflow that does; `holdfast new` writes one"


def _found(job: Job, step: str | int | None, asked: bool, reader: Reader) -> Found | None:
    services = services_of(job)
    starter, composed = (None, None) if services else _starter(job, reader)
    if not services and starter is None:
        if not asked:
            return None
        brings = any(compose.up(one) is not None for one in job.steps)
        if not brings and not _SPEAKS_OF.search(_text(job)):
            raise UserError(f"the job {job.id} starts no Redis", "pass --job with the one that does")
    service = min(services, key=_remoteness) if services else None
    start = Start.SERVICE if service else Start.ACTION if starter and starter.uses else Start.STEP
    try:
        tests = test_steps(job, step, starter)
    except UserError as why:
        if step is not None:
            raise
        return Found(job, start, service, (), starter, composed, why)
    return Found(job, start, service, tests, starter, composed)


def services_of(job: Job) -> tuple[Service, ...]:
    """The job's Redis services; an image that an expression makes counts by what it names, or by the service's id."""
    certain = redis_services(job)
    return tuple(service for service in job.services if service in certain or _perhaps_redis(service))


def _perhaps_redis(service: Service) -> bool:
    image = service.image.value if service.image is not None else ""
    known = [leg for leg in images(service) if HOLE not in leg]
    if "${{" not in image or known:
        return False
    return bool(_SPEAKS_OF.search(image)) or service.id.lower() in ("redis", "valkey")


def _text(job: Job) -> str:
    return job.workflow.text[job.key.start : job.node.end]


def _remoteness(service: Service) -> int:
    """How little a service is the plain server that tests talk to: sentinels and cluster nodes come last."""
    words = " ".join((service.id, *images(service))).lower()
    return (
        2 if "sentinel" in words else 1 if "cluster" in words or "replica" in words or "slave" in words else 0
    )


def _starter(job: Job, reader: Reader) -> tuple[Step | None, Composed | None]:
    """The step that starts a server, where no service does, and what its compose file says of it."""
    for step in job.steps:
        if step.uses is not None and step.uses.value.partition("@")[0].lower() in _ACTIONS and _is_on(step):
            return step, None
        if step.run is None or commands.kind(step.run.value) is Kind.TESTS:
            continue
        if is_generated(step):
            return step, None
        if starts(step.run.value):
            return step, None
        if compose.up(step) is not None:
            composed = compose.found(step, reader)
            if isinstance(composed, Composed):
                return step, composed
            if composed and _SPEAKS_OF.search(job.workflow.text):
                return step, None
    return None, None


def _is_on(step: Step) -> bool:
    """Whether a set-up action starts what it installs."""
    return step.with_ is None or text_of(step.with_.get("auto-start")) != "false"


def test_steps(job: Job, asked: str | int | None, starter: Step | None) -> tuple[Step, ...]:
    """The steps that run the tests: the one asked for, else all that are under the runner or look like it."""
    if asked is not None:
        return (_asked(job, asked),)
    after = [step for step in job.steps if starter is None or step.index > starter.index]
    found = _candidates([step for step in after if not is_ours(step)])
    if not found:
        raise UserError(f"which step of the job {job.id} runs the tests is not known", _what_to_pass(job))
    return found


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


def is_generated(step: Step) -> bool:
    """Whether a step is the start of a server as `generate` writes it (plan/steps.py)."""
    env = step.env
    names = ("REDIS_IMAGE", "REDIS_PUBLISHED", "REDIS_NODES")
    return step.run is not None and isinstance(env, Mapping) and all(env.get(name) for name in names)


def title(step: Step) -> str:
    """A step's name as a reader knows it: its own, else its command's first line, or its action."""
    if step.name is not None:
        return f"'{' '.join(step.name.value.split())}'"
    text = command_of(step) or (step.uses.value if step.uses is not None else "")
    if under_runner(step):
        wrapped = text.partition(" -- ")[2]
        text = wrapped.partition("<<'HOLDFAST'\n")[2] or wrapped
    lines = text.strip().splitlines()
    return f"'{lines[0].strip()}'" if lines else f"step {step.index + 1}"


def is_ours(step: Step) -> bool:
    """Whether holdfast added a step."""
    path = text_of(step.with_.get("path")) if step.with_ is not None else None
    bundle = path is not None and "redis-diagnostics" in path
    return bundle or (step.run is not None and _OURS.search(step.run.value) is not None)


def under_runner(step: Step) -> bool:
    """Whether a step calls the retry runner already."""
    return step.run is not None and _RUNNER in step.run.value


def _candidates(steps: list[Step]) -> tuple[Step, ...]:
    """By the command first, then by the name, then the only step that does more than prepare."""
    kinds = {step.index: _kind(step) for step in steps}
    sure = [step for step in steps if kinds[step.index] is Kind.TESTS]
    if sure:
        also = [step for step in steps if kinds[step.index] > Kind.PREPARES and _says_tests(step)]
        return tuple(step for step in steps if step in sure or step in also)
    named = [step for step in steps if kinds[step.index] > Kind.PREPARES and _named(step)]
    perhaps = [step for step in steps if kinds[step.index] is Kind.PERHAPS]
    if perhaps:
        return tuple(step for step in steps if step in perhaps or step in named)
    actions = [step for step in steps if _tests_by_action(step)]
    others = [step for step in steps if kinds[step.index] is Kind.UNKNOWN and not _names_no_test(step)]
    return tuple(named[:1] or actions[:1] or (others if len(others) == 1 else ()))


def _kind(step: Step) -> Kind:
    """What a step's command is; steps for the case of a failure run no tests."""
    if under_runner(step):
        return Kind.TESTS
    failed = step.if_ is not None and "failure()" in step.if_.value
    return Kind.PREPARES if failed else commands.kind(command_of(step))


def _named(step: Step) -> bool:
    named = step.name.value if step.name is not None else ""
    return bool(_NAMES.search(named)) and not _names_no_test(step)


def _says_tests(step: Step) -> bool:
    """Whether a name ends in what its step runs, which stays in the foreground: `Run functional tests`."""
    name = step.name.value if step.name is not None else ""
    behind = step.run is not None and re.search(r"&\s*$", step.run.value, re.MULTILINE)
    return bool(_ENDS_IN_TESTS.search(name)) and not behind and not _names_no_test(step)


def _names_no_test(step: Step) -> bool:
    name = step.name.value if step.name is not None else ""
    return bool(_NOT_TESTS.search(name)) and not _AND_TESTS.search(name)


def _tests_by_action(step: Step) -> bool:
    """Whether an action, not a command, runs the tests."""
    if step.uses is None or retries(step) or step.uses.value.startswith("actions/"):
        return False
    action = step.uses.value.partition("@")[0]
    words = _TEST_ACTION.search(action.rpartition("/")[2]) or _named(step)
    return bool(words) and not _NO_TEST_ACTION.search(action)


def place(step: Step) -> int:
    """A step's place among those that holdfast did not add, from 0: it stays when steps are added."""
    return sum(not is_ours(one) for one in step.job.steps[: step.index])


def _asked(job: Job, asked: str | int) -> Step:
    """The step of that name, id or number from 1; an int is its place."""
    if isinstance(asked, int):
        return [step for step in job.steps if not is_ours(step)][asked]
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
    if not runs:
        return "give the tests a step with run:, which the runner can wrap"
    shown = [step.name.value if step.name else str(step.index + 1) for step in runs]
    return f"pass --job {job.id} --test-step with one of: {', '.join(shown)}"


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
