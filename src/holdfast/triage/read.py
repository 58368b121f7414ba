"""What made a run fail, read from its log: the class, the lines that show it, the cause and the cure.

Only what failed is looked at: a job, a step and a test that passed may print what they like, and the commands that
GitHub prints before it runs them are no evidence. A word that any program prints ("connection refused") counts only
where the line, the failed test or the job speaks of Redis, and no other service's address stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from holdfast.triage.addresses import Addresses, Whose, addresses, service_of
from holdfast.triage.classes import CLASSES, INFRASTRUCTURE, SYMPTOMS, Failure, Symptom
from holdfast.triage.logs import Line
from holdfast.triage.roots import ROOTS, Root
from holdfast.triage.tests import HEADERS, Block, Place
from holdfast.triage.words import PROTOCOL, WORDS, Word

# How many lines of evidence are kept of a class, and of a test whose end is not known yet.
KEPT = 5
_TESTS = 5_000
_WHICH_LOG = "name the log of a run that failed: gh run view RUN --log-failed"
_WHICH_SERVICE = "look at that service: whether it runs, and its address in the lines above"
Patterns = Mapping[Failure, Sequence[re.Pattern[str]]]

# What our own scripts say: the gate's reasons and the retry runner's classes, which the server itself confirmed.
REASONS: dict[str, Failure] = {
    **{failure.value: failure for failure in INFRASTRUCTURE},
    **dict.fromkeys(("wrongpass", "nopassword", "noperm", "protected"), Failure.NOAUTH),
    **dict.fromkeys(("unreachable", "unresolved"), Failure.REFUSED),
    **dict.fromkeys(("busy", "masterdown", "clusterdown", "moved", "tryagain"), Failure.LOADING),
    **dict.fromkeys(("noreplicas", "misconf"), Failure.READONLY),
    **dict.fromkeys(("notredis", "protocol", "tls"), Failure.USAGE),
    **{failure.value: failure for failure in (Failure.BUILD, Failure.USAGE, Failure.SIGNAL)},
}
_OWN_WORD = re.compile(
    r"^(?:not ready: .* tries, |fail +[\w-]+ +|retry: attempt \d+ failed: "
    r"|retry: failed after (?!.*does not answer).*(?:: |the last one: ))"
    r"(?P<reason>[a-z]+)(?: is not retried)?(?: \(|;|  |$)"
)
_DEAD = re.compile(r"^retry: failed after .*does not answer at \S+: (?P<reason>[a-z]+)$")
_NEXT_ATTEMPT = re.compile(r"^retry: attempt \d+ failed: .*; next in ")
_PASSED_AFTER = re.compile(r"^retry: (?:passed|flaky) after ")
_STRONG_END = re.compile(
    r"##\[error\](?:Process completed with exit code|The process '.*' failed with exit code"
    r"|The (?:action|operation|job)\b)"
)
_LIMIT = re.compile(r"has timed out after \d+ minutes|exceeded the maximum execution time")
_EXIT = re.compile(r"(?:exit code|exited with code|exit status:?|exited with|exitcode) '?(\d+)")
_KILLED = re.compile(
    r"\bsignal: (?:killed|\d+, SIG(?:ABRT|SEGV|KILL|BUS))|\bsignal: '?SIG(?:KILL|SEGV|ABRT)"
    r"|: +(?:\d+ )?(?:Killed|Aborted|Segmentation fault)\b|^Killed$|^Segmentation fault"
    r"|OOMKilled\"?[:=] ?true|Fatal Python error: (?:Segmentation fault|Aborted)|SIGSEGV: segmentation violation"
    r"|The forked VM terminated without properly saying goodbye|JavaScript heap out of memory"
)
# What bash says of a background process.
_JOB_KILLED = re.compile(r": line \d+: +\d+ Killed ")
# A cluster's answer for a key of another node (redis.io, Cluster specification).
_REDIRECTED = re.compile(r"\b(?:MOVED|ASK) \d{1,5} \S+:\d+")
# Outside a test, anyone's word is evidence only where the line itself tells of an error.
_TELLS = re.compile(
    r"error|exception|fail|cannot|could ?n.t|could not|unable|fatal|panic|refused\W*$|^\W*connect", re.I
)
# What test runners say of a test that took too long.
_OWN_LIMIT = re.compile(
    "|".join(re.escape(word.text.lower()) for word in WORDS["timeout"] if "own limit" in word.source)
)
# A line of the code frames that jest, vitest and eslint print.
_FRAME = re.compile(r"^\s*>?\s*\d+ ?[|\u2502]")
# What people write of an error that they expected: such a line is never evidence.
_EXPECTED = re.compile(
    r"\bexpect(?:ed|s)?\b.{0,120}\b(?:got|but)\b|\bwant(?:ed)?\b.{0,120}\bgot\b|\bgot\b.{0,120}\bwant"
)
# eslint's last line looks like a failed test of Node's.
_LINTED = re.compile(r"✖ \d+ problems?\b")
_AFTER = re.compile(r"Post job cleanup\.|Print service container logs: |Cleaning up orphan processes")
_ECHO = re.compile(r"##\[group\]Run ")
_ACT_STEP = re.compile(r"⭐ Run |✅ +Success - |❌ +Failure - |🏁 |exitcode '")

# Pieces in lower case, one of which is in every line that this reader could use; the last ones are empty lines.
_PIECES = (
    *("no permissions", "username-password", "already authenticated", "command not allowed", "rdb snapshots"),
    *("the dataset", "with master", "hash slot", "is busy", "by the server", "temporarily unavailable"),
    *(
        "ms exceeded",
        "syntax error",
        "hang up",
        "with tls",
        "protected mode",
        "no connection",
        "too many",
        "maxconnections",
    ),
    *("redis", "valkey"),
    *(
        "##[",
        "⭐",
        "✅",
        "❌",
        "🏁",
        "retry: ",
        "not ready: ",
        "post job cleanup",
        "print service container",
        "orphan",
    ),
    *(
        "_port",
        "6379/tcp",
        "killed",
        "signal:",
        "exit code",
        "exit status",
        "exited with",
    ),
    *(
        "exitcode",
        "segmentation",
        "oom",
        "error",
        "fail",
        "refused",
        "reset",
        "timeout",
        "timed out",
        "closed",
    ),
    *(
        "lost",
        "not found",
        "denied",
        "unexpected",
        "unknown",
        "invalid",
        "no such",
        "cannot",
        "could not",
        "pipe",
    ),
    *(
        ": eof",
        "disconnected",
        "not connected",
        "unreachable",
        "no route",
        "no master",
        "all sentinels",
        "went away",
    ),
    *(
        "resolution",
        "not known",
        "enotfound",
        "eai_again",
        "deadline",
        "expired",
        "assert",
        "expect",
        "missing",
    ),
    *(
        "no test",
        "not supported",
        "noauth",
        "noperm",
        "wrongpass",
        "without any password",
        "read only",
        "readonly",
    ),
    *(
        "noreplicas",
        "misconf",
        "max number",
        "loading redis",
        "loading valkey",
        "master is down",
        "clusterdown",
    ),
    *(
        "tryagain",
        "busy redis",
        "busy valkey",
        "moved",
        "unable to connect",
        "not possible to connect",
        "max retries",
    ),
    *(
        "writeable",
        "unreach",
        "etimedout",
        "exhausted",
        "aborted after",
        "constraints",
        "vet: ",
        "err_",
        "build stopped",
    ),
    *("flag provided", "go files", "main module", "no packages", "unrecognized", "bad option", 'test file "'),
    *("no rule to", "container operations", "rspec ./", "received: ", "no message", "sigkill", "redis: nil"),
    *("did not exit", "different loop", "already allocated", "bad directive", "out of memory", "crashed by"),
    *(
        *("output buffer", "no module named", "can't open", "redis at ", "compiled with", "redis_url"),
        "handshake",
        "http/",
        "parse map",
        "wrong version",
        "wrong_version",
        "before secure",
        *HEADERS,
        "z \n",
        "| \n",
        "\n\n",
    ),
)
SIGNS = tuple(
    piece.encode()
    for piece in dict.fromkeys(_PIECES)
    if not any(one in piece and one != piece for one in _PIECES)
)


class Weight(IntEnum):
    """How surely a line speaks of Redis, and of this class."""

    STRANGE = 0
    """A word beside an address of which nothing is known."""
    ANYONE = 1
    """A word that any program prints, without an address."""
    VAGUE = 2
    """A word of a Redis program that leaves open what happened."""
    BLOCK = 3
    """A word of anyone's in a test whose lines speak of Redis."""
    REDIS = 4
    """A word of a Redis program, or one beside Redis's name or address."""
    TOLD = 5
    """The verdict of our own scripts, or a pattern of the user's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A named failure; `evidence` are the lines that show it, first first. Unknown has neither cure nor rule.

    `job` is the job of the log, where it has names; `others` are the verdicts on the further jobs that failed.
    """

    failure: Failure
    cause: str
    cure: str
    rule: str | None
    evidence: tuple[Line, ...]
    job: str = ""
    others: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Proof:
    weight: Weight
    line: Line


