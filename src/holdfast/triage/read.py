"""What made a run fail, read from its log: the class, the lines that show it, the cause and the cure.

Only what failed is looked at: a job whose log has no sign of failure says nothing, and the commands that GitHub
prints before it runs them are no evidence. Where tests failed, words of Redis count if they stand with the failed
tests; a test that passed may print what it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.triage.classes import CLASSES, INFRASTRUCTURE, SYMPTOMS, Failure, Symptom
from holdfast.triage.logs import Line
from holdfast.triage.words import WORDS

# How many lines of evidence are kept of a class: the first ones, where the trouble began.
KEPT = 5
Patterns = Mapping[Failure, Sequence[re.Pattern[str]]]

_LIMIT = re.compile(
    r"has timed out after \d+ minutes|exceeded the maximum execution time|The operation was canceled"
)
_EXIT = re.compile(
    r"(?:Process completed with exit code|exited with code|exit status|Error: Process exited with) (\d+)"
)
_KILLED = re.compile(
    r"\bsignal: killed\b|\bSIGKILL\b|\bSIGSEGV\b|^Killed$|Segmentation fault|OOMKilled.{0,3}true", re.I
)
_PASSED = re.compile(r"^\s*(?:--- PASS:|ok \d+ |ok  \t|✔ |✓ |PASS |.* PASSED(?:\s|$)|test .* \.\.\. ok$)")
_OWN = re.compile(
    r"run-with-retry: attempt \d+(?: of \d+)?[: ].*\b(?:failed|class)\b[^a-z]*\(?(?P<class>[a-z]+)\b"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A named failure; `evidence` are the lines that show it, first first. Unknown has neither cause nor rule."""

    failure: Failure
    cause: str
    cure: str
    rule: str | None
    evidence: tuple[Line, ...]


@dataclass(slots=True)
class _Job:
    """What one job's log showed."""

    failed: bool = False
    tests_failed: bool = False
    echoing: bool = False
    passed_block: bool = False
    shown: dict[Failure, list[Line]] = field(default_factory=dict)
    limits: list[Line] = field(default_factory=list)


def triage(lines: Iterable[Line], own: Patterns | None = None) -> Verdict:
    """The verdict over a log of one or more jobs; `own` are the user's patterns, which go before ours."""
    jobs: dict[str, _Job] = {}
    finder = _Finder(own or {})
    for line in lines:
        _take(jobs.setdefault(line.job, _Job()), line, finder)
    verdicts = [_judge(job) for job in jobs.values() if job.failed]
    named = [verdict for verdict in verdicts if verdict.failure is not Failure.UNKNOWN]
    return next(iter(named or verdicts), _unknown(()))


class _Finder:
    """Finds the classes of a line quickly: most lines hold no word at all."""

    def __init__(self, own: Patterns) -> None:
        self._own = own
        words = {word.lower(): symptom.failure.value for symptom in SYMPTOMS for word in symptom.words}
        words |= {word.text.lower(): name for name, found in WORDS.items() for word in found}
        self._anywhere = {text: name for text, name in words.items() if text[0] != "^" and text[-1] != "$"}
        self._edges = {text: name for text, name in words.items() if text not in self._anywhere}
        self._any = re.compile("|".join(map(re.escape, sorted(self._anywhere, key=len, reverse=True))))

    def names(self, text: str) -> tuple[str, ...]:
        """The names of the tables whose words the line holds, own patterns first."""
        lowered = text.lower()
        found = [
            failure.value for failure, patterns in self._own.items() if any(p.search(text) for p in patterns)
        ]
        found += [self._anywhere[match.group()] for match in self._any.finditer(lowered)]
        found += [name for word, name in self._edges.items() if _at_edge(word, lowered)]
        return tuple(dict.fromkeys(found))


def _at_edge(word: str, lowered: str) -> bool:
    return lowered.startswith(word[1:]) if word[0] == "^" else lowered.endswith(word[:-1])


