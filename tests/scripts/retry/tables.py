"""What the runner's pure functions answer: each row is a piece of bash and what it prints.

The rows run in one bash that has sourced the script, with a clock and a die of the table's own, so that
they say the same of a changed copy of it (see mutate.py).
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scripts.retry.outputs import OUTPUTS, Output

SCRIPT = Path(__file__).resolve().parents[3] / "templates" / "scripts" / "run-with-retry.sh"


class Row(NamedTuple):
    """A piece of bash and what it prints, without the last line end."""

    bash: str
    printed: str


def _function(name: str, *cases: tuple[str, str]) -> list[Row]:
    """Rows of a function that answers in REPLY; a failure prints `no`."""
    return [Row(f'{name} {arguments} && echo "$REPLY" || echo no', expected) for arguments, expected in cases]


def _test(name: str, *cases: tuple[str, bool]) -> list[Row]:
    return [
        Row(f"{name} {arguments} && echo yes || echo no", "yes" if expected else "no")
        for arguments, expected in cases
    ]


DURATIONS = _function(
    "duration_ms",
    ("500ms", "500"),
    ("10s", "10000"),
    ("20m", "1200000"),
    ("1h", "3600000"),
    ("7", "7000"),
    ("0", "0"),
    ("08", "8000"),
    ("1.5s", "1500"),
    ("0.25", "250"),
    ("1.5m", "90000"),
    ("1.2345", "no"),
    ("''", "no"),
    ("-1s", "no"),
    ("10x", "no"),
    ("ten", "no"),
    ("1s2", "no"),
)

WORDED = [
    *_function("seconds", ("0", "0.000"), ("1234", "1.234"), ("60001", "60.001")),
    *_function("spoken", ("0", "0.0 s"), ("1299", "1.2 s"), ("60000", "60.0 s")),
]

DELAYS = _function(
    "scheduled_delay",
    ("linear:10s 1 ''", "10000"),
    ("linear:10s 4 ''", "40000"),
    ("linear:10s 4 30000", "30000"),
    ("linear:10s 3 30000", "30000"),
    ("exponential:1s 1 ''", "1000"),
    ("exponential:1s 2 ''", "2000"),
    ("exponential:1s 6 30000", "30000"),
    ("exponential:1s 5 30000", "16000"),
    ("exponential:1ms 20 ''", "524288"),
    ("exponential:1ms 21 ''", "1048576"),
    ("exponential:1ms 70 ''", "1048576"),
    ("10s,20s,30s 1 ''", "10000"),
    ("10s,20s,30s 2 ''", "20000"),
    ("10s,20s,30s 3 ''", "30000"),
    ("10s,20s,30s 4 ''", "30000"),
    ("5s 3 ''", "5000"),
    ("0 1 ''", "0"),
    ("linear:0 3 ''", "0"),
    ("10s 1 0", "0"),
    ("linear:x 1 ''", "no"),
    ("exponential:x 1 ''", "no"),
    ("x 1 ''", "no"),
)

# The die of the table shows the bound less 3.
JITTER = _function("jittered", ("10000 none", "10000"), ("10000 full", "9998"), ("0 none", "0"))

LIMITS = [
    *_function(
        "default_reserve",
        ("1200000", "60000"),
        ("1000000", "50000"),
        ("100000", "5000"),
        ("2000000", "60000"),
    ),
    *_function(
        "attempt_limit",
        ("1200000 60000 1080000", "1080000"),
        ("600000 60000 1080000", "540000"),
        ("1140000 60000 1080000", "1080000"),
        ("50000 60000 1080000", "-10000"),
    ),
    *_test(
        "fits",
        ("100 0 100", True),
        ("99 0 100", False),
        ("100 1 100", False),
        ("101 1 100", True),
        ("0 0 0", False),
        ("1 0 0", True),
        ("-5 0 0", False),
        ("5 5 0", False),
    ),
    Row("DEADLINE_MS=60000 BEGAN=1000 CLOCK=5000; remaining_ms; echo $REPLY", "56000"),
    Row("MINIMUM_MS='' LONGEST=7000; minimum_ms; echo $REPLY", "7000"),
    Row("MINIMUM_MS=0 LONGEST=7000; minimum_ms; echo $REPLY", "0"),
    *(
        Row(
            f"DEADLINE_MS=60000 BEGAN=0 RESERVE_MS=3000 CLOCK={now}; "
            f'has_room {minimum} {delay} && echo yes || echo "$NO_FIT: $REASON"',
            printed,
        )
        for now, minimum, delay, printed in (
            (0, 10000, 0, "yes"),
            (47000, 10000, 0, "yes"),
            (47001, 10000, 0, "nofit: no further attempt fits: it needs 10.0 s, 9.9 s would be left"),
            (40000, 10000, 7000, "yes"),
            (40000, 10000, 8000, "nofit: no further attempt fits: it needs 10.0 s, 9.0 s would be left"),
            (59000, 10000, 0, "nofit: no further attempt fits: it needs 10.0 s, 0.0 s would be left"),
            (59000, 10000, 8000, "nofit: no further attempt fits: it needs 10.0 s, 0.0 s would be left"),
        )
    ),
]

DECISIONS = [
    *(
        Row(f"RETRY_ON='{listed}'; retried {name} && echo yes || echo no", printed)
        for listed, name, printed in (
            ("refused,reset", "refused", "yes"),
            ("refused,reset", "reset", "yes"),
            ("refused, reset", "reset", "yes"),
            ("refused,reset", "re", "no"),
            ("refused,reset", "timeout", "no"),
            ("", "unknown", "no"),
        )
    ),
    *_function(
        "verdict",
        ("0 1 '' ''", "passed"),
        ("0 2 '' ''", "flaky"),
        ("1 1 '' ''", "failed"),
        ("1 2 '' ''", "failed"),
        ("0 2 limit ''", "failed"),
        ("0 1 limit ''", "failed"),
        ("0 1 '' TERM", "failed"),
    ),
    *(
        Row(f"FLAKY={flaky}; exit_code {arguments}; echo $REPLY", printed)
        for flaky, arguments, printed in (
            ("warn", "0 '' '' '' passed ''", "0"),
            ("warn", "0 '' '' '' flaky 3", "0"),
            ("pass", "0 '' '' '' flaky 3", "0"),
            ("fail", "0 '' '' '' flaky 3", "3"),
            ("fail", "0 '' '' '' passed ''", "0"),
            ("fail", "4 '' '' '' failed 3", "4"),
            ("warn", "137 '' '' '' failed 137", "137"),
            ("warn", "124 limit '' '' failed 1", "124"),
            ("warn", "1 '' nofit '' failed 1", "124"),
            ("warn", "1 '' '' INT failed 1", "130"),
            ("warn", "0 '' '' TERM failed 1", "143"),
            ("warn", "1 limit '' TERM failed 1", "143"),
        )
    ),
    *(
        Row(
            f"STOPPED={stopped} CLASS={name} ATTEMPTS=3 RETRY_ON=refused; "
            f"may_retry {number} && echo yes || echo $REASON",
            printed,
        )
        for stopped, name, number, printed in (
            ("''", "refused", 1, "yes"),
            ("''", "refused", 2, "yes"),
            ("''", "refused", 3, "all attempts used, the last one: refused"),
            ("''", "build", 1, "build is not retried"),
            ("TERM", "refused", 1, "stopped by SIGTERM"),
        )
    ),
    *_function(
        "signal_name",
        ("137", "SIGKILL"),
        ("139", "SIGSEGV"),
        ("143", "SIGTERM"),
        ("129", "SIGHUP"),
        ("192", "SIGRTMAX"),
        ("128", "no"),
        ("1", "no"),
        ("193", "no"),
        ("255", "no"),
    ),
    *_function(
        "worst_verdict",
        ("'passed passed'", "passed"),
        ("'passed flaky'", "flaky"),
        ("'flaky failed passed'", "failed"),
    ),
    Row(
        "SPENT=500 LONGEST=100 CLASS=reset STATUS=4 PROOF=; remember_failure; echo $LONGEST $FIRST_CLASS $FIRST_CODE",
        "500 reset 4",
    ),
    Row(
        "SPENT=50 LONGEST=100 CLASS=reset STATUS=4 FIRST_CLASS=oom FIRST_CODE=1; "
        "remember_failure; echo $LONGEST $FIRST_CLASS $FIRST_CODE",
        "100 oom 1",
    ),
]

# Each answer is its own: nothing of the one before it shines through.
FRESH = [
    Row(
        "SPENT=1 CLASS=x STATUS=1 PROOF=why FAILED_TESTS=(:a :b); remember_failure; "
        'echo "${EARLIER_TESTS[*]} $SHOWN_PROOF"',
        ":a :b why",
    ),
    Row('REPLY=old; info_field "a:1" b; echo "[$REPLY]"', "[]"),
    Row("CONFIRMED=all; confirm '' ready 'run_id:a'; echo \"[$CONFIRMED]\"", "[]"),
    Row("PRESENT=(old); find_present ''; echo ${#PRESENT[@]}", "0"),
    Row("FAMILIES=(old); find_families ''; echo ${#FAMILIES[@]}", "0"),
    Row("REDIS[host]=h ADDRESSES=('h 1'); addresses_in 'none'; echo ${#ADDRESSES[@]}", "0"),
    Row("CLASSES=(old); ordered_classes; echo ${CLASSES[0]}", "noauth"),
    Row("PROOF=old; classify 1 ''; echo \"$CLASS [$PROOF]\"", "unknown []"),
    Row(
        "OUTPUT=('connection refused'); read_output; OUTPUT=('nothing'); read_output; classify 1 ''; echo $CLASS",
        "unknown",
    ),
    Row("BLOCK=passed; OUTPUT=('connection refused'); read_output; classify 1 ''; echo $CLASS", "refused"),
]

_BEFORE = r"$'run_id:aa\nrejected_connections:1\nerrorstat_OOM:count=2'"
CONFIRMATION = [
    Row(f'confirm {before} {probe} {after}; echo "[${{CONFIRMED# }}]"', printed)
    for before, probe, after, printed in (
        (_BEFORE, "ready", _BEFORE, "[]"),
        (_BEFORE, "refused", "''", "[all]"),
        ("''", "timeout", "''", "[all]"),
        ("''", "ready", _BEFORE, "[]"),
        (_BEFORE, "ready", r"$'run_id:bb\nrejected_connections:1\nerrorstat_OOM:count=2'", "[all ]"),
        (_BEFORE, "ready", r"$'run_id:aa\nrejected_connections:2\nerrorstat_OOM:count=2'", "[maxclients]"),
        (_BEFORE, "ready", r"$'run_id:aa\nrejected_connections:1\nerrorstat_OOM:count=7'", "[oom]"),
        (_BEFORE, "ready", r"$'run_id:aa\nrejected_connections:0\nerrorstat_READONLY:count=1'", "[readonly]"),
        (_BEFORE, "ready", r"$'run_id:aa\nrejected_connections:1\nerrorstat_OOM:count=1'", "[oom]"),
    )
]

PLACES = [
    *_test(
        "loopback",
        ("127.0.0.1", True),
        ("127.9.8.7", True),
        ("localhost", True),
        ("::1", True),
        ("127.0.0.1.example.com", False),
        ("10.0.0.1", False),
        ("redis", False),
    ),
    *(
        Row(f"HOLDFAST_SERVICES='{names}'; service_of_job {host} && echo yes || echo no", printed)
        for names, host, printed in (
            ("redis", "redis", "yes"),
            ("redis,cache", "cache", "yes"),
            ("redis cache", "cache", "yes"),
            ("redis", "red", "no"),
            ("", "redis", "no"),
        )
    ),
    *_test(
        "reset_allowed",
        ("127.0.0.1 ''", True),
        ("prod.example.com ''", False),
        ("prod.example.com yes", True),
    ),
    *(
        Row(
            f"unset -v REDIS_URL REDIS_HOST REDIS_PORT REDIS_PASSWORD REDIS_USERNAME REDIS_TLS; {given}; locate_redis; "
            'echo "${REDIS[host]} ${REDIS[port]} ${REDIS[database]} ${REDIS[user]}|${REDIS[password]}|${REDIS[tls]}"',
            printed,
        )
        for given, printed in (
            (":", " 6379 0 ||"),
            ("REDIS_URL=redis://127.0.0.1:6380/3", "127.0.0.1 6380 3 ||"),
            ("REDIS_URL=redis://localhost", "localhost 6379 0 ||"),
            ("REDIS_URL='rediss://u:p%40ss%2Fx@h:1'", "h 1 0 u|p@ss/x|yes"),
            ("REDIS_URL='redis://:pw@[::1]:7000/2?timeout=5'", "::1 7000 2 |pw|"),
            (r"REDIS_URL='redis://:a\b@h'", r"h 6379 0 |a\b|"),
            ("REDIS_URL='redis://h/?db=4'", "h 6379 4 ||"),
            ("REDIS_URL=h:6390", "h 6390 0 ||"),
            ("REDIS_URL=redis://a:1,b:2/0", "a 1 0 ||"),
            ("REDIS_URL=unix:///run/redis.sock", " 6379 0 ||"),
            ("REDIS_HOST=h REDIS_PORT=1 REDIS_PASSWORD=s REDIS_USERNAME=u REDIS_TLS=true", "h 1 0 u|s|yes"),
            ("REDIS_URL=redis://h REDIS_PASSWORD=s", "h 6379 0 |s|"),
            ("REDIS_PASSWORD=s", " 6379 0 ||"),
            ("REDIS_URL=valkey://h:1", "h 1 0 ||"),
            ("REDIS_URL=valkeys://h:1", "h 1 0 ||yes"),
            ("REDIS_URL=rediss+sentinel://u:s@h:1/main/4", "h 1 4 u|s|yes"),
        )
    ),
    *(
        Row(
            f"unset -v REDIS_HOST; REDIS_URL={url}; locate_redis; "
            'IFS=,; echo "${SENTINELS[*]}|${REDIS[primary]}|${REDIS[database]}"',
            printed,
        )
        for url, printed in (
            ("redis://h:26379/2", "||2"),
            ("redis+sentinel://h/main", "h 26379|main|0"),
            ("redis+sentinel://h:1,[::1]:2,i/main/3?timeout=5", "h 1,::1 2,i 26379|main|3"),
            ("redis+sentinel://h:1", "h 1||0"),
            ("redis+sentinel://h:1/main/", "h 1|main|0"),
        )
    ),
    Row('KNOWN=(); know a 1; know b 2; know a 1; know a 2; IFS=,; echo "${KNOWN[*]}"', "a 1,b 2,a 2"),
    Row(
        'REDIS[host]=h REDIS[port]=1; at i 2 eval \'printf "%s" "${REDIS[host]} ${REDIS[port]} "; false\' || '
        "echo no ${REDIS[host]} ${REDIS[port]}",
        "i 2 no h 1",
    ),
    *(
        Row(
            "REDIS[host]=h REDIS[port]=6379 KNOWN=('10.0.0.5 7000' 'i 7001'); "
            f"names_another_address '{line}' && echo other || echo ours",
            printed,
        )
        for line, printed in (
            ("dial tcp 10.0.0.5:7000: i/o timeout", "ours"),
            ("dial tcp 10.0.0.5:7002: i/o timeout", "other"),
            ("dial tcp 10.0.0.6:7000: i/o timeout", "other"),
            ("connecting to i:7001. connection refused", "ours"),
        )
    ),
    *(
        Row(
            f"REDIS[host]={host} REDIS[port]=6379; names_another_address '{line}' && echo other || echo ours",
            printed,
        )
        for host, line, printed in (
            ("127.0.0.1", "connection refused", "ours"),
            ("127.0.0.1", "dial tcp 127.0.0.1:6379: connect: connection refused", "ours"),
            ("127.0.0.1", "dial tcp 127.0.0.1:5432: connect: connection refused", "other"),
            ("127.0.0.1", "dial tcp [::1]:6379: connect: connection refused", "ours"),
            ("127.0.0.1", "connect econnrefused ::1:6379", "ours"),
            ("127.0.0.1", "connect econnrefused ::1:5672", "other"),
            ("127.0.0.1", "error 111 connecting to localhost:6379. connection refused", "ours"),
            ("127.0.0.1", "error 111 connecting to db:6379. connection refused", "other"),
            ("127.0.0.1", "dial tcp 10.0.0.5:6379: i/o timeout", "other"),
            ("127.0.0.1", "read tcp 127.0.0.1:50000->127.0.0.1:6379: connection reset by peer", "ours"),
            ("127.0.0.1", "cache_test.go:6380: connection refused", "ours"),
            ("127.0.0.1", "amqp://guest@rabbit:5672 connection refused", "other"),
            ("redis", "dial tcp 172.18.0.2:6379: connect: connection refused", "ours"),
            ("redis", "dial tcp 172.18.0.2:5432: connect: connection refused", "other"),
            ("redis", "dial tcp: lookup redis on 127.0.0.53:53: no such host", "ours"),
            ("redis", "dial tcp: lookup postgres on 127.0.0.53:53: no such host", "other"),
            ("redis", "getaddrinfo enotfound redis", "ours"),
            ("redis", "getaddrinfo eai_again mysql", "other"),
            ("''", "dial tcp 127.0.0.1:5432: connect: connection refused", "ours"),
        )
    ),
]

REPLIES = _function(
    "reply_class",
    ("$'+PONG\\n$9\\nrun_id:ab'", "ready"),
    ("$'+OK\\n+PONG'", "ready"),
    ("$'-WRONGPASS invalid\\n-NOAUTH x'", "noauth"),
    ("$'-NOAUTH Authentication required.'", "noauth"),
    ("$'-ERR AUTH <password> called without any\\n+PONG'", "noauth"),
    ("$'+PONG\\n-NOPERM no INFO'", "ready"),
    ("$'-NOPERM no PING'", "noauth"),
    ("'-LOADING Redis is loading'", "loading"),
    ("'-BUSY Redis is busy'", "loading"),
    ("'-MASTERDOWN Link'", "loading"),
    ("'-CLUSTERDOWN x'", "loading"),
    ("$'+PONG\\ncluster_state:fail'", "loading"),
    ("'-ERR max number of clients reached'", "maxclients"),
    ("'bash: connect: Connection refused'", "refused"),
    ("'bash: connect: No route to host'", "refused"),
    ("'bash: connect: Network is unreachable'", "refused"),
    ("'bash: x: Name or service not known'", "unresolved"),
    ("'x: Temporary failure in name resolution'", "unresolved"),
    ("'cat: -: Connection reset by peer'", "reset"),
    ("'connect: Connection timed out'", "timeout"),
    ("''", "timeout"),
    ("'HTTP/1.1 400 Bad Request'", "notredis"),
)

_NODES = r"""$'+PONG
$600
id1 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460
id2 10.0.0.2:7001@17001,host2 master - 0 1 2 connected 5461-10922 [93-<-id1]
id3 :7002@17002 master - 0 1 3 connected 10923-16383
id4 10.0.0.4:7003@17003 slave id1 0 1 1 connected 1-2
id5 10.0.0.5:7004@17004 master - 0 1 4 connected
id6 :0@0 master,noaddr - 0 1 5 disconnected 7-8'"""
ANSWERS = [
    Row(
        f'REDIS[host]=h; primaries_in {_NODES}; IFS=,; echo "${{PRIMARIES[*]}}"',
        "10.0.0.1 7000,10.0.0.2 7001,h 7002",
    ),
    Row(
        "PRIMARIES=(old); primaries_in '-ERR This instance has cluster support disabled'; echo ${#PRIMARIES[@]}",
        "0",
    ),
    *(
        Row(
            f'REDIS[host]=h REDIS[port]=1 SAID=(old) ANSWER={answer}; reply_class "$ANSWER"; '
            'sentinel_said "$REPLY" && echo "yes ${SAID[*]}" || echo "$PROBE ${SAID[*]}"',
            printed,
        )
        for answer, printed in (
            (r"$'+PONG\n*2\n$4\n10.0\n$4\n6379'", "yes 10.0 6379"),
            (r"$'+PONG\n*-1'", "yes "),
            (r"$'+PONG\n(nil)'", "yes "),
            (r"$'+PONG\n10.0\n6379'", "yes 10.0 6379"),
            (
                r"$'-ERR AUTH <password> called without any password configured\n+PONG\n*2\n$1\na\n$1\nb'",
                "yes a b",
            ),
            (r"$'-ERR Client sent AUTH, but no password is set\n+PONG\n*2\n$1\na\n$1\nb'", "yes a b"),
            (r"$'-WRONGPASS x\n-NOAUTH y\n-NOAUTH z'", "noauth "),
            (r"$'-NOAUTH y\n-NOAUTH z'", "noauth "),
            (r"$'bash: Connection refused'", "refused "),
            # Not a Sentinel but the server itself.
            (r"$'+PONG\n-ERR unknown command \'SENTINEL\', with args'", "yes h 1"),
        )
    ),
]

