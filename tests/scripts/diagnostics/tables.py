"""What the script's decisions must say: classes, ends of waiting, verdicts, exit codes, sizes, durations.

`python -m scripts.mutate` (in the folder `tests`) changes the functions one condition at a time; a changed copy
that still says all of this shows a row that is missing.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPLIES = {
    "LOADING Redis is loading the dataset in memory": "loading",
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.": "busy",
    "BUSYGROUP Consumer Group name already exists": "error",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.": "masterdown",
    "CLUSTERDOWN Hash slot not served": "clusterdown",
    "READONLY You can't write against a read only replica.": "readonly",
    "OOM command not allowed when used memory > 'maxmemory'.": "oom",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist": "misconf",
    "NOREPLICAS Not enough good replicas to write.": "noreplicas",
    "TRYAGAIN Multiple keys request during rehashing of slot": "tryagain",
    "MOVED 3999 127.0.0.1:6381": "moved",
    "ASK 3999 127.0.0.1:6381": "moved",
    "ERR max number of clients reached": "maxclients",
    "ERR max number of clients + cluster connections reached": "maxclients",
    "NOAUTH Authentication required.": "noauth",
    "ERR operation not permitted": "noauth",
    "WRONGPASS invalid username-password pair or user is disabled.": "wrongpass",
    "ERR invalid password": "wrongpass",
    "NOPERM this user has no permissions to run the 'set' command": "noperm",
    "ERR AUTH <password> called without any password configured for the default user.": "nopassword",
    "ERR Client sent AUTH, but no password is set": "nopassword",
    "DENIED Redis is running in protected mode because protected mode is enabled": "protected",
    "ERR unknown command 'FOO'": "unknown-command",
    "ERR unknown subcommand 'BAR'. Try CONFIG HELP.": "unknown-command",
    "ERR value is not an integer or out of range": "error",
}
NETWORK = {
    "connect: Connection refused": "refused",
    "connect: Connection reset by peer": "reset",
    "write error: Broken pipe": "reset",
    "connect: Interrupted system call": "timeout",
    "connect: Connection timed out": "timeout",
    "nohost: Name or service not known": "unresolved",
    "nohost: Temporary failure in name resolution": "unresolved",
    "nohost: Name does not resolve": "unresolved",
    "nohost: No address associated with hostname": "unresolved",
    "nohost: Try again": "unresolved",
    "connect: Network is unreachable": "unreachable",
    "connect: No route to host": "unreachable",
    "error:0A00010B:SSL routines:ssl3_get_record:wrong version number": "protocol",
    "verify error:num=18:self-signed certificate": "tls",
    "tlsv13 alert certificate required": "tls",
    "socket: Too many open files": "nofile",
    "something else": "error",
}
REFUSALS = ["noauth", "wrongpass", "nopassword", "noperm", "protected"]
FINAL = [*REFUSALS, "protocol", "tls"]
WAITED_FOR = [
    *("refused", "reset", "timeout", "unreachable", "unresolved", "loading", "busy", "masterdown"),
    *("clusterdown", "moved", "tryagain", "readonly", "noreplicas", "misconf", "oom", "maxclients"),
    *("pubsub", "error"),
]


class Row(NamedTuple):
    """Bash code that is run after the functions were sourced, and what it prints."""

    code: str
    printed: str


_DONE = "&& echo yes || echo no"
_OVER = "NOW=100000000 DEADLINE={deadline} CLASS={kind}; waiting_is_over {since} && echo yes || echo no"
_NOTE = (
    "now() {{ NOW={now}; }}; DEADLINE=9000000 TRIES={tries} LAST_CLASS=refused LAST_ERROR=e CLASS={kind} ERROR=f; "
    'note_try {begun}; echo "$CLASS $ERROR $LAST_CLASS ${{#SEEN[@]}}"'
)
_VERDICT = (
    "HOST=h PORT=1 FIRST_CLASS={first} FIRST_ERROR=e SECTIONS=(operations lua) NAMES=(operations lua) "
    'STATUSES=({statuses}) ANSWERED=1; check_verdict; echo "$VERDICT $SENTENCE"'
)
_ASKED = 'EXPECTED=({pairs}); asked {name} && echo "$RESULT" || echo no'


def _rows() -> Iterator[Row]:
    for text, kind in REPLIES.items():
        yield Row(f"class_of_reply {_quoted(text)}; echo $RESULT", kind)
    for text, kind in NETWORK.items():
        yield Row(f"class_of_network {_quoted(text)}; echo $RESULT", kind)
    for kind in [*FINAL, *WAITED_FOR]:
        yield Row(f"is_final {kind} {_DONE}", "yes" if kind in FINAL else "no")
        yield Row(f"is_refusal {kind} {_DONE}", "yes" if kind in REFUSALS else "no")
    yield from _arithmetic()
    yield from _waiting()
    yield from _verdicts()


def _arithmetic() -> Iterator[Row]:
    durations = {
        "500ms": 500000,
        "10s": 10000000,
        "1.5s": 1500000,
        "20m": 1200000000,
        "1h": 3600000000,
        "7": 7000000,
    }
    for written, microseconds in durations.items():
        yield Row(f"microseconds {written}; echo $RESULT", str(microseconds))
    for wrong in ("''", "s", "-1", "1d", "1,5s"):
        yield Row(f"microseconds {wrong} {_DONE}", "no")
    sizes = {"1gb": 2**30, "1g": 10**9, "512mb": 2**29, "3m": 3000000, "2kb": 2048, "2k": 2000, "042": 42}
    for written, size in sizes.items():
        yield Row(f"bytes_of {written}; echo $RESULT", str(size))
    for wrong in ("''", "gb", "1tb", "-1"):
        yield Row(f"bytes_of {wrong} {_DONE}", "no")
    same = (("1gb", "1073741824", "yes"), ("yes", "YES", "yes"), ("1gb", "1g", "no"), ("1", "one", "no"))
    for first, second, told in (*same, ("one", "1", "no")):
        yield Row(f"same_value {first} {second} {_DONE}", told)
    for waited, left, pause in (
        (9999999, 99999, 10000),
        (10000000, 99999, 40000),
        (0, 4000, 4000),
        (0, 10000, 10000),
    ):
        yield Row(f"pause_after {waited} {left}; echo $RESULT", str(pause))
    for took, alone, floor, limit in ((9, 100, 5000, 5000), (9, 1000, 5000, 20000), (9, 250, 5000, 5000)):
        yield Row(f"latency_limit {took} {alone} {floor}; echo $RESULT", str(limit))
    clock = "now() { NOW=1000000; }; DEADLINE=5000000; "
    for asked, limit in ((9000000, 5000000), (1000000, 2000000), (4000000, 5000000)):
        yield Row(f"{clock}within {asked}; echo $LIMIT", str(limit))
    for limit, told in ((1500000, "0.500000"), (1000000, "no"), (999999, "no")):
        yield Row(f"{clock}LIMIT={limit}; remaining && echo $RESULT || echo no", told)


def _waiting() -> Iterator[Row]:
    far = 120000000
    ends = (("refused", 0, far, "no"), ("noauth", 0, far, "yes"), ("unresolved", 95000001, far, "no"))
    more = (
        ("unresolved", 95000000, far, "yes"),
        ("refused", 0, 100000000, "yes"),
        ("refused", 0, 100000001, "no"),
    )
    for kind, since, deadline, told in (*ends, *more):
        yield Row(_OVER.format(kind=kind, since=since, deadline=deadline), told)
    # A time-out that only the deadline caused gives way to the failure before it.
    notes = (
        ("timeout", 9000000, 2, 8000000, "refused e refused 0"),
        ("pubsub", 9000000, 2, 8000000, "refused e refused 0"),
        ("timeout", 8999999, 2, 8000000, "timeout f timeout 1"),
        ("timeout", 9000000, 1, 8000000, "timeout f timeout 1"),
        ("timeout", 9000000, 2, 6500000, "timeout f timeout 1"),
        ("loading", 9000000, 2, 8000000, "loading f loading 1"),
    )
    for kind, now, tries, begun, told in notes:
        yield Row(_NOTE.format(kind=kind, now=now, tries=tries, begun=begun), told)


def _verdicts() -> Iterator[Row]:
    failures = (
        *(("noauth", 1, "refused"), ("loading", 1, "failed"), ("timeout", 1, "failed")),
        *(("timeout", 0, "unreachable"), ("protocol", 0, "failed"), ("tls", 0, "failed")),
    )
    for kind, answered, verdict in failures:
        yield Row(f"CLASS={kind} ANSWERED={answered}; verdict_of_failure; echo $VERDICT", verdict)
    codes = (
        ("healthy", 0, 0),
        ("degraded", 0, 0),
        ("failed", 0, 1),
        ("unreachable", 0, 3),
        ("refused", 0, 4),
    )
    for verdict, unwritten, code in (*codes, ("healthy", 1, 2), ("failed", 1, 1), ("refused", 1, 4)):
        yield Row(f"(exit_code {verdict} {unwritten}); echo $?", str(code))
    sections = (
        ("pass pass", "''", "healthy healthy: h:1: 2 checks"),
        ("pass warn", "''", "degraded degraded: h:1: 1 warnings"),
        ("warn fail", "''", "failed failed: h:1: 1 checks failed"),
        ("skipped pass", "''", "failed failed: h:1: 0 checks failed; not run: operations "),
        ("pass skipped", "''", "healthy healthy: h:1: 2 checks"),
        ("pass pass", "noauth", "refused refused: h:1: noauth: e"),
        ("pass pass", "loading", "failed failed: h:1: loading: e"),
    )
    for statuses, first, told in sections:
        yield Row(_VERDICT.format(statuses=statuses, first=first), told)
    for pairs, name, told in (
        ("a=1 b=2", "b", "2"),
        ("a=", "a", '""'),
        ("a=1", "b", "no"),
        ("a=1=2", "a", "1=2"),
    ):
        yield Row(_ASKED.format(pairs=pairs, name=name), told)
    for kind, told in (("noperm", "yes"), ("unknown-command", "yes"), ("reset", "no")):
        yield Row(f"CLASS={kind}; is_refused_command {_DONE}", told)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


ROWS = tuple(_rows())


def printed_by(script: Path, limit: float = 60) -> list[str]:
    """What every row prints with the functions of this copy of the script."""
    program = 'source "$1"; begin\n' + "".join(f"({row.code}) 2>/dev/null\nprintf '\\036'\n" for row in ROWS)
    done = subprocess.run(
        ["bash", "-c", program, "rows", str(script)],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    return [text.removesuffix("\n") for text in done.stdout.split("\x1e")[:-1]]


def holds(script: Path) -> bool:
    """Whether every row holds in this copy of the script; one that hangs does not."""
    try:
        return printed_by(script, 30) == [row.printed for row in ROWS]
    except subprocess.TimeoutExpired:
        return False