def _take(job: _Job, line: Line, finder: _Finder) -> None:
    text = line.text
    if text.startswith("##["):
        _command(job, line)
        if not text.startswith(("##[error]", "##[warning]")):
            return
    if job.echoing:
        return
    names = finder.names(text)
    if "failure" in names:
        job.failed = job.tests_failed = True
        job.passed_block = False
    elif _PASSED.match(text):
        job.passed_block = True
        return
    if text[:1] not in (" ", "\t"):
        job.passed_block = False
    if job.passed_block:
        return
    _keep(job, line, names)


def _command(job: _Job, line: Line) -> None:
    """GitHub's own lines: groups, and what it says of an error."""
    text = line.text
    if text.startswith("##[group]"):
        job.echoing = text.startswith("##[group]Run ")
    elif text.startswith("##[endgroup]"):
        job.echoing = False
    elif text.startswith("##[error]"):
        job.failed = True
        if _LIMIT.search(text):
            job.limits.append(line)


def _keep(job: _Job, line: Line, names: Iterable[str]) -> None:
    for failure in _failures(job, line.text, names):
        kept = job.shown.setdefault(failure, [])
        if len(kept) < KEPT:
            kept.append(line)


def _failures(job: _Job, text: str, names: Iterable[str]) -> Iterator[Failure]:
    said = _OWN.search(text)
    if said and said["class"] in Failure._value2member_map_:
        job.failed = True
        yield Failure(said["class"])
    code = _EXIT.search(text)
    if code and int(code[1]) > 128 and int(code[1]) - 128 in (6, 7, 8, 9, 11):
        job.failed = True
        yield Failure.SIGNAL
    if _KILLED.search(text):
        yield Failure.SIGNAL
    for name in names:
        if name != "failure":
            yield Failure(name)


def _judge(job: _Job) -> Verdict:
    failure = _deciding(job)
    if failure is Failure.UNKNOWN:
        return _unknown(job.limits)
    evidence = tuple(job.shown.get(failure, ())) or tuple(job.limits)
    return _told(failure, evidence)


def _deciding(job: _Job) -> Failure:
    """Which class wins: build, usage and signal first; infrastructure before an assertion that stands beside it."""
    shown = job.shown
    for first in (Failure.BUILD, Failure.USAGE, Failure.SIGNAL):
        if first in shown and not (first is Failure.USAGE and job.tests_failed):
            return first
    found = [failure for failure in INFRASTRUCTURE if failure in shown]
    if found:
        return min(found, key=lambda failure: _rank(failure, shown))
    if Failure.ASSERTION in shown or job.tests_failed:
        return Failure.ASSERTION
    return Failure.TIMEOUT if job.limits else Failure.UNKNOWN


def _rank(failure: Failure, shown: Mapping[Failure, Sequence[Line]]) -> tuple[int, int]:
    """What the server itself said goes before what a socket felt; among equals the first in the log."""
    socket = failure in (Failure.RESET, Failure.REFUSED, Failure.TIMEOUT)
    return int(socket), shown[failure][0].number


def _told(failure: Failure, evidence: tuple[Line, ...]) -> Verdict:
    about = CLASSES[failure]
    symptom = _symptom(failure, evidence)
    if symptom is None:
        return Verdict(failure, about.cause, about.cure, None, evidence)
    return Verdict(failure, symptom.cause, symptom.cure, symptom.rule, evidence)


def _symptom(failure: Failure, evidence: Sequence[Line]) -> Symptom | None:
    """The symptom whose words match most exactly, of those that belong to the class."""
    shown = [
        (max(len(word) for word in symptom.words if word.strip("^$").lower() in line.text.lower()), symptom)
        for line in evidence
        for symptom in SYMPTOMS
        if symptom.failure is failure and symptom.shown_in(line.text)
    ]
    return max(shown, key=lambda pair: pair[0])[1] if shown else None


def _unknown(evidence: Iterable[Line]) -> Verdict:
    about = CLASSES[Failure.UNKNOWN]
    return Verdict(Failure.UNKNOWN, about.cause, about.cure, None, tuple(evidence))
