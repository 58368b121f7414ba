"""What a step's script does: which tests it runs, how many at a time, what it waits for, what it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from holdfast.document import Mapping, Node, Scalar
from holdfast.lint.memo import remembered
from holdfast.lint.shell import Command, commands
from holdfast.lint.workflow import Job, Step

# Programs that run tests; a second word where the program does other things too.
_RUNNERS = (
    ("pytest", ""),
    ("py.test", ""),
    ("tox", ""),
    ("nox", ""),
    ("nose2", ""),
    ("jest", ""),
    ("vitest", ""),
    ("mocha", ""),
    ("ava", ""),
    ("go", "test"),
    ("gotestsum", ""),
    ("cargo", "test"),
    ("cargo", "nextest"),
    ("npm", "test"),
    ("npm", "t"),
    ("yarn", "test"),
    ("pnpm", "test"),
    ("bun", "test"),
    ("deno", "test"),
    ("make", "test"),
    ("rspec", ""),
    ("rake", "test"),
    ("phpunit", ""),
    ("pest", ""),
    ("ctest", ""),
    ("mvn", "test"),
    ("mvn", "verify"),
    ("dotnet", "test"),
    ("mix", "test"),
    ("ginkgo", ""),
    ("playwright", "test"),
    ("unittest", ""),
)
_RUNNER_NAMES = frozenset(name for name, _ in _RUNNERS)
_WITHOUT_TEST = tuple(runner for runner in _RUNNERS if "test" not in "".join(runner))
_SCRIPT_SHELLS = re.compile(r"(bash|sh)(\s|$)")


@remembered
def script(step: Step) -> str | None:
    """The text of `run` where bash or sh reads it."""
    if step.run is None:
        return None
    shell = step.shell
    return step.run.value if shell is None or _SCRIPT_SHELLS.match(shell.value) else None


@remembered
def steps_commands(step: Step) -> tuple[Command, ...]:
    """The commands of a step's script, substitutions included."""
    text = script(step)
    return commands(text) if text is not None else ()


def number(node: Node | None) -> float | None:
    """A literal number, such as a limit in minutes."""
    if isinstance(node, Scalar):
        value = node.typed
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
    return None


@remembered
def limit(step: Step) -> float | None:
    """The seconds that a step has: its own limit, else its job's; None where none is written as a number."""
    own = number(step.timeout_minutes)
    whole = number(step.job.timeout_minutes)
    found = [minutes for minutes in (own, whole) if minutes is not None]
    return min(found) * 60 if found else None


@lru_cache(maxsize=512)
def may_test(text: str) -> bool:
    """Whether a script may run tests at all, told without reading it as a shell does."""
    # every script is asked about; `any` takes twice the time
    for name, second in _RUNNERS if "test" in text else _WITHOUT_TEST:  # noqa: SIM110
        if name in text and second in text:
            return True
    return False


def tests(command: Command) -> str | None:
    """The test program that a command runs, else None."""
    if _RUNNER_NAMES.isdisjoint(command.programs):
        return None
    for name, second in _RUNNERS:
        place = command.runs(name)
        if place is None:
            continue
        after = [word.text for word in command.words[place + 1 :]]
        if second and second not in after[:3]:
            continue
        if any(word in ("--version", "--help", "--collect-only", "--listTests", "-h") for word in after):
            continue
        return f"{name} {second}".strip()
    return None


@remembered
def runs_tests(step: Step) -> str | None:
    """The test program that a step runs, else None."""
    return next((name for command in steps_commands(step) if (name := tests(command))), None)


def workers(command: Command) -> str | None:
    """How a test command runs several at once, in words; None where it does not, or does not say so."""
    args = list(command.args)
    text = " ".join(args)
    name = tests(command)
    if name in ("pytest", "py.test"):
        found = re.search(r"(?:^|\s)(?:-n|--numprocesses)[ =]?(auto|logical|\d+)(?=\s|$)", text)
        return f"{found[1]} workers" if found and found[1] not in ("0", "1") else None
    if name == "jest":
        serial = re.search(r"(^|\s)(-i|--runInBand|--maxWorkers[ =]1|-w[ =]?1)(?=\s|$)", text)
        return None if serial else "one worker for each core but one"
    if name == "vitest":
        serial = re.search(r"--no-file-parallelism|--fileParallelism[ =]false|--maxWorkers[ =]1\b", text)
        return None if serial else "one worker for each core"
    if name == "go test":
        several = any(arg.endswith("...") for arg in args)
        return None if not several or re.search(r"(^|\s)-p[ =]1(?=\s|$)", text) else "one package a core"
    if name == "rspec" or command.runs("parallel_rspec") is not None:
        return "several processes" if "parallel_rspec" in command.line else None
    return None


class Loop(NamedTuple):
    """A shell loop: offsets of its keyword, condition, body and end in the script."""

    kind: str
    start: int
    condition: str
    body: str
    body_start: int
    end: int


_LOOP = re.compile(r"(?<![\w-])(until|while|for)(?=[\s\[(])")
_DO = re.compile(r"(?<![\w-])(until|while|for|select|do|done)(?![\w-])")


def loops(text: str) -> Iterator[Loop]:
    """The loops of a script, inner ones too."""
    if "done" not in text:
        return
    for found in _LOOP.finditer(text):
        line = text.rfind("\n", 0, found.start()) + 1
        before = text[line : found.start()]
        if "#" in before or not re.search(r"(^|[;&|({]|\bdo|\bthen|\belse|['\"]|!)\s*(time\s+)?$", before):
            continue
        loop = _loop(text, found)
        if loop is not None:
            yield loop