TEXTS = [
    Row(r"""json_text $'a "q" \\ \t\x01 é \xff'; echo "$REPLY" """, '"a \\"q\\" \\\\    é ?"'),
    Row("json_text ''; echo \"$REPLY\"", '""'),
    Row('json_list; echo "$REPLY"', "[]"),
    Row("json_list a 'b c'; echo \"$REPLY\"", '["a", "b c"]'),
    Row(
        "REDIS[password]='p&ss' REDIS[encoded]=p%26ss; without_secrets 'x p&ss y p%26ss'; echo \"$REPLY\"",
        "x *** y ***",
    ),
    Row(
        "REDIS_URL='redis://u:p%40ss@h'; locate_redis; without_secrets 'x p@ss y p%40ss'; echo \"$REPLY\"",
        "x *** y ***",
    ),
    Row(
        "without_secrets 'redis://u:hidden@h redis://:other@h'; echo \"$REPLY\"",
        "redis://u:***@h redis://:***@h",
    ),
    Row(
        "xml_decoded ':a &lt;b&gt; &quot;c&quot; &apos;d&apos; &amp;amp;'; echo \"$REPLY\"",
        "a <b> \"c\" 'd' &amp;",
    ),
    Row("long=$(printf 'é%.0s' {1..400}); printable \"$long\"; echo ${#REPLY}", "150"),
]