@dataclass(slots=True)
class _Test:
    """What the lines of one test showed."""

    failed: bool = False
    redis: bool = False
    proofs: list[tuple[Failure, _Proof]] = field(default_factory=list)


@dataclass(slots=True)
class _Step:
    """What one step's lines showed."""

    name: str = ""
    failed: bool = False
    weak: bool = False
    redis: bool = False
    tests_failed: bool = False
    next_begins: bool = False
    place: Place = field(default_factory=Place)
    tests: dict[str, _Test] = field(default_factory=dict)
    proofs: dict[Failure, list[_Proof]] = field(default_factory=dict)
    foreign: list[Line] = field(default_factory=list)
    limits: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Job:
    """What one job's log showed."""

    framed: bool = False
    echoing: bool = False
    over: bool = False
    step: _Step = field(default_factory=_Step)
    failed: list[_Step] = field(default_factory=list)
    addresses: Addresses = field(default_factory=Addresses)
    roots: dict[Root, Line] = field(default_factory=dict)


def triage(lines: Iterable[Line], own: Patterns | None = None) -> Verdict:
    """The verdict over a log of one or more jobs; `own` are the user's patterns, which go before ours."""
    jobs: dict[str, _Job] = {}
    finder = _Finder(own or {})
    for line in lines:
        _take(jobs.setdefault(line.job, _Job()), line, finder)
    framed = any(job.framed for job in jobs.values())
    told = [verdict for name, job in jobs.items() if (verdict := _judge(name, job, framed))]
    named = [verdict for verdict in told if verdict.failure is not Failure.UNKNOWN]
    if not told:
        return Verdict(Failure.UNKNOWN, "no job in this log failed", _WHICH_LOG, None, ())
    first = (named or told)[0]
    others = tuple(verdict for verdict in told if verdict is not first)
    return Verdict(first.failure, first.cause, first.cure, first.rule, first.evidence, first.job, others)


