"""What is generated from the class table: the runner's own copy of it, and docs/failure-classes.md.

`python -m holdfast.triage.blocks` exits 1 when either is stale; with `--write` it brings both up to date.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from holdfast.triage.classes import CLASSES, INFRASTRUCTURE, SYMPTOMS, FailureClass, Symptom
from holdfast.triage.words import WORDS

_ROOT = Path(__file__).resolve().parents[3]
RUNNER = _ROOT / "templates" / "scripts" / "run-with-retry.sh"
PAGE = _ROOT / "docs" / "failure-classes.md"
BEGIN = "# --- failure classes ---\n"
END = "# --- end of failure classes ---\n"


def with_block(script: str) -> str:
    """The runner's text with its block of classes made anew."""
    head, _, rest = script.partition(BEGIN)
    _, _, tail = rest.partition(END)
    if not tail:
        raise ValueError("the runner has no block of failure classes")
    return f"{head}{BEGIN}{''.join(line + chr(10) for line in _block())}{END}{tail}"


def page() -> str:
    """docs/failure-classes.md."""
    return "\n".join((*_page(), ""))


# What `open_gate` of the runner says: the reason, its symptom, and whether waiting may help.
_GATE = (
    (
        "`refused`",
        "nothing listens: at the address, at a Sentinel, at the primary it names, at a cluster's node",
        "yes",
    ),
    ("`reset`", "the connection is accepted and closed", "yes"),
    ("`timeout`", "no answer within 2 s", "yes"),
    (
        "`loading`",
        "LOADING, BUSY, MASTERDOWN, CLUSTERDOWN, `cluster_state:fail`; a Sentinel that does not know the primary's "
        "name, or names a server that is still a replica",
        "yes",
    ),
    ("`maxclients`", "all connections are taken", "yes"),
    ("`unresolved`", "no such name", "5 s"),
    (
        "`noauth`",
        "the password, the user or the lack of one is refused, by the server or by a Sentinel",
        "no",
    ),
    ("`notredis`", "something else answers", "no"),
)


def _block() -> Iterator[str]:
    yield "# Words in lower case, found anywhere in a line; ^ is a line's start, $ its end."
    yield f"INFRASTRUCTURE=({' '.join(entry.value for entry in INFRASTRUCTURE)})"
    yield "COUNTERS=("
    yield from (f"  {entry.failure.value}:{field}" for entry in CLASSES.values() for field in entry.counters)
    yield ")"
    yield "WORDS=("
    for name, words in WORDS.items():
        for text in dict.fromkeys(word.text.lower() for word in words):
            yield f"  {_quoted(f'{name}:{text}')}"
    yield ")"


def _quoted(text: str) -> str:
    """A word of bash; ANSI-C quotes where shellcheck would take the text for a forgotten expansion."""
    if not set("\t`") & set(text):
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\t", "\\t").replace("`", "\\x60")
    return f"$'{escaped}'"


def _page() -> Iterator[str]:
    yield "# Failure classes"
    yield ""
    yield "Each failed attempt gets one class, from its exit status and its output. This page is generated from"
    yield "`src/holdfast/triage/`, the table that `run-with-retry.sh` and `holdfast triage` share."
    yield ""
    yield "## The classes"
    yield ""
    yield "The first that is found wins, from top to bottom. Those marked * are infrastructure: beside a failed"
    yield "test they count only if something confirms them: every failed test's own lines carry them, Redis does"
    yield "not answer right afterwards, its run id changed, or the counters named here moved. A line that names"
    yield "another address than the configured one, and a line of a test that passed, are no evidence."
    yield ""
    yield from _table(
        ("class", "means", "cause", "cure", "retried by default", "counters of INFO"),
        (_class_row(entry) for entry in CLASSES.values()),
    )
    yield ""
    yield "An attempt that reached its time limit is `timeout`, unless a test had failed before. `--retry-on`"
    yield "names the classes that are tried again; `unknown` may be among them."
    yield ""
    yield "## Before a further attempt"
    yield ""
    yield "Redis must answer `PING` with `PONG`, for 30 s at most; else the run ends with the last attempt's code,"
    yield "and the ledger's `stopped_because` ends with one of these. Behind Sentinels the primary is asked for"
    yield "anew before every probe and every reset, as a fail-over moves it. In a Cluster every primary that serves"
    yield "slots must answer, and a reset reaches all of them, or none where one of them is not of this job."
    yield ""
    yield from _table(("reason", "what was seen", "waited for"), _GATE)
    yield ""
    yield "## The symptoms"
    yield ""
    yield from _table(
        ("#", "symptom", "class", "cause", "cure", "retried by default", "lint rule", "seen in"),
        (_symptom_row(symptom) for symptom in SYMPTOMS),
    )
    yield ""
    yield "## The words"
    yield ""
    yield "Found anywhere in a line, without regard to case; `^` stands for a line's start, `$` for its end."
    yield "`failure` words say that a test failed, `assertion` words that an expectation was not met: both give"
    yield "the class `assertion`, and a line with the latter is never evidence for anything else."
    yield ""
    yield from _table(("class", "word", "printed by"), _word_rows())


def _class_row(entry: FailureClass) -> tuple[str, ...]:
    mark = " *" if entry.failure in INFRASTRUCTURE else ""
    counters = ", ".join(f"`{field}`" for field in entry.counters)
    retried = "yes" if entry.retried else "no"
    return f"`{entry.failure.value}`{mark}", entry.meaning, entry.cause, entry.cure, retried, counters


def _symptom_row(symptom: Symptom) -> tuple[str, ...]:
    words = ", ".join(_code(word) for word in symptom.words)
    retried = "yes" if symptom.retried else "no"
    rule = f"[`{symptom.rule}`](rules/{symptom.rule}.md)" if symptom.rule else ""
    cause, cure = (text.replace("<", "&lt;") for text in (symptom.cause, symptom.cure))
    told = (cause, cure, retried, rule, symptom.source)
    return str(symptom.number), words, f"`{symptom.failure.value}`", *told


def _word_rows() -> Iterator[tuple[str, ...]]:
    for name, words in WORDS.items():
        yield from ((f"`{name}`", _code(word.text), word.source) for word in words)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _code(text: str) -> str:
    shown = text.replace("\t", "⇥")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def main(arguments: list[str]) -> int:
    """Exit status 1 when something was stale and nothing was written."""
    wanted = {RUNNER: with_block(RUNNER.read_text()), PAGE: page()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if "--write" in arguments:
            path.write_text(wanted[path])
        sys.stderr.write(f"{path.relative_to(_ROOT)} {'written' if '--write' in arguments else 'is stale'}\n")
    return 1 if stale and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