def _output_row(case: Output, file: Path) -> Row:
    host, _, port = case.redis.rpartition(":")
    return Row(
        f"REDIS[host]='{host}' REDIS[port]='{port or 6379}' OWN_PATTERNS=({case.patterns}); "
        f"mapfile -t OUTPUT <'{file}'; read_output; CONFIRMED='{case.confirmed}'; "
        f"classify {case.status} '{case.limit}'; echo \"$CLASS\"",
        case.expected,
    )


_PREAMBLE = """
source "$1"
start_state
now_ms() { REPLY=$CLOCK; }
random_below() { REPLY=$(($1 - 3)); }
CLOCK=0 LC_ALL=C.UTF-8
"""

# Counters as cgroup v1, cgroup v2 and /proc/vmstat show them.
KILLS = [
    Row(
        f"file=$(mktemp); printf '{text}' >$file; OOM_COUNTERS=(/nonexistent $file /proc/vmstat); oom_kills; "
        "rm $file; echo $REPLY",
        printed,
    )
    for text, printed in (
        ("oom_kill_disable 0\\nunder_oom 0\\noom_kill 3\\n", "3"),
        ("low 0\\nhigh 0\\nmax 9\\noom 4\\noom_kill 5\\n", "5"),
    )
] + [
    Row(
        f"oom_kills() {{ REPLY={now}; }}; STATUS={status} HIT={limit} KILLS={before} PROOF=x; "
        "explain_kill; echo $PROOF",
        printed,
    )
    for before, now, status, limit, printed in (
        (1, 2, 137, "", "x; the kernel killed a process for lack of memory meanwhile"),
        (1, 1, 137, "", "x"),
        (1, 2, 1, "", "x"),
        (1, 2, 137, "limit", "x"),
        ("", 2, 137, "", "x"),
        (1, "", 137, "", "x"),
    )
]

