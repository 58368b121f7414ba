"""Harden a workflow: find the jobs, correct their services, add the steps, prove the result."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from holdfast.document import read, sound
from holdfast.errors import UserError
from holdfast.files import Change, State
from holdfast.files import read as read_file
from holdfast.finding import Finding, Severity
from holdfast.harden import find, guard, layout, runner, where, write
from holdfast.harden.action import Composite, in_action
from holdfast.lint.engine import lint
from holdfast.lint.project import NOWHERE
from holdfast.lint.settings import DEFAULT
from holdfast.lint.workflow import Job, Workflow
from holdfast.plan.model import Script
from holdfast.render import header
from holdfast.render.render import script
from holdfast.spec.model import Job as Policy
from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.text import Edit, Source, apply

# Groups whose safe fixes belong to the service or its job.
_GROUPS = {"service", "redis", "budget", "portability"}
# Without a spec: how long the tests of a workflow that is there take is not known, and one attempt may have nearly all
# of the time, so that a long run that was green stays so.
_DEFAULTS = Source("holdfast.yml", "retry: {attempt-timeout: 18m}\njobs: {test: {}}\n")
# What the first would write follows from the policy here; the second is about how a step starts its servers.
_NOT_OURS = ("unbounded-job", "compose-v1")
# What sends a password: a variable, an address with one, or a client's flag.
_SENDS = re.compile(r"password|redis_?auth|rediss?://[^\s/@]*:[^\s/@]+@|-cli\s.*-a\s", re.IGNORECASE)
# Parts that call the two scripts.
_SCRIPTED = ("gate", "retry", "bundle")
# With a password, the probe must know it.
_PROBE = "missing-probe"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to repair, where, and by which spec."""

    root: Path
    path: str
    text: str
    job: str | None
    test_step: str | int | None
    spec: Source | None
    profile: str | None
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hardened:
    """The workflow and the scripts beside what is there.

    `told` says of each job what was found and how long things may take; `left` what could not be done, and why.
    """

    changes: tuple[Change, ...]
    told: tuple[str, ...]
    left: tuple[str, ...]


def harden(asked: Asked) -> Hardened:
    """The repaired files. Raises UserError where nothing safe can be done."""
    ours, _ = header.split(asked.text)
    if ours is not None:
        raise UserError(
            f"{asked.path} was generated from {ours.spec}", f"change {ours.spec}, then run: holdfast generate"
        )
    source = Source(asked.path, asked.text)
    found = find.jobs(_workflow(source), asked.job, asked.test_step, _reader(asked))
    if in_action(found[0].job):
        asked = dataclasses.replace(asked, parts=tuple(part for part in asked.parts if part in _SCRIPTED))
    policy, folder = _policy(asked, found[0].job.id)
    left: list[str] = []
    text = _jobs(source, found, asked, policy, folder, left)
    wrong = _wrong(source, text)
    if wrong is not None and "service" in asked.parts:
        # what is there is wrong already, or is made so together with what is corrected: it is left as it is
        rest = dataclasses.replace(asked, parts=tuple(part for part in asked.parts if part != "service"))
        left = [f"{one.job.id}: service is left out: {wrong.what}; {wrong.cure}" for one in found]
        text = _jobs(source, found, rest, policy, folder, left)
        wrong = _wrong(source, text)
    if wrong is not None:
        raise wrong
    state = State.SAME if text == asked.text else State.CHANGED
    changes = [Change(asked.path, asked.text, text, state)]
    if set(_SCRIPTED) & set(asked.parts):
        changes += _scripts(asked, policy, folder)
    new = Source(asked.path, text)
    told = dict.fromkeys(line for one in found for line in _told(new, one, asked, policy, folder))
    return Hardened(tuple(changes), tuple(told), tuple(dict.fromkeys(left)))


