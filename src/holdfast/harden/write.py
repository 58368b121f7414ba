"""The edits that put gate, runner, bundle and limits into a job; text beside them stays as it is, byte for byte."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.document import Mapping, Node, Scalar, Sequence
from holdfast.errors import UserError
from holdfast.facts import images
from holdfast.harden.find import Found, Start, is_posix, shell_of
from holdfast.lint.services import ports
from holdfast.lint.workflow import Service, Step
from holdfast.plan import scripts as settings
from holdfast.plan.pins import uses
from holdfast.plan.server import health_options, line
from holdfast.render import scalar
from holdfast.spec.model import HealthCheck
from holdfast.spec.model import Job as Policy
from holdfast.text import Edit, Source

DIAGNOSTICS, RUNNER = "redis-diagnostics.sh", "run-with-retry.sh"
GATE, CHECK, COLLECT, UPLOAD = "Wait for Redis", "Check Redis", "Collect diagnostics", "Upload diagnostics"
KERNEL = "Configure system for Redis"
PARTS = ("service", "timeouts", "gate", "retry", "bundle")
_FAILED = "failure() || cancelled()"


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written: its line end, and the columns of a job's keys and of its steps' dashes and keys."""

    end: str
    keys: int
    dash: int
    step: int

    @property
    def inner(self) -> int:
        """Where keys below a step's keys stand."""
        return self.step + (self.step - self.dash)


@dataclass(frozen=True, slots=True)
class Task:
    """One job to repair in one text, by one policy."""

    source: Source
    found: Found
    policy: Policy
    scripts: str
    style: Style


def style_of(source: Source, found: Found) -> Style:
    """The style of a job. Raises UserError where steps are written in a way that cannot be edited safely."""
    steps = found.job.get("steps")
    if not isinstance(steps, Sequence) or steps.flow or found.job.node.flow:
        raise UserError(
            f"the steps of the job {found.job.id} are in flow style, in brackets",
            "write them as a list with dashes",
        )
    if found.tests.node.flow:
        raise UserError(
            f"the test step of the job {found.job.id} is in flow style, in braces", "write it as a block"
        )
    first = found.tests.node
    step = _column(source, first.entries[0].key.start)
    dash = _column(source, _dash(source, first))
    keys = _column(source, found.job.node.entries[0].key.start)
    return Style("\r\n" if "\r\n" in source.text else "\n", keys, dash, step)


def _column(source: Source, offset: int) -> int:
    return source.place(offset)[1] - 1


def _dash(source: Source, item: Node) -> int:
    """The dash in front of an item of a list."""
    at = source.text.rfind("-", 0, item.start)
    if at < 0 or source.text[at + 1 : item.start].strip():
        raise UserError("a step does not begin behind its dash", "write `- name: ...`")
    return at


def edits(task: Task, parts: tuple[str, ...]) -> tuple[Edit, ...]:
    """All edits of a job, for the parts that are wanted."""
    makers = {"service": _service, "timeouts": _limit, "gate": _gate, "retry": _retry, "bundle": _bundle}
    return tuple(edit for part in parts if part in makers for edit in makers[part](task))


# The service, where our rules' own fixes leave something to do.


def _service(task: Task) -> Iterator[Edit]:
    """A health check and a published port, where the service has none."""
    service = task.found.service
    if service is None:
        return
    value = service.value
    lines = _missing(task, service)
    if not lines:
        return
    source, style = task.source, task.style
    if isinstance(value, Scalar):
        pad = " " * (_column(source, service.key.start) + style.step - style.dash)
        at = _end_of(source, value)
        yield Edit(value.start, value.start, f"{style.end}{pad}image: ")
        yield Edit(at, at, "".join(f"{pad}{line}{style.end}" for line in _block_lines(lines, style)))
        return
    if not isinstance(value, Mapping) or not value.entries:
        return
    if value.flow:
        at = source.text.rindex("}", value.start, value.end)
        yield Edit(at, at, "".join(f", {name}: {_flow(text)}" for name, text in lines))
        return
    pad = " " * _column(source, value.entries[0].key.start)
    at = _end_of(source, value)
    start = "" if source.text[:at].endswith(("\n", "\r")) else style.end
    yield Edit(at, at, start + "".join(f"{pad}{line}{style.end}" for line in _block_lines(lines, style)))


