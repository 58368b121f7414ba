"""Shellcheck on the scripts of workflows: one process for all of them, answers mapped back to the workflow.

Scripts go through files, never a pipe, so that neither side can wait for the other. Expressions become as many
underscores, so that lines and columns stay.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from holdfast.document import Document, Mapping, Scalar, read
from holdfast.finding import Finding
from holdfast.lint.problem import Problem
from holdfast.lint.settings import Settings
from holdfast.lint.workflow import Action, Job, Step, Workflow, mapping, scalar
from holdfast.text import Source, Span

# What is always so, or never, in a script cut out of a workflow: sourced files are elsewhere (1090, 1091),
# variables come from `env:` (2153, 2154), and a replaced expression is a constant (2043, 2050, 2157, 2194).
_NOT_HERE = "SC1090,SC1091,SC2043,SC2050,SC2153,SC2154,SC2157,SC2194"
_DIALECTS = ("bash", "sh", "dash", "ksh")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_BATCH = 2000
# How long a batch may take, beside 50 ms a script; one takes 5 ms.
_SECONDS = 30.0
SECONDS_VARIABLE = "HOLDFAST_SHELLCHECK_SECONDS"


class Checked(NamedTuple):
    """What was found in each file's scripts, and why it is not everything ("" where it is)."""

    found: list[tuple[Finding, ...]]
    trouble: str = ""


class _Answers(NamedTuple):
    """Shellcheck's comments on each script, and what went wrong."""

    comments: list[list[dict[str, Any]]]
    trouble: str = ""


class Script(NamedTuple):
    """A `run:` and the dialect that its shell speaks."""

    scalar: Scalar
    dialect: str


def installed() -> str:
    """The shellcheck on the PATH as path, time and size, which change with its version; "" if there is none."""
    path = _executable()
    if path is None:
        return ""
    stat = path.stat()
    return f"{path} {stat.st_mtime_ns} {stat.st_size}"


def _executable() -> Path | None:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder or ".") / "shellcheck"
        if os.access(path, os.X_OK) and path.is_file():
            return path
    return None


def check_scripts(texts: Iterable[tuple[str, str, Settings]]) -> Checked:
    """What shellcheck finds in each file's scripts; what is missing when it fails or takes too long is said."""
    documents = [(read(Source(path, text)), settings) for path, text, settings in texts]
    scripts = [tuple(scripts_of(document)) for document, _ in documents]
    comments, trouble = _answers([script for several in scripts for script in several])
    answers = iter(comments)
    found = []
    for (document, settings), several in zip(documents, scripts, strict=True):
        problems = [
            problem
            for script in several
            for problem in _problems(script, next(answers), document.source.text)
        ]
        found.append(tuple(_findings(problems, document, settings)))
    return Checked(found, trouble)


def scripts_of(document: Document) -> Iterator[Script]:
    """The scripts of a workflow or a composite action that shellcheck can read."""
    from holdfast.lint.engine import is_action

    if document.errors or not isinstance(document.root, Mapping):
        return
    if is_action(document.source.path, document):
        steps: Iterable[Step] = Action(document).steps
        yield from _readable((step, step.shell, None) for step in steps)
        return
    workflow = Workflow(document)
    default = _default_shell(mapping(workflow.get("defaults")))
    for job in workflow.jobs:
        of_job = scalar(job.defaults_run.get("shell")) if job.defaults_run else None
        yield from _readable((step, step.shell or of_job or default, job) for step in job.steps)


def _readable(steps: Iterable[tuple[Step, Scalar | None, Job | None]]) -> Iterator[Script]:
    for step, shell, job in steps:
        script = step.run
        dialect = _dialect(shell.value) if shell else "" if job and _on_windows(job) else "bash"
        if script is not None and script.value and dialect:
            yield Script(script, dialect)


def _default_shell(defaults: Mapping | None) -> Scalar | None:
    run = mapping(defaults.get("run")) if defaults else None
    return scalar(run.get("shell")) if run else None


def _on_windows(job: Job) -> bool:
    """Whether the default shell may be PowerShell; a label computed from a matrix may be anything."""
    return any("windows" in label.value.lower() or "${{" in label.value for label in job.labels)