def _jobs(
    source: Source, found: Iterable[find.Found], asked: Asked, policy: Policy, folder: str, left: list[str]
) -> str:
    text = source.text
    for one in found:
        text = _job(Source(source.path, text), one.job.id, _for(one, asked), policy, folder, left)
    return text


def _for(found: find.Found, asked: Asked) -> Asked:
    """What is asked of one job; a test step is known by its place among the author's own, which no edit moves."""
    if asked.test_step is None or found.tests is None:
        return asked
    return dataclasses.replace(asked, test_step=find.place(found.tests))


def _wrong(source: Source, text: str) -> UserError | None:
    """The first error that the new text has and the old one had not."""
    known = {(finding.rule, finding.message) for finding in _errors(source)}
    after = _errors(Source(source.path, text))
    first = next((finding for finding in after if (finding.rule, finding.message) not in known), None)
    if first is None:
        return None
    return UserError(
        f"the repaired workflow would be wrong at line {first.place.line}: {first.message}",
        "repair that first, or leave a part out with --only",
    )


def _policy(asked: Asked, name: str) -> tuple[Policy, str]:
    """The spec's job of that name, else its first one; and the folder of the scripts."""
    overrides = {"profile": asked.profile} if asked.profile else {}
    spec = read_spec(asked.spec if asked.spec is not None else _DEFAULTS, overrides)
    if not isinstance(spec, Spec):
        first = spec[0]
        raise UserError(
            f"{first.place.file}:{first.place.line}:{first.place.col}: {first.message}", first.cure
        )
    return spec.jobs.get(name) or next(iter(spec.jobs.values())), spec.workflow.scripts


def _workflow(source: Source) -> Workflow:
    document = sound(source)
    workflow = Workflow(document, NOWHERE)
    if not workflow.jobs and workflow.has("runs"):
        action = Composite(document, NOWHERE)
        if action.jobs:
            return action
        raise UserError(
            f"{source.path} is an action that is not composite", "harden the workflow that uses it"
        )
    if not workflow.jobs:
        raise UserError(f"{source.path} has no jobs", "name a workflow")
    return workflow


def _errors(source: Source) -> tuple[Finding, ...]:
    return tuple(finding for finding in lint(source) if finding.severity is Severity.ERROR)


def _job(source: Source, name: str, asked: Asked, policy: Policy, scripts: str, left: list[str]) -> str:
    text = source.text
    if "service" in asked.parts:
        text = _corrected(source, name)
    out: dict[str, list[str]] = {}
    for part in asked.parts:
        try:
            text = _part(Source(source.path, text), name, part, asked, policy, scripts)
        except UserError as error:
            out.setdefault(f"{error.what}; {error.cure}", []).append(part)
    for why, parts in out.items():
        left.append(f"{name}: {_listed(parts)} {'is' if len(parts) == 1 else 'are'} left out: {why}")
    left += _said(Source(source.path, text), name, asked, policy, scripts)
    return text


def _part(source: Source, name: str, part: str, asked: Asked, policy: Policy, scripts: str) -> str:
    """The text with one part in. Raises UserError where that cannot be done safely."""
    task = _task(source, name, part, asked, policy, scripts)
    if part in _SCRIPTED:
        guard.elsewhere(task.found)
        task = _edited(_edited(task, "renewed", asked), "bash", asked)
    if part != "retry":
        return _edited(task, part, asked).source.text
    for number in range(len(task.found.steps) or 1):
        task = _edited(dataclasses.replace(task, number=number), part, asked)
    return task.source.text


def _edited(task: layout.Task, part: str, asked: Asked) -> layout.Task:
    """The task in its text with the edits of a part made, and proved."""
    edits = write.edits(task, part)
    if not edits:
        return task
    text = _proved(task.source, apply(task.source.text, edits))
    again = _task(Source(task.source.path, text), task.found.job.id, part, asked, task.policy, task.scripts)
    return dataclasses.replace(again, number=task.number)