FIXED = [
    *KILLS,
    *FRESH,
    *DURATIONS, *WORDED, *DELAYS, *JITTER, *LIMITS, *DECISIONS, *CONFIRMATION, *PLACES, *REPLIES, *ANSWERS, *TEXTS,
]  # fmt: skip


def evaluate(script: Path = SCRIPT, limit: float = 60) -> list[tuple[Row, str]]:
    """Every row with what it printed, in this copy of the script."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*FIXED, *_output_rows(Path(folder))]
        printed = _run(script, rows, limit)
    return list(zip(rows, printed, strict=True))


def holds(script: Path, limit: float = 30) -> bool:
    """Whether every row holds in this copy of the script; it ends at the first that does not."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_output_rows(Path(folder)), *FIXED]
        program = _PREAMBLE + "".join(_demand(row) for row in rows)
        try:
            return _bash(program, script, limit).returncode == 0
        except subprocess.TimeoutExpired:
            return False


def _demand(row: Row) -> str:
    return f"[[ $( ({row.bash}) 2>/dev/null) == {shlex.quote(row.printed)} ]] || exit 1\n"


def _output_rows(folder: Path) -> Iterable[Row]:
    for number, case in enumerate(OUTPUTS):
        file = folder / str(number)
        file.write_bytes(case.text.encode())
        yield _output_row(case, file)


def _run(script: Path, rows: list[Row], limit: float) -> list[str]:
    """What each row prints; nothing for rows that a script broken on purpose never reached."""
    program = _PREAMBLE + "".join(f"({row.bash}) 2>/dev/null\nprintf '\\036'\n" for row in rows)
    done = _bash(program, script, limit)
    printed = done.stdout.decode(errors="replace").split("\x1e")[:-1]
    return [text.removesuffix("\n") for text in printed] + [""] * (len(rows) - len(printed))


def _bash(program: str, script: Path, limit: float) -> subprocess.CompletedProcess[bytes]:
    """Runs in a group of its own, which ends with it: a script broken on purpose may loop for ever in a subshell."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # a loop that never ends may also fill the memory: half a gigabyte is enough for anything that is not broken
    command = ["bash", "-c", f"ulimit -v 524288\n{program}", "rows", str(script)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=limit)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    return subprocess.CompletedProcess(command, process.returncode, output, errors)
