"""The retry runner around the step that runs the tests, whichever way its command is written."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterator

from holdfast.document import Mapping, Node, Scalar
from holdfast.errors import UserError
from holdfast.harden import guard
from holdfast.harden.action import in_action
from holdfast.harden.find import command_of, inner, is_posix, retries, shell_of, under_runner
from holdfast.harden.layout import RUNNER, Task, block, end_of, flow_value
from holdfast.harden.where import environment
from holdfast.lint.workflow import Step, text_of
from holdfast.plan.budget import default_reserve, delays, worst
from holdfast.render import scalar
from holdfast.text import Edit

# Commands that may follow the runner as they are: one program and its words.
_PLAIN = re.compile(r"[\w./:=,@%+ -]+", re.ASCII)
_NOT_A_PROGRAM = re.compile(
    r"(?:[\w]+=|(?:cd|source|\.|export|time|exec|set|if|for|while|until|eval|command|ulimit|!)(?:\s|$))"
)
# What of a retry action has a place here, and what means the same as leaving it out.
_TAKEN = {"command", "max_attempts", "timeout_minutes", "timeout_seconds", "retry_wait_seconds", "shell"}
_TAKEN |= {"attempt_limit", "attempt_delay"}
_HARMLESS = {"retry_on", "polling_interval_seconds", "warning_on_retry"}


def wrapped(task: Task) -> Iterator[Edit]:
    """The edits of the test step."""
    step = task.tests
    if under_runner(step):
        return
    if not command_of(step):
        action = step.uses.value if step.uses is not None else "an action"
        raise UserError(
            f"the tests run in {action}, and the runner wraps a command, not an action",
            "put the command that it runs into a step with run:, then harden again",
        )
    guard.machine(task.found)
    shell = shell_of(step)
    if not is_posix(shell):
        raise UserError(
            f"the tests run in {shell}, and the runner is a bash program",
            "give the test step `shell: bash`, or pass --only service,timeouts,gate,bundle",
        )
    if step.node.flow:
        yield from _in_braces(task, step)
        return
    if retries(step):
        yield from _converted(task, step)
    elif step.run is not None:
        yield from _command(task, step.run)
    yield from _environment(task, step)


def _call(task: Task, flags: str = "") -> str:
    flags = f"{flags} {limits(task)}".strip() if "--deadline" not in flags else flags
    return (
        f'exec bash "$GITHUB_WORKSPACE/{task.folder}/{RUNNER}"{" " + flags if flags else ""}'
        ' --ledger "$RUNNER_TEMP/retry-ledger.json" --'
    )


def limits(task: Task) -> str:
    """Flags that fit the runner into a limit that the job or the step has; empty where there is none."""
    policy = task.policy.retry
    deadline = available(task)
    if deadline is None or float(deadline) == float(policy.deadline):
        return ""
    attempt = policy.attempt_timeout * deadline / policy.deadline
    return f"--deadline {deadline}s --attempt-timeout {max(int(attempt), 1)}s"


def short(task: Task) -> bool:
    """Whether there is less time than the policy asks for."""
    deadline = available(task)
    return deadline is not None and deadline < task.policy.retry.deadline


def available(task: Task) -> int | None:
    """The seconds that the job's and the test step's own limits leave for all attempts of it; None without such.

    Whoever wrote a limit knows that the tests end within it: nearly all of it is theirs, also where several steps
    test, and only what the failure bundle needs is kept. The job's limit goes on to hold for everything together. One
    that is as it would be written here leaves the policy's own time.
    """
    found: list[int] = []
    whole = _minutes(task.found.job.timeout_minutes)
    if whole is not None and whole != limit(task):
        found.append(int(whole * 60 - min(120, whole * 60 * 0.2)))
    step = _minutes(task.tests.timeout_minutes) if task.found.steps else None
    if step is not None:
        found.append(max(int(step * 60 - min(30, step * 60 * 0.1)), 1))
    return min(found, default=None)


def needed(task: Task) -> float:
    """Set-up, gate, the retries of each test step, and upload together, in seconds."""
    tests = max(len(task.found.steps), 1) * task.policy.retry.deadline
    return 300 + task.policy.readiness.deadline + tests + 300


def limit(task: Task) -> int:
    """The minutes of a job that has no limit yet: what is needed, or what its test steps ask for, if that is more."""
    seconds = needed(task)
    for step in task.found.steps:
        own = _minutes(step.timeout_minutes)
        asked = max(own * 60 if own is not None else 0, _again(step))
        seconds += max(asked - task.policy.retry.deadline, 0)
    return math.ceil(seconds / 60)


def _again(step: Step) -> float:
    """The seconds that all attempts of a retry action take; 0 where that is not known."""
    given = step.with_ if retries(step) else None
    return _whole(given)[0] if given is not None else 0


def _whole(given: Mapping) -> tuple[float, str]:
    """All attempts of a retry action with waits and reserve in seconds, 0 where unknown; and its wait."""
    attempts = _attempts(given)
    pause = text_of(given.get("attempt_delay")) or ""
    wait = text_of(given.get("retry_wait_seconds")) or (
        str(math.ceil(int(pause) / 1000)) if pause.isdigit() else ""
    )
    minutes_, seconds_ = text_of(given.get("timeout_minutes")), text_of(given.get("timeout_seconds"))
    length = int(minutes_) * 60 if minutes_ and minutes_.isdigit() else 0
    length = int(seconds_) if not length and seconds_ and seconds_.isdigit() else length
    if not length or not attempts.isdigit():
        return 0, wait
    waits = delays(f"{wait if wait.isdigit() else 10}s", int(attempts))
    total = worst(int(attempts), waits, length, 0)
    return total + default_reserve(total) * 1.1, wait


def _attempts(given: Mapping) -> str:
    return text_of(given.get("max_attempts")) or text_of(given.get("attempt_limit")) or "3"


def _minutes(node: Node | None) -> float | None:
    value = node.typed if isinstance(node, Scalar) else None
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
    )


# The command.


def _command(task: Task, run: Scalar) -> Iterator[Edit]:
    """The command as an argument of the runner; several lines stay where they are, between two new ones."""
    text = task.source.text
    written = text[run.start : run.end]
    command = run.value.strip()
    if any(line.strip() == "HOLDFAST" for line in command.splitlines()):
        raise UserError("the tests' command has a line HOLDFAST", "rename it")
    if run.style == "plain" and "\n" not in written and _is_program(command):
        yield Edit(run.start, run.start, f"{_call(task)} ")
    elif run.style == "folded":
        head = written.splitlines()[0]
        comment = f" {head[head.index('#') :]}" if "#" in head else ""
        tail = written[len(written.rstrip()) :]
        made = literal(task, command, task.style.inner)
        yield Edit(run.start, run.end, f"|{comment}{made[1:]}{tail}")
    elif run.style != "literal":
        # a comment behind the command stays on its line
        rest = text[run.end : end_of(task.source, run)].rstrip("\r\n")
        made = literal(task, command, task.style.inner)
        yield Edit(run.start, run.end + len(rest), f"|{rest}{made[1:]}")
    else:
        yield from _around(task, run)


def _in_braces(task: Task, step: Step) -> Iterator[Edit]:
    """A step `{run: ...}`: its command quoted for the shell and for YAML, on its line."""
    run, env = step.run, step.entry("env")
    if run is None or "\n" in run.value or "${{" in run.value or (env and not isinstance(env.value, Mapping)):
        raise UserError("the test step is in flow style, in braces", "write it as a block")
    command = run.value.strip()
    words = command if _is_program(command) else f"{inner(step)} {shlex.quote(command)}"
    yield Edit(run.start, run.end, flow_value(f"{_call(task)} {words}"))
    if env is not None:
        yield from _environment(task, step)
        return
    wanted = ", ".join(f"{key}: {flow_value(value)}" for key, value in _wanted(task).items())
    at = task.source.text.rindex("}", step.node.start, step.node.end)
    at = step.node.start + len(task.source.text[step.node.start : at].rstrip().rstrip(","))
    yield Edit(at, at, f", env: {{{wanted}}}")


def _is_program(command: str) -> bool:
    return bool(_PLAIN.fullmatch(command)) and not _NOT_A_PROGRAM.match(command)


def _around(task: Task, run: Scalar) -> Iterator[Edit]:
    source, end = task.source, task.style.end
    written = source.text[run.start : run.end]
    lines = [line for line in written.splitlines()[1:] if line.strip()]
    if not lines:
        raise UserError("the tests' command is empty", "name the step that runs them with --test-step")
    pad = " " * min(len(line) - len(line.lstrip(" ")) for line in lines)
    first = source.offset(source.place(run.start)[0] + 1)
    if len(lines) == 1 and _is_program(run.value.strip()):
        start = source.text.index(lines[0], first) + len(pad)
        yield Edit(start, start, f"{_call(task)} ")
        return
    # blank lines behind the command keep standing behind the step
    last = end_of(source, run, trim=True)
    newline = "" if source.text[:last].endswith(("\n", "\r")) else end
    yield Edit(first, first, f"{pad}{_call(task)} {_opened(task)}{end}")
    yield Edit(last, last, f'{newline}{pad}HOLDFAST{end}{pad})"{end if not newline else ""}')


def _opened(task: Task) -> str:
    return f"{inner(task.tests)} \"$(cat <<'HOLDFAST'"


def literal(task: Task, command: str, column: int, flags: str = "") -> str:
    """A command as a literal block whose lines stand in a column; without a last line end."""
    pad = " " * column
    lines = [f"{_call(task, flags)} {_opened(task)}", *command.splitlines(), "HOLDFAST", ')"']
    return "|" + "".join(f"{task.style.end}{pad}{line}" if line else task.style.end for line in lines)


# A retry action: its command becomes the runner's.


def _converted(task: Task, step: Step) -> Iterator[Edit]:
    uses, with_ = step.entry("uses"), step.entry("with")
    assert uses is not None
    assert with_ is not None
    given = with_.value
    source = task.source
    if not isinstance(given, Mapping) or given.flow or with_.key.start < uses.key.start:
        raise UserError(
            "the retry action's inputs are written in a way that cannot be edited safely", _BY_HAND
        )
    if strange := [entry.name for entry in given if entry.name not in _TAKEN | _HARMLESS]:
        raise UserError(f"the retry action's input {strange[0]} has no counterpart in the runner", _BY_HAND)
    shell = text_of(given.get("shell")) or "bash"
    if not is_posix(shell):
        raise UserError(f"the retry action's command runs in {shell}", _BY_HAND)
    last = end_of(source, given)
    first = source.offset(source.place(with_.key.start)[0])
    pad, end = " " * task.style.step, task.style.end
    kept = [one for one in step.job.workflow.document.comments if first <= one.start < last]
    command = text_of(given.get("command")) or ""
    block_ = literal(task, command.strip(), task.style.inner, " ".join(_flags(task, given)))
    at = end_of(source, uses.value)
    rest = source.text[uses.value.end : at].rstrip("\r\n")
    yield Edit(uses.key.start, uses.value.end + len(rest), f"run: |{rest}{block_[1:]}")
    gone = "".join(f"{pad}{comment.text}{end}" for comment in kept)
    # a step of an action must name its shell, and one with `uses` has none
    yield Edit(first, last, f"{gone}{pad}shell: bash{end}" if in_action(step.job) else gone)


_BY_HAND = "replace it by `run:` with the command, then harden again"


def _flags(task: Task, given: Mapping) -> Iterator[str]:
    """The action's inputs as the runner's flags."""
    total, wait = _whole(given)
    yield f"--attempts {_attempts(given)}"
    if wait:
        yield f"--delays {wait}s"
    minutes_, seconds_ = text_of(given.get("timeout_minutes")), text_of(given.get("timeout_seconds"))
    if minutes_ or seconds_:
        yield f"--attempt-timeout {minutes_}m" if minutes_ else f"--attempt-timeout {seconds_}s"
    if total:
        room = available(task)
        yield f"--deadline {math.ceil(total if room is None else min(total, room))}s"


# The environment.


def _environment(task: Task, step: Step) -> Iterator[Edit]:
    """Address, container and services for the runner, which asks and resets only what is the job's own."""
    wanted = _wanted(task)
    existing = step.entry("env")
    if existing is None:
        yield from _new(task, step, wanted)
    elif isinstance(existing.value, Mapping):
        yield from _more(task, existing.value, wanted)
    elif wanted:
        raise UserError("the env: of the test step is an expression, or empty", "write its variables out")