def _proved(before: Source, text: str) -> str:
    """The new text, with a line end at its end only where the old one has it. Raises UserError for a lost comment."""
    if not before.text.endswith("\n"):
        text = text.removesuffix("\n").removesuffix("\r")
    comments = Counter(comment.text for comment in read(before).comments)
    comments.subtract(comment.text for comment in read(Source(before.path, text)).comments)
    lost = [comment for comment, missing in comments.items() if missing > 0]
    if lost:
        raise UserError(f"the comment {lost[0]!r} would be lost", "move it above the step, or edit by hand")
    return text


def _task(source: Source, name: str, part: str, asked: Asked, policy: Policy, scripts: str) -> layout.Task:
    (found,) = find.jobs(_workflow(source), name, asked.test_step, _reader(asked))
    style = layout.style_of(source, found)
    folder = scripts
    if part in (*_SCRIPTED, "bash", "renewed"):
        last = found.tests.index if found.tests is not None else len(found.job.steps)
        folder = guard.folder(found, scripts, last)
    return layout.Task(source, found, policy, scripts, folder, style)


def _told(source: Source, found: find.Found, asked: Asked, policy: Policy, scripts: str) -> Iterable[str]:
    """Where a job's Redis is, which steps are its tests, and what the runner gives them."""
    name = found.job.id
    try:
        task = _task(source, name, "retry", _for(found, asked), policy, scripts)
        host, port = where.address(task.found)
    except UserError:
        return
    steps = [find.title(step) for step in found.steps]
    if not steps:
        return
    service = task.found.service
    redis = f"the service {service.id}" if service is not None else "started by a step"
    if task.found.guessed and not where.known(task.found):
        redis = "started by what is not there to be read, and taken to be"
    yield f"{name}: Redis is {redis} at {host}:{port}; the tests are {_listed(steps)}"
    wrapped = all(find.under_runner(step) for step in task.found.steps)
    if "retry" in asked.parts and wrapped and not runner.short(task):
        retry = policy.retry
        yield (
            f"an attempt of a test step may take {_minutes(retry.attempt_timeout)}, its attempts together "
            f"{_minutes(retry.deadline)}; tests that need longer need a --spec that says so"
        )


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g} min"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _reader(asked: Asked) -> Callable[[str], str | None]:
    """The files of the repository; what cannot be read there is as if it were not there."""
    return partial(_read, asked.root)


def _read(root: Path, path: str) -> str | None:
    try:
        return read_file(root, path)
    except UserError:
        return None


def _said(source: Source, name: str, asked: Asked, policy: Policy, scripts: str) -> Iterable[str]:
    """What was done otherwise than by the policy, and why."""
    try:
        task = _task(source, name, "gate", asked, policy, scripts)
        where.environment(task.found)
    except UserError:
        return  # the parts have said so
    if task.found.tests is None:
        return
    for step in write.changed(task):
        yield f"{name}: the step {step} is not as it would be written today, and is kept; deleted, it is written anew"
    wrapped = any(find.under_runner(step) for step in task.found.steps)
    if "retry" in asked.parts and wrapped and runner.short(task) and (flags := runner.limits(task)):
        yield f"{name}: the runner keeps inside the limit that the job or its test step has: {flags}"
    if others := where.others(task.found):
        first = task.found.service.id if task.found.service else "the first"
        yield f"{name}: the gate asks {first} only, not {', '.join(others)}"


def _corrected(source: Source, name: str) -> str:
    """The service and its limits as the safe fixes of our own rules leave them."""
    text = source.text
    for _ in range(10):
        current = Source(source.path, text)
        edits = list(_fixes(current, name))
        if not edits:
            return text
        text = apply(text, edits)
    return text