def _missing(task: Task, service: Service) -> list[tuple[str, tuple[str, ...]]]:
    """The keys that a service lacks, each with its words."""
    lines: list[tuple[str, tuple[str, ...]]] = []
    published = any(port.container == images.PORT for port in ports(service))
    if not task.found.in_container and not published and not service.has("ports"):
        lines.append(("ports", (f"{images.PORT}:{images.PORT}",)))
    image = service.image.value if service.image is not None else ""
    if not service.has("options") and "${{" not in image:
        health = task.policy.redis.health if task.policy.redis else HealthCheck()
        lines.append(("options", tuple(line(pair) for pair in health_options(health, images.ping(image)))))
    return lines


def _block_lines(lines: list[tuple[str, tuple[str, ...]]], style: Style) -> Iterator[str]:
    pad = " " * (style.step - style.dash)
    for name, words in lines:
        if name == "ports":
            yield "ports:"
            yield f'{pad}- "{words[0]}"'
        else:
            yield "options: >-"
            yield from (f"{pad}{word}" for word in words)


def _flow(words: tuple[str, ...]) -> str:
    return f'["{words[0]}"]' if len(words) == 1 else f"'{' '.join(words)}'"


# Limits.


def _limit(task: Task) -> Iterator[Edit]:
    """`timeout-minutes` where the job has none: set-up, gate, retries and upload together."""
    job = task.found.job
    if job.timeout_minutes is not None:
        return
    total = 300 + task.policy.readiness.deadline + task.policy.retry.deadline + 300
    yield _key_before(task, "steps", f"timeout-minutes: {math.ceil(total / 60)}")


def _key_before(task: Task, name: str, text: str) -> Edit:
    """A new key of the job on its own line, in front of another key and of the comments above that."""
    entry = task.found.job.entry(name)
    assert entry is not None
    at = _above(task.source, entry.key.start)
    return Edit(at, at, f"{' ' * task.style.keys}{text}{task.style.end}")


def _above(source: Source, offset: int) -> int:
    """The start of the line of a value, or of the comment lines that stand directly above it."""
    number = source.place(offset)[0]
    while number > 1 and source.line(number - 1).lstrip().startswith("#"):
        number -= 1
    return source.offset(number)


# The steps that are added.


def _gate(task: Task) -> Iterator[Edit]:
    steps = (
        []
        if _has(task, GATE, f'{DIAGNOSTICS}" wait')
        else [_step(task, GATE, "wait", limit=math.ceil((task.policy.readiness.deadline + 30) / 60))]
    )
    if not _has(task, CHECK, f'{DIAGNOSTICS}" check'):
        report = 'check --mismatch warn --json "$RUNNER_TEMP/redis-diagnostics.json"'
        steps.append(_step(task, CHECK, report, limit=1))
    if steps:
        at = _before(task, task.found.tests)
        yield Edit(at, at, "".join(steps))


def _has(task: Task, name: str, call: str) -> bool:
    """Whether the job has the step already: by its call, or by the name that we give it."""
    return any(
        (step.run is not None and call in step.run.value)
        or (step.name is not None and step.name.value == name)
        for step in task.found.job.steps
    )


def _before(task: Task, step: Step) -> int:
    return _above(task.source, _dash(task.source, step.node))


def _step(task: Task, name: str, words: str, limit: int, if_: str = "", ledger: bool = False) -> str:
    env = dict(_env(task))
    if ledger:
        env["HOLDFAST_LEDGER"] = "${{ runner.temp }}/retry-ledger.json"
    lines = [f"name: {name}", *([f"if: {if_}"] if if_ else []), f"timeout-minutes: {limit}"]
    lines += _block("env", env, task)
    lines.append("shell: bash")
    lines.append(f'run: exec bash "$GITHUB_WORKSPACE/{task.scripts}/{DIAGNOSTICS}" {words}')
    return _item(task, lines)


def _block(name: str, values: dict[str, str], task: Task) -> list[str]:
    pad = " " * (task.style.inner - task.style.step)
    return (
        [f"{name}:", *(f"{pad}{key}: {scalar.scalar(value)}" for key, value in values.items())]
        if values
        else []
    )


