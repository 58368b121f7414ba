"""From the text of `holdfast.yml` to a Spec, or to findings at file, line and column.

A spec is merged from its profile, its top level and its job, in this order; the later wins, key by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from holdfast import document
from holdfast.document import Node
from holdfast.errors import UserError
from holdfast.finding import Also, Finding, Group, Severity
from holdfast.finding import Place as At
from holdfast.spec import checks
from holdfast.spec.checks.problem import Problem
from holdfast.spec.errors import tell
from holdfast.spec.locate import find
from holdfast.spec.model import KernelTuning, Model, Spec
from holdfast.spec.plain import Reading, Stop
from holdfast.spec.profiles import SECTIONS, settings_of
from holdfast.text import Source, Span

MOST_BYTES = 1024 * 1024
_NONE: Mapping[str, str] = {}


def spec_source(path: Path, shown: str | None = None) -> Source:
    """The text of a spec file. Raises UserError when there is none that can be read."""
    name = shown or str(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UserError(f"{name} is a directory", "name the spec file in it, such as holdfast.yml")
        if size > MOST_BYTES:
            raise UserError(
                f"{name} has {size:,} bytes, a spec at most {MOST_BYTES:,}", "name the right file"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"there is no {name}", "write one, or name another file") from None
    except OSError as reason:
        raise UserError(f"{name} cannot be read: {reason.strerror}", "make it readable") from None
    try:
        return Source(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as reason:
        line = raw.count(b"\n", 0, reason.start) + 1
        raise UserError(f"{name} is not UTF-8: line {line}", "save it as UTF-8") from None


def default_spec(overrides: Mapping[str, str] = _NONE) -> Spec:
    """The spec of a repository without one: one job, `test`, everything else by default."""
    spec = read_spec(Source("holdfast.yml", "jobs: {test: {}}\n"), overrides)
    if not isinstance(spec, Spec):
        raise UserError(spec[0].message, spec[0].cure)
    spec._written = frozenset((name,) for name in overrides)
    return spec


def read_spec(source: Source, overrides: Mapping[str, str] = _NONE) -> Spec | tuple[Finding, ...]:
    """The spec of a text, or what is wrong with it.

    `overrides` are values of the top level that win over the file's, such as {"profile": "full"}.
    """
    reading = Reading(source)
    root = _root(source, reading)
    if root is None:
        return tuple(reading.findings)
    written = _values(root, reading)
    if written is None:
        return tuple(reading.findings)
    return _judged(root, {**written, **overrides}, reading)


def _root(source: Source, reading: Reading) -> Node | None:
    if len(source.text) > MOST_BYTES:
        message = f"the spec has {len(source.text):,} characters, at most {MOST_BYTES:,} are read"
        reading.say("spec-syntax", Span(0, 1), message, "name the right file")
        return None
    read = document.read(source)
    for error in read.errors:
        reading.say("spec-syntax", error.span, error.message, error.cure)
    if read.errors:
        return None
    if read.root is None:
        message, cure = "the spec is empty", "write at least jobs: {test: {}}"
        reading.findings.append(
            Finding("spec-syntax", Group.SPEC, Severity.ERROR, message, At.whole(source.path), cure)
        )
    return read.root


def _values(root: Node, reading: Reading) -> dict[str, Any] | None:
    try:
        value = reading.value(root)
    except Stop:
        return None
    if isinstance(value, dict):
        return value
    reading.say("spec-value", root.span, "a spec is a mapping", "write keys such as redis: and jobs:")
    return None


def _judged(root: Node, written: dict[str, Any], reading: Reading) -> Spec | tuple[Finding, ...]:
    try:
        spec = Spec.model_validate(_merged(written))
    except ValidationError as refused:
        tell(refused.errors(include_url=False), root, reading)
        return _sorted(reading.findings)
    spec = _completed(spec)
    for problem in checks.problems(spec):
        _say(problem, root, reading)
    findings = _sorted(reading.findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return findings
    spec._written = frozenset(_paths(written))
    spec._notices = findings
    return spec


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    """Each once, in the order of the file: two jobs may share what the top level says wrong."""
    once = {(finding.place, finding.rule): finding for finding in reversed(findings)}
    return tuple(sorted(once.values(), key=lambda finding: (finding.place.start, finding.rule)))


def _say(problem: Problem, root: Node, reading: Reading) -> None:
    """At the place of the problem; where a profile says that, at what the file says against it."""
    own = find(root, problem.path)
    also = [found for path in problem.also if not (found := find(root, path)).rest]
    if own.rest and also:
        own = also.pop(0)
    reading.say(
        problem.rule,
        own.span,
        problem.message,
        problem.cure,
        also=tuple(Also(At.of(reading.source, found.span), "written here") for found in also),
        severity=problem.severity,
    )


# Merging.


def _merged(written: dict[str, Any]) -> dict[str, Any]:
    """The spec with its profile below it, and each job's own parts over the top level's."""
    profile = settings_of(written.get("profile", "lean"), written.get("target", "github"))
    shared = {section: _over(profile[section], written.get(section), section) for section in SECTIONS}
    merged = {**written, **{section: value for section, value in shared.items() if value}}
    jobs = written.get("jobs")
    if jobs is None or jobs == {}:
        jobs = {"test": {}}
    if isinstance(jobs, dict):
        merged["jobs"] = {name: _job(job, shared) for name, job in jobs.items()}
    return merged


def _job(job: Any, shared: Mapping[str, Any]) -> Any:
    if not isinstance(job, dict):
        return job
    own = {
        section: _over(shared[section], job[section], section)
        for section in SECTIONS
        if section in job and not (section == "redis" and job[section] is False)
    }
    return {**job, **own}


def _over(base: Any, value: Any, section: str) -> Any:
    """`value` over `base`, key by key; what is no mapping is left for the model to refuse."""
    if not isinstance(base, Mapping) or not (value is None or isinstance(value, dict)):
        return value
    return _placed(_deep(base, value or {}), section)


def _deep(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        below = merged.get(name)
        if isinstance(below, Mapping) and isinstance(value, Mapping) and name != "password":
            merged[name] = _deep(below, value)
        else:
            merged[name] = value
    return merged


def _placed(redis: Any, section: str) -> Any:
    """A server that a service container cannot serve is placed in a step unless the spec says otherwise."""
    if section != "redis" or not isinstance(redis, Mapping) or "placement" in redis:
        return redis
    needed = redis.get("password") is not None or redis.get("tls") is True
    needed = needed or redis.get("topology", "standalone") != "standalone"
    return {**redis, "placement": "step"} if needed else redis


def _completed(spec: Spec) -> Spec:
    """Every job with the sections that it does not write itself; without Redis there is no kernel to tune."""
    jobs = {}
    for name, job in spec.jobs.items():
        missing: dict[str, Model] = {
            section: getattr(spec, section) for section in SECTIONS if section not in job.model_fields_set
        }
        if job.redis is None and "kernel" in missing:
            missing["kernel"] = KernelTuning()
        jobs[name] = job.model_copy(update=missing)
    return spec.model_copy(update={"jobs": jobs})


def _paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every key that is written; an empty section says nothing."""
    if not isinstance(value, dict):
        return []
    return [
        below
        for name, inner in value.items()
        if _says(inner)
        for below in ((*path, name), *_paths(inner, (*path, name)))
    ]


def _says(value: Any) -> bool:
    """Whether a value says anything: an empty section, or a section of empty sections, does not."""
    return not isinstance(value, dict) or any(map(_says, value.values()))