class _Finder:
    """Finds the classes of a line quickly: most lines hold no word at all."""

    def __init__(self, own: Patterns) -> None:
        self.own = own
        words = {
            word.lower(): (symptom.failure.value, Weight.VAGUE)
            for symptom in SYMPTOMS
            for word in symptom.words
        }
        words |= {word.text.lower(): (name, _grade(word)) for name, found in WORDS.items() for word in found}
        self._anywhere = {text: name for text, name in words.items() if text[0] != "^" and text[-1] != "$"}
        self._edges = {text: name for text, name in words.items() if text not in self._anywhere}
        self._texts = tuple(self._anywhere)

    def names(self, line: str, low: str) -> dict[str, Weight]:
        """The names of the tables whose words the line holds, and how sure the surest of them is."""
        shown = [self._anywhere[word] for word in self._texts if word in low]
        for word, entry in self._edges.items():
            if low.startswith(word[1:]) if word[0] == "^" else low.endswith(word[:-1]):
                shown.append(entry)
        for failure, patterns in self.own.items():
            if any(pattern.search(line) for pattern in patterns):
                shown.append((failure.value, Weight.TOLD))
        return {name: max(weight for other, weight in shown if other == name) for name, _ in shown}


def _grade(word: Word) -> Weight:
    return Weight.ANYONE if word.anyone else Weight.VAGUE if word.vague else Weight.REDIS


def _take(job: _Job, line: Line, finder: _Finder) -> None:
    text = line.text
    if line.step and line.step != job.step.name:
        _begin(job, line.step)
    low = text.lower()
    job.addresses.learn(low)
    _find_root(job, line, low)
    if text.startswith("##[") or _ACT_STEP.match(text):
        _command(job, line)
        if not text.startswith(("##[error]", "##[warning]")):
            return
    if job.echoing:
        return
    if _AFTER.match(text):
        _begin(job, "")
        job.over = True
    if not job.over:
        _study(job, line, low, finder)