def _wanted(task: Task) -> dict[str, str]:
    services = {"HOLDFAST_SERVICES": task.found.service.id} if task.found.service is not None else {}
    return {**environment(task.found), **services}


def _new(task: Task, step: Step, wanted: dict[str, str]) -> Iterator[Edit]:
    lines = block("env", wanted, task.style)
    if not lines:
        return
    source, end, pad = task.source, task.style.end, " " * task.style.step
    entry = step.entry("with") if retries(step) else step.entry("run")
    assert entry is not None
    at = source.offset(source.place(entry.key.start)[0])
    if source.text[at : entry.key.start].strip():
        # `- run: ...`: the dash stands on the same line
        at = end_of(source, step.node, trim=True)
    start = "" if source.text[:at].endswith(("\n", "\r")) or at == 0 else end
    made = "".join(f"{pad}{line}{end}" for line in lines)
    yield Edit(at, at, start + (made.removesuffix(end) if start else made))


def _more(task: Task, env: Mapping, wanted: dict[str, str]) -> Iterator[Edit]:
    """Variables that an `env:` lacks, behind its last one."""
    source, end = task.source, task.style.end
    if env.entry("REDIS_URL") is not None or env.entry("REDIS_HOST") is not None:
        wanted = {key: value for key, value in wanted.items() if key not in ("REDIS_HOST", "REDIS_PORT")}
    missing = {key: value for key, value in wanted.items() if env.entry(key) is None}
    if not missing:
        return
    if env.flow:
        at = source.text.rindex("}", env.start, env.end)
        at = env.start + len(source.text[env.start : at].rstrip())
        comma = ", " if env.entries and source.text[at - 1] != "," else " "
        yield Edit(at, at, comma + ", ".join(f"{key}: {flow_value(value)}" for key, value in missing.items()))
        return
    column = source.place(env.entries[0].key.start)[1] - 1
    at = end_of(source, env, trim=True)
    start = "" if source.text[:at].endswith(("\n", "\r")) else end
    lines = "".join(f"{' ' * column}{key}: {scalar.scalar(value)}{end}" for key, value in missing.items())
    yield Edit(at, at, start + (lines.removesuffix(end) if start else lines))