def _item(task: Task, lines: list[str]) -> str:
    """Lines as an item of the list of steps, in the file's own columns."""
    style = task.style
    dash = " " * style.dash + "-" + " " * (style.step - style.dash - 1)
    pad = " " * style.step
    return "".join(f"{dash if number == 0 else pad}{line}{style.end}" for number, line in enumerate(lines))


def _env(task: Task) -> Iterator[tuple[str, str]]:
    """Where Redis is, unless the job says so itself; and its container."""
    found = task.found
    if not _knows(found):
        host, port = _address(task)
        yield "REDIS_HOST", host
        yield "REDIS_PORT", port
    if found.start is Start.SERVICE and found.service is not None:
        yield "REDIS_CONTAINER", f"${{{{ job.services.{found.service.id}.id }}}}"


def _knows(found: Found) -> bool:
    """Whether the environment of all steps names the server."""
    for env in (found.job.env, found.job.workflow.env):
        if isinstance(env, Mapping) and any(
            env.entry(name) is not None for name in ("REDIS_URL", "REDIS_HOST")
        ):
            return True
    return False


def _address(task: Task) -> tuple[str, str]:
    found = task.found
    if found.service is None:
        return "127.0.0.1", str(images.PORT)
    if found.in_container:
        return found.service.id, str(images.PORT)
    for port in ports(found.service):
        if port.container == images.PORT and port.host:
            return "127.0.0.1", str(port.host)
        if port.container == images.PORT:
            return "127.0.0.1", f"${{{{ job.services.{found.service.id}.ports['{images.PORT}'] }}}}"
    return "127.0.0.1", str(images.PORT)


# The runner around the tests.


def _retry(task: Task) -> Iterator[Edit]:
    step = task.found.tests
    run = step.run
    assert run is not None
    if RUNNER in run.value:
        return
    if not is_posix(shell_of(step)):
        raise UserError(
            f"the tests of the job {task.found.job.id} run in {shell_of(step)}",
            "leave the runner out: --only service,timeouts,gate,bundle",
        )
    entry = step.entry("run")
    assert entry is not None
    yield from _wrapped(task, run)
    extra = _block("env", dict(_env(task)) | _services(task), task)
    existing = step.entry("env")
    pad = " " * task.style.step
    if existing is None and extra:
        at = task.source.offset(task.source.place(entry.key.start)[0])
        if task.source.text[at : entry.key.start].strip():
            yield from _after_first(task, step, extra)  # `- run: ...`: the dash stands on the same line
        else:
            yield Edit(at, at, "".join(f"{pad}{line}{task.style.end}" for line in extra))
    elif isinstance(existing.value if existing else None, Mapping) and existing is not None:
        yield from _more(task, existing.value)
    if step.shell is None and shell_of(step) != "bash":
        return


def _services(task: Task) -> dict[str, str]:
    service = task.found.service
    return {"HOLDFAST_SERVICES": service.id} if service is not None else {}


def _after_first(task: Task, step: Step, lines: list[str]) -> Iterator[Edit]:
    """Behind the last line of a step that begins with `- run:`."""
    at = _end_of(task.source, step.node)
    start = "" if task.source.text[:at].endswith(("\n", "\r")) or at == 0 else task.style.end
    pad = " " * task.style.step
    yield Edit(at, at, start + "".join(f"{pad}{line}{task.style.end}" for line in lines))


def _more(task: Task, env: Node) -> Iterator[Edit]:
    """Variables that an `env:` lacks, behind its last one."""
    if not isinstance(env, Mapping):
        return
    wanted = dict(_env(task)) | _services(task)
    if any(env.entry(name) is not None for name in ("REDIS_URL", "REDIS_HOST")):
        wanted = {key: value for key, value in wanted.items() if key not in ("REDIS_HOST", "REDIS_PORT")}
    missing = {key: value for key, value in wanted.items() if env.entry(key) is None}
    if not missing:
        return
    if env.flow or not env.entries:
        raise UserError("the env: of the test step is in flow style, in braces", "write it as a block")
    column = _column(task.source, env.entries[0].key.start)
    at = _end_of(task.source, env)
    start = "" if task.source.text[:at].endswith(("\n", "\r")) else task.style.end
    lines = "".join(
        f"{' ' * column}{key}: {scalar.scalar(value)}{task.style.end}" for key, value in missing.items()
    )
    yield Edit(at, at, start + lines)