def _begin(job: _Job, name: str) -> None:
    """A new step: what the last one showed is kept only if it failed."""
    if job.step.failed or job.step.weak:
        job.failed.append(job.step)
    job.step = _Step(name)
    job.over = False


def _command(job: _Job, line: Line) -> None:
    """GitHub's own lines, and act's: groups, steps, and what is said of an error."""
    text, step = line.text, job.step
    job.framed = True
    if _ECHO.match(text):
        if not line.step or step.failed:
            _begin(job, line.step)
        job.echoing = True
    elif text.startswith("##[endgroup]"):
        job.echoing = False
    elif text.startswith("⭐"):
        _begin(job, "")
    elif text.startswith(("❌", "exitcode '")):
        step.failed = True
    elif text.startswith("##[error]"):
        step.failed = step.failed or bool(_STRONG_END.match(text))
        step.weak = True
        if _LIMIT.search(text):
            step.limits.append(line)


def _find_root(job: _Job, line: Line, low: str) -> None:
    for root in ROOTS:
        if root.mark in low and root not in job.roots and root.pattern.search(line.text):
            job.roots[root] = line


def _study(job: _Job, line: Line, low: str, finder: _Finder) -> None:
    """Keep what a line of a step's output shows."""
    text, step = line.text, job.step
    if _PASSED_AFTER.match(text):
        _forget(step)
        return
    if step.next_begins and not text.startswith(("retry: ", "##[", "::", "❗")):
        _forget(step)
    step.next_begins = bool(_NEXT_ATTEMPT.match(text))
    if (said := _own_word(text)) is not None:
        _keep(step, said, _Proof(Weight.TOLD, line))
        return
    step.place.move(text, low)
    place = step.place
    if place.block is Block.FAILED:
        _test(step).failed = True
        step.tests_failed = True
    elif place.block is Block.PASSED:
        step.tests.pop(place.test, None)
        return
    if (place.source and text[:1] in (" ", ">")) or _FRAME.match(text):
        return
    if "socket hang up" in low and len(step.foreign) < KEPT:
        step.foreign.append(line)  # Node's words for an HTTP server that went away
    if "redis" in low or "valkey" in low:
        step.redis = True
        if place.block is not Block.OUTSIDE:
            _test(step).redis = True
    for failure, proof in _proofs(job, line, low, finder):
        _note(step, failure, proof)


def _forget(step: _Step) -> None:
    """A further attempt begins: what the last one showed is over."""
    step.tests.clear()
    step.proofs.clear()
    step.foreign.clear()
    step.tests_failed = False
    step.place = Place()


def _test(step: _Step) -> _Test:
    """The test whose lines are read; beyond a number that nobody reads, tests share one."""
    name = step.place.test if len(step.tests) < _TESTS or step.place.test in step.tests else ""
    return step.tests.setdefault(name, _Test())


def _note(step: _Step, failure: Failure, proof: _Proof) -> None:
    block = step.place.block
    if block is not Block.OUTSIDE:
        test = _test(step)
        if len(test.proofs) < 4 * KEPT:
            test.proofs.append((failure, proof))
    else:
        _keep(step, failure, proof)


def _keep(step: _Step, failure: Failure, proof: _Proof) -> None:
    kept = step.proofs.setdefault(failure, [])
    if len(kept) < 4 * KEPT:
        kept.append(proof)


def _proofs(job: _Job, line: Line, low: str, finder: _Finder) -> Iterator[tuple[Failure, _Proof]]:
    """The classes that a line shows, and how surely."""
    text, step = line.text, job.step
    if _is_kill(text):
        yield Failure.SIGNAL, _Proof(Weight.REDIS, line)
    if _REDIRECTED.search(text):
        yield Failure.LOADING, _Proof(Weight.REDIS, line)
    names = finder.names(text, low)
    if _LINTED.match(text):
        return
    if names.pop("failure", None) is not None:
        step.tests_failed = True
    if step.place.header:
        return
    told = {name: weight for name, weight in names.items() if weight is Weight.TOLD}
    if ("assertion" in names or _EXPECTED.search(low)) and not told:
        names = {"assertion": Weight.REDIS}
    for name, weight in (told or names).items():
        failure = Failure(name)
        if failure in INFRASTRUCTURE and not told:
            sure = _weight(job, low, weight)
            if sure is not None:
                yield failure, _Proof(sure, line)
            elif job.addresses.whose(low) is Whose.OTHER and len(step.foreign) < KEPT:
                step.foreign.append(line)
        else:
            yield failure, _Proof(weight, line)