def _fixes(source: Source, name: str) -> Iterable[Edit]:
    job = _workflow(source).job(name)
    if job is None:
        return
    anchored = guard.shared(job.workflow, job)
    taken: list[Edit] = []
    for finding in lint(source, DEFAULT):
        if finding.fix is None or not finding.fix.safe or not _concerns(finding, job):
            continue
        edits = finding.fix.edits
        if any(one.start <= edit.end and edit.start <= one.end for one in taken for edit in edits):
            continue  # the next round takes it
        if any(anchored.refuses(edit) or _asks_anew(job, edit) for edit in edits):
            continue
        kept = [_with_comments(source, edit) for edit in edits]
        if any(edit is None for edit in kept):
            continue
        taken += edits
        yield from (edit for edit in kept if edit is not None)


def _concerns(finding: Finding, job: Job) -> bool:
    """Whether a finding is about the job's Redis or its limits, and the policy here does not say more about it."""
    mine = find.services_of(job)
    if finding.group.value not in _GROUPS or finding.rule in _NOT_OURS:
        return False
    at = finding.place.start
    asked = (service for service in mine if where.of_service(service))
    if finding.rule == _PROBE and any(service.key.start <= at <= service.node.end for service in asked):
        return False
    others = (service for service in job.services if service not in mine)
    elsewhere = any(service.key.start <= at <= service.node.end for service in others)
    return job.key.start <= at <= job.node.end and not elsewhere


def _asks_anew(job: Job, edit: Edit) -> bool:
    """Whether an edit would make the server ask for a password that nothing in the job's steps sends."""
    if "--requirepass" not in edit.text:
        return False
    outside = [job.workflow.env, job.env, job.get("steps")]
    texts = (job.workflow.text[node.start : node.end] for node in outside if node is not None)
    return not any(_SENDS.search(text) for text in texts)


def _with_comments(source: Source, edit: Edit) -> Edit | None:
    """The edit with the comments of the lines that it takes away; None where they would be lost."""
    inside = [one for one in read(source).comments if edit.start <= one.start < edit.end]
    inside = [one for one in inside if one.text not in edit.text]
    if not inside:
        return edit
    whole = all(at == len(source.text) or source.place(at)[1] == 1 for at in (edit.start, edit.end))
    if not whole:
        return None
    lines = []
    for one in inside:
        line = source.line(source.place(one.start)[0])
        lines.append(line[: len(line) - len(line.lstrip())] + one.text + layout.line_end(source))
    return Edit(edit.start, edit.end, edit.text + "".join(lines))


def _scripts(asked: Asked, policy: Policy, folder: str) -> Iterable[Change]:
    """The two scripts, with this policy's defaults; written only where they are ours."""
    diagnostics, retry = write.script_settings(policy)
    if asked.spec is None:
        # the workflow's own service is checked for being well; what it should hold, only a spec knows
        diagnostics = {**diagnostics, "EXPECT": ()}
    wanted: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
        layout.DIAGNOSTICS: diagnostics,
        layout.RUNNER: retry,
    }
    names = [f"{folder}/{name}" for name in wanted]
    spec = asked.spec.path if asked.spec is not None else "defaults"
    for name, values in wanted.items():
        made = script(Script(name, f"{folder}/{name}", values))
        new = header.join(made.text, Path(spec).name, "0" * 16, names)
        old = read_file(asked.root, made.path)
        yield _script_change(made.path, old, new)


def _script_change(path: str, old: str | None, new: str) -> Change:
    if old is None:
        return Change(path, None, new, State.CREATED, 0o755)
    ours, body = header.split(old)
    if ours is not None and header.split(new)[1] == body:
        return Change(path, old, old, State.SAME, 0o755)
    if ours is not None and header.body_hash(body) == ours.body:
        # a generated script is newer, or has its spec's own defaults: it is kept where a spec made it
        state = State.SAME if ours.spec != "defaults" else State.CHANGED
        return Change(path, old, old if state is State.SAME else new, state, 0o755)
    return Change(path, old, old, State.SAME, 0o755, "kept: it is not ours, or was changed by hand")