def _end_of(source: Source, node: Node) -> int:
    """The start of the line behind a value."""
    line = source.place(max(node.end - 1, node.start))[0]
    return source.offset(line + 1) if line < len(source.starts) else len(source.text)


_PLAIN = re.compile(r"[\w./:=,@%+ -]+", re.ASCII)


def _wrapped(task: Task, run: Scalar) -> Iterator[Edit]:
    """The command as an argument of the runner; several lines stay where they are, between two new ones."""
    call = (
        f'exec bash "$GITHUB_WORKSPACE/{task.scripts}/{RUNNER}" --ledger "$RUNNER_TEMP/retry-ledger.json" --'
    )
    end = task.style.end
    command = run.value.strip()
    if run.style in ("plain", "single", "double"):
        if (
            _PLAIN.fullmatch(command)
            and run.style == "plain"
            and "\n" not in task.source.text[run.start : run.end]
        ):
            yield Edit(run.start, run.start, f"{call} ")
            return
        yield Edit(run.start, run.end, _literal(task, call, command))
        return
    if run.style == "folded":
        raise UserError(
            "the command of the tests is a folded block (>)",
            "write it as a literal block (|), which keeps its lines",
        )
    lines = [line for line in task.source.text[run.start : run.end].splitlines()[1:] if line.strip()]
    if any(line.strip() == "HOLDFAST" for line in lines):
        raise UserError("the tests' command has a line HOLDFAST", "rename it")
    column = min(len(line) - len(line.lstrip(" ")) for line in lines)
    pad = " " * column
    first = task.source.offset(task.source.place(run.start)[0] + 1)
    last = _end_of(task.source, run)
    newline = "" if task.source.text[:last].endswith(("\n", "\r")) else end
    yield Edit(first, first, f"{pad}{call} bash -eo pipefail -c \"$(cat <<'HOLDFAST'{end}")
    yield Edit(last, last, f'{newline}{pad}HOLDFAST{end}{pad})"{end}')


def _literal(task: Task, call: str, command: str) -> str:
    pad = " " * task.style.inner
    lines = [f"{call} bash -eo pipefail -c \"$(cat <<'HOLDFAST'", *command.splitlines(), "HOLDFAST", ')"']
    return "|" + "".join(f"{task.style.end}{pad}{line}" if line else task.style.end for line in lines)


# The bundle.


def _bundle(task: Task) -> Iterator[Edit]:
    steps = []
    if not _has(task, COLLECT, f'{DIAGNOSTICS}" report'):
        words = 'report "$RUNNER_TEMP/redis-diagnostics"'
        steps.append(_step(task, COLLECT, words, limit=2, if_=_FAILED, ledger=True))
    if not _has(task, UPLOAD, "\0"):
        steps.append(_item(task, _upload(task)))
    if not steps:
        return
    last = task.found.job.steps[-1].node
    at = _end_of(task.source, last)
    start = "" if task.source.text[:at].endswith(("\n", "\r")) else task.style.end
    yield Edit(at, at, start + "".join(steps))


def _upload(task: Task) -> list[str]:
    action = uses("actions/upload-artifact")
    index = "-${{ strategy.job-index }}" if task.found.job.matrix is not None else ""
    given = {
        "name": f"redis-diagnostics-${{{{ github.job }}}}{index}-${{{{ github.run_attempt }}}}",
        "path": "${{ runner.temp }}/redis-diagnostics",
        "if-no-files-found": "ignore",
    }
    first = [
        f"name: {UPLOAD}",
        f"if: {_FAILED}",
        "timeout-minutes: 3",
        f"uses: {action.name}@{action.sha} # {action.version}",
    ]
    return [*first, *_block("with", given, task)]


def script_settings(policy: Policy) -> tuple[settings.Settings, settings.Settings]:
    """The defaults of the two scripts for this policy."""
    return settings.diagnostics(policy), settings.retry(policy.retry)