def _own_word(text: str) -> Failure | None:
    """What our own scripts call it; a gate that finds nobody there says less than the attempt before it."""
    if said := _OWN_WORD.match(text):
        return REASONS.get(said["reason"])
    dead = _DEAD.match(text)
    reason = REASONS.get(dead["reason"]) if dead else None
    return None if reason in (Failure.RESET, Failure.REFUSED, Failure.TIMEOUT) else reason


def _weight(job: _Job, low: str, grade: Weight) -> Weight | None:
    """None for a line of another service's, and for one that may speak of anything."""
    whose = job.addresses.whose(low)
    if whose is Whose.OTHER:
        return None
    if grade is Weight.ANYONE and whose is Whose.REDIS:
        return Weight.REDIS
    step = job.step
    inside = step.place.block is not Block.OUTSIDE
    if grade is Weight.ANYONE and addresses(low):
        return Weight.STRANGE
    speaks = inside or (step.redis and _TELLS.search(low)) or _OWN_LIMIT.search(low)
    return grade if grade > Weight.ANYONE or speaks else None


def _is_kill(text: str) -> bool:
    code = _EXIT.search(text)
    return bool(_KILLED.search(text) or (code and int(code[1]) - 128 in (4, 6, 7, 8, 9, 11)))


def _judge(name: str, job: _Job, framed: bool) -> Verdict | None:
    """The verdict on a job, None for one that passed; of several failed steps the first that says anything."""
    if job.step.failed or job.step.weak or not framed:
        job.failed.append(job.step)
    certain = [step for step in job.failed if step.failed] or job.failed
    verdicts = [_verdict(name, job, step) for step in certain]
    named = [verdict for verdict in verdicts if verdict.failure is not Failure.UNKNOWN]
    told = [verdict for verdict in verdicts if verdict.evidence]
    return next(iter((*named, *told, *verdicts)), None)


def _verdict(name: str, job: _Job, step: _Step) -> Verdict:
    found = _gathered(job, step)
    root = next((root for root in ROOTS if root in job.roots and root.explains & {*found}), None)
    if (root is not None and root.failure in (None, *found)) or (root and root.overrules):
        failure = root.failure or _deciding(step, found)
        evidence = (job.roots[root], *_evidence(found.get(failure) or _any_of(found)))
        return Verdict(failure, root.cause, root.cure, root.rule, evidence[:KEPT], name)
    failure = _deciding(step, found)
    if failure is Failure.UNKNOWN:
        return _foreign(name, step)
    evidence = _evidence(found.get(failure, [])) or tuple(step.limits)
    symptom = _symptom(failure, evidence)
    about = symptom or CLASSES[failure]
    return Verdict(failure, about.cause, about.cure, symptom.rule if symptom else None, evidence, name)


def _any_of(found: Mapping[Failure, list[_Proof]]) -> list[_Proof]:
    return next((found[failure] for failure in INFRASTRUCTURE if failure in found), [])


def _evidence(proofs: Sequence[_Proof]) -> tuple[Line, ...]:
    """The surest lines, first first, none said twice."""
    best = max((proof.weight for proof in proofs if proof.weight < Weight.TOLD), default=Weight.TOLD)
    kept = {proof.line.number: proof.line for proof in proofs if proof.weight in (best, Weight.TOLD)}
    once = {line.text.strip(): line for _, line in sorted(kept.items(), reverse=True)}
    return tuple(sorted(once.values(), key=lambda line: line.number))[:KEPT]


def _gathered(job: _Job, step: _Step) -> dict[Failure, list[_Proof]]:
    """What a failed step showed: outside tests, in those that failed, and in those that were cut off."""
    found = {failure: list(proofs) for failure, proofs in step.proofs.items()}
    known_end = any(test.failed for test in step.tests.values())
    for test in step.tests.values():
        if not test.failed and known_end and not test.redis:
            continue
        for failure, proof in test.proofs:
            near = proof.weight <= Weight.ANYONE and test.redis
            found.setdefault(failure, []).append(_Proof(Weight.BLOCK, proof.line) if near else proof)
    return {
        failure: kept
        for failure, proofs in found.items()
        if (kept := _credible(job, step, failure, _known(proofs)))
    }