def _dialect(shell: str) -> str:
    words = shell.split()
    name = words[0].rpartition("/")[2] if words else ""
    return name if name in _DIALECTS else ""


def _answers(scripts: Sequence[Script]) -> _Answers:
    """The comments of shellcheck on each script; after a batch that went wrong no further one is tried."""
    path = _executable()
    comments: list[list[dict[str, Any]]] = [[] for _ in scripts]
    if path is None or not scripts:
        return _Answers(comments)
    for start in range(0, len(scripts), _BATCH):
        batch = scripts[start : start + _BATCH]
        answered, trouble = _one_process(path, batch)
        comments[start : start + len(batch)] = answered
        if trouble:
            return _Answers(comments, f"{trouble}; its findings are missing")
    return _Answers(comments)


def _one_process(path: Path, scripts: Sequence[Script]) -> _Answers:
    comments: list[list[dict[str, Any]]] = [[] for _ in scripts]
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        names = []
        for number, script in enumerate(scripts):
            name = f"{number}.sh"
            text = f"# shellcheck shell={script.dialect}\n{_replaced(script.scalar.value)}"
            (Path(folder) / name).write_text(text, "utf-8", newline="")
            names.append(name)
        command = [
            str(path),
            "--norc",
            "--format=json1",
            "--severity=warning",
            f"--exclude={_NOT_HERE}",
            *names,
        ]
        seconds = _limit() + len(scripts) / 20
        try:
            said = _said(command, folder, seconds)
        except OSError as error:
            return _Answers(comments, f"{path} cannot be run: {error.strerror or error}")
        if said is None:
            return _Answers(comments, f"{path} gave no answer within {seconds:.0f} s")
    try:
        found = json.loads(said)["comments"]
    except (ValueError, KeyError, TypeError):
        return _Answers(comments, f"{path} gave an answer that is none of shellcheck's")
    for comment in found:
        comments[int(comment["file"].removesuffix(".sh"))].append(comment)
    return _Answers(comments)


def _limit() -> float:
    """Seconds for a batch, beside those for each script."""
    with contextlib.suppress(ValueError):
        return float(os.environ.get(SECONDS_VARIABLE, _SECONDS))
    return _SECONDS


def _said(command: list[str], folder: str, seconds: float) -> bytes | None:
    """What a command prints, None where it did not end in time; then it and what it started are ended.

    The output goes to a file: a pipe that a grandchild holds open would be waited for.
    """
    output = Path(folder) / "said.json"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return output.read_bytes()


def _replaced(text: str) -> str:
    """The script with each expression as underscores; its line ends stay."""
    return _EXPRESSION.sub(lambda found: re.sub(r"[^\r\n]", "_", found.group()), text)


def _problems(script: Script, comments: list[dict[str, Any]], text: str) -> Iterator[Problem]:
    starts = [0]
    for line in script.scalar.value.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    last = len(script.scalar.value)
    for comment in comments:
        # one line stands before the script
        begin = _index(starts, comment["line"] - 1, comment["column"], last)
        end = _index(starts, comment["endLine"] - 1, comment["endColumn"], last)
        span = script.scalar.part(text, begin, max(end, begin + 1))
        message = f"SC{comment['code']}: {_sentence(comment['message'])}"
        cure = f"see https://www.shellcheck.net/wiki/SC{comment['code']}"
        yield Problem("shellcheck", Span(*span), message, cure)


def _index(starts: list[int], line: int, column: int, last: int) -> int:
    if line < 1:
        return 0
    return min(starts[min(line, len(starts)) - 1] + column - 1, last)


def _sentence(text: str) -> str:
    return text.strip().rstrip(".").replace("\n", " ")


def _findings(problems: Iterable[Problem], document: Document, settings: Settings) -> Iterator[Finding]:
    from holdfast.lint.rules.shellcheck import Shellcheck
    from holdfast.lint.suppress import hide

    if settings.ignore & {"shellcheck", "script"}:
        return
    if settings.select and not settings.select & {"shellcheck", "script"}:
        return
    rule = Shellcheck(document, settings)
    yield from hide(document, (rule.of(problem) for problem in problems), settings)