def _loop(text: str, found: re.Match[str]) -> Loop | None:
    depth = 0
    body_start = None
    for word in _DO.finditer(text, found.end()):
        if word[1] == "do":
            depth += 1
            if body_start is None:
                body_start = word.end()
        elif word[1] == "done" and depth:
            depth -= 1
            if depth == 0 and body_start is not None:
                condition = text[found.end() : text.rfind("do", 0, body_start)].strip().rstrip(";").strip()
                body = text[body_start : word.start()].strip()
                return Loop(found[1], found.start(), condition, body, body_start, word.end())
    return None


# The condition of a loop that counts its rounds.
COUNTED = re.compile(r"\s-(?:lt|le|gt|ge|eq|ne)\s|\(\(.*[<>]")


def count_of(loop: Loop) -> int | None:
    """How often a `for` loop runs at most; None where it is not written out."""
    condition = loop.condition
    words = re.match(r"\w+\s+in\s+(.*)$", condition, re.DOTALL)
    if words is None:
        found = re.match(r"\(\(\s*\w+\s*=\s*(\d+)\s*;\s*\w+\s*(<=?)\s*(\d+)\s*;", condition)
        if found is None:
            return None
        return int(found[3]) - int(found[1]) + (1 if found[2] == "<=" else 0)
    listed = words[1].strip()
    if found := re.fullmatch(r"\{(\d+)\.\.(\d+)\}", listed):
        return abs(int(found[2]) - int(found[1])) + 1
    if found := re.fullmatch(r"(?:\$\(|`)\s*seq\s+(?:(\d+)\s+)?(\d+)\s*(?:\)|`)", listed):
        return int(found[2]) - int(found[1] or 1) + 1
    plain = listed.split()
    return len(plain) if all(re.fullmatch(r"[\w.-]+", word) for word in plain) else None


def starts_server(command: Command) -> bool:
    """Whether a command starts a Redis server, or containers, and returns."""
    words = command.args
    if command.runs("redis-server") is not None or command.runs("valkey-server") is not None:
        return command.then == "&" or "--daemonize" in words
    if command.runs("docker") is not None:
        detached = "-d" in words or "--detach" in words or command.then == "&"
        if "run" in words[:1]:
            return detached
        return "compose" in words[:1] and "up" in words and detached and "--wait" not in words
    if command.runs("docker-compose") is not None:
        return "up" in words and ("-d" in words or "--detach" in words) and "--wait" not in words
    return False


# What a loop asks a server.
PROBING = re.compile(
    r"\bping\b|PONG|nc -\w*z|/dev/tcp|isready|curl|wget|health|mysqladmin|connect|\b(psql|mysql|mariadb|mongosh?)\s",
    re.IGNORECASE,
)


@remembered
def waits(step: Step) -> bool:
    """Whether a step visibly waits for a server: a loop, a waiting program, an action of that name or a retry."""
    if step.uses is not None:
        retry = retry_of(step)
        asked = retry.command.value if retry is not None and retry.command is not None else ""
        named = step.name.value if step.name is not None else ""
        return bool(re.search(r"wait|health", f"{step.uses.value}\n{named}", re.IGNORECASE)) or bool(
            re.search(r"(redis|valkey)-cli\b|pg_isready|mysqladmin", asked)
        )
    text = step.run.value if step.run else ""
    if re.search(
        r"wait-for-it|wait4x|wait-on\b|dockerize|wait_for|wait-for|redis-diagnostics\.sh|run-with-retry\.sh"
        r"|\bup\b[^\n]*--wait|pg_isready|--retry\b",
        text,
    ):
        return True
    return any(PROBING.search(f"{loop.condition}\n{loop.body}") for loop in loops(text))


@remembered
def job_text(job: Job) -> str:
    """All scripts of a job, one after another."""
    return "\n".join(step.run.value for step in job.steps if step.run is not None)


class Retry(NamedTuple):
    """A step that an action runs again: `command` is the node of what it runs."""

    attempts: int
    attempt_seconds: float | None
    wait_seconds: float
    command: Scalar | None


@remembered
def retry_of(step: Step) -> Retry | None:
    """The numbers of a nick-fields/retry step (defaults: 10 s between attempts); None for other steps."""
    given = step.with_
    if step.uses is None or given is None:
        return None
    if step.uses.value.startswith("Wandalen/wretry.action@"):
        return _wretry(given)
    if not step.uses.value.startswith(("nick-fields/retry@", "nick-invision/retry@")):
        return None
    attempts = number(given.get("max_attempts"))
    minutes, seconds = number(given.get("timeout_minutes")), number(given.get("timeout_seconds"))
    wait = number(given.get("retry_wait_seconds"))
    command = given.get("command")
    if attempts is None:
        return None
    length = minutes * 60 if minutes is not None else seconds
    return Retry(
        int(attempts),
        length,
        wait if wait else 10.0,
        command if isinstance(command, Scalar) else None,
    )


def _wretry(given: Mapping) -> Retry | None:
    """The numbers of a Wandalen/wretry.action step: milliseconds, two attempts unless written."""
    attempts = number(given.get("attempt_limit")) if given.get("attempt_limit") else 2.0
    delay, length = number(given.get("attempt_delay")), number(given.get("time_out"))
    command = given.get("command")
    if attempts is None:
        return None
    return Retry(
        int(attempts),
        length / 1000 if length else None,
        (delay or 0.0) / 1000,
        command if isinstance(command, Scalar) else None,
    )


def said(seconds: float) -> str:
    """Seconds in words: `45 s`, `20 min`, `92.5 min`."""
    if seconds < 120:
        return f"{seconds:.4g} s"
    return f"{seconds / 60:.4g} min"