def _known(proofs: Iterable[_Proof]) -> list[_Proof]:
    return [proof for proof in proofs if proof.weight is not Weight.STRANGE]


def _credible(job: _Job, step: _Step, failure: Failure, proofs: list[_Proof]) -> list[_Proof]:
    """Anyone's words alone count only in a job that has a Redis, and where no other service is named."""
    if any(proof.weight > Weight.ANYONE for proof in proofs) or failure not in INFRASTRUCTURE:
        return proofs
    if any(_OWN_LIMIT.search(proof.line.text.lower()) for proof in proofs):
        return proofs
    return proofs if job.addresses.redis_seen and not step.foreign else []


def _deciding(step: _Step, found: Mapping[Failure, list[_Proof]]) -> Failure:
    """Which class wins: build, usage and signal first; infrastructure before an assertion that stands beside it."""
    told = [failure for failure, proofs in found.items() if any(p.weight is Weight.TOLD for p in proofs)]
    if told:
        return max(
            told, key=lambda failure: max(p.line.number for p in found[failure] if p.weight is Weight.TOLD)
        )
    for first in (Failure.BUILD, Failure.USAGE, Failure.SIGNAL):
        if first in found and not _beside_redis(first, step, found):
            return first
    infrastructure = _infrastructure(found)
    surest = {failure: max(proof.weight for proof in found[failure]) for failure in infrastructure}
    strong = [failure for failure in infrastructure if surest[failure] > Weight.ANYONE]
    if strong:
        return max(strong, key=lambda failure: surest[failure])
    if infrastructure and (Failure.ASSERTION not in found or _fails_alone(step, infrastructure[0])):
        return infrastructure[0]
    if Failure.ASSERTION in found:
        return Failure.ASSERTION
    if step.foreign:
        return Failure.UNKNOWN
    if step.tests_failed:
        return Failure.ASSERTION
    return Failure.TIMEOUT if step.limits else Failure.UNKNOWN


def _beside_redis(first: Failure, step: _Step, found: Mapping[Failure, list[_Proof]]) -> bool:
    """Whether tests failed by what Redis did, so that a word of usage, or another process's end, is not the reason.

    That what answers is not Redis is one whatever else shows.
    """
    if not step.tests_failed or not _infrastructure(found):
        return False
    shown = [proof.line.text for proof in found[first]]
    if first is Failure.SIGNAL:
        return all(_JOB_KILLED.search(text) for text in shown)
    return first is Failure.USAGE and not any(word.found_in(text) for text in shown for word in PROTOCOL)


def _fails_alone(step: _Step, failure: Failure) -> bool:
    """Whether some test failed with this and without a word of an expectation."""
    shown = [{shown for shown, _ in test.proofs} for test in step.tests.values() if test.failed]
    return any(failure in classes and Failure.ASSERTION not in classes for classes in shown)


def _infrastructure(found: Iterable[Failure]) -> list[Failure]:
    return [failure for failure in INFRASTRUCTURE if failure in found]


def _symptom(failure: Failure, evidence: Sequence[Line]) -> Symptom | None:
    """The symptom whose words match most exactly, of those that belong to the class."""
    shown = [
        (max(len(word) for word in symptom.words if word.strip("^$").lower() in line.text.lower()), symptom)
        for line in evidence
        for symptom in SYMPTOMS
        if symptom.failure is failure and symptom.shown_in(line.text)
    ]
    return max(shown, key=lambda pair: pair[0])[1] if shown else None


def _foreign(name: str, step: _Step) -> Verdict:
    """Unknown; where another service was away, that is said."""
    if not step.foreign:
        return _unknown(step.limits, name)
    service = next(filter(None, (service_of(line.text.lower()) for line in step.foreign)), "another service")
    cause = f"not Redis: {service} could not be reached"
    return Verdict(Failure.UNKNOWN, cause, _WHICH_SERVICE, None, tuple(step.foreign), name)


def _unknown(evidence: Iterable[Line], job: str) -> Verdict:
    about = CLASSES[Failure.UNKNOWN]
    return Verdict(Failure.UNKNOWN, about.cause, about.cure, None, tuple(evidence), job)
