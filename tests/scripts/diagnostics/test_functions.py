"""The pure functions of the script, sourced: classification, arithmetic, reading what the kernel says."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from scripts.diagnosed import SCRIPT, sourced
from scripts.diagnostics.equivalents import EQUIVALENT
from scripts.diagnostics.tables import FINAL, NETWORK, REFUSALS, REPLIES, ROWS, WAITED_FOR, holds, printed_by
from scripts.mutate import mutants, survivors


def _results(code: str, words: list[str]) -> list[str]:
    loop = f'for word in "$@"; do {{ {code} && printf "%s\\n" "$RESULT"; }} || echo refused-by-function; done'
    told = sourced(loop, *words)
    assert told.stderr == ""
    return told.stdout.splitlines()


def test_every_error_reply_has_its_class() -> None:
    assert dict(zip(REPLIES, _results('class_of_reply "$word"', list(REPLIES)), strict=True)) == REPLIES


def test_every_network_error_has_its_class() -> None:
    assert dict(zip(NETWORK, _results('class_of_network "$word"', list(NETWORK)), strict=True)) == NETWORK


def test_only_what_waiting_cannot_change_is_final() -> None:
    words = [*FINAL, *WAITED_FOR]
    told = sourced('for word in "$@"; do is_final "$word" && echo "$word"; done; :', *words)
    assert told.stdout.split() == FINAL


def test_only_what_refuses_this_client_is_a_refusal() -> None:
    words = [*FINAL, *WAITED_FOR]
    told = sourced('for word in "$@"; do is_refusal "$word" && echo "$word"; done; :', *words)
    assert told.stdout.split() == REFUSALS


def test_every_class_has_a_next_step_of_its_own() -> None:
    words = [*dict.fromkeys([*FINAL, *WAITED_FOR, "nofile"]).keys()]
    steps = dict(zip(words, _results('next_step "$word"', words), strict=True))
    general = steps.pop("error")
    assert steps.pop("tryagain") == general
    assert len({*steps.values(), general}) == len(steps) + 1


@pytest.mark.parametrize(
    ("written", "microseconds"),
    [
        ("500ms", 500_000),
        ("10s", 10_000_000),
        ("1.5s", 1_500_000),
        ("20m", 1_200_000_000),
        ("1h", 3_600_000_000),
        ("7", 7_000_000),
        ("0", 0),
        ("0.25", 250_000),
        ("08", 8_000_000),
        *((wrong, None) for wrong in ("", "s", "-1", "1d", "1 s", "1.s", "1,5s", "1e3", "1.1234567")),
    ],
)
def test_durations_are_read(written: str, microseconds: int | None) -> None:
    (told,) = _results('microseconds "$word"', [written])
    assert told == ("refused-by-function" if microseconds is None else str(microseconds))


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("1gb", 2**30),
        ("1GB", 2**30),
        ("1g", 10**9),
        ("512mb", 2**29),
        ("3m", 3_000_000),
        ("2kb", 2048),
        ("2k", 2000),
        ("42b", 42),
        ("042", 42),
        ("0", 0),
        *((wrong, None) for wrong in ("", "gb", "1tb", "-1", "1.5gb", "many")),
    ],
)
def test_sizes_are_read_as_redis_reads_them(written: str, size: int | None) -> None:
    (told,) = _results('bytes_of "$word"', [written])
    assert told == ("refused-by-function" if size is None else str(size))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1gb", "1073741824", True),
        ("yes", "YES", True),
        ("allkeys-lru", "allkeys-lru", True),
        ("1gb", "1g", False),
        ("yes", "no", False),
        ("1", "one", False),
        ("one", "1", False),
        ("max", "max", True),
    ],
)
def test_values_are_compared_by_what_they_mean(first: str, second: str, same: bool) -> None:
    told = sourced('same_value "$1" "$2" && echo same; :', first, second)
    assert (told.stdout.strip() == "same") == same


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("redis://localhost", "localhost 6379 0 - - 0"),
        ("redis://localhost:7000/5", "localhost 7000 5 - - 0"),
        ("redis://localhost:7000/", "localhost 7000 0 - - 0"),
        ("redis://localhost/2?protocol=3", "localhost 6379 2 - - 0"),
        ("rediss://h", "h 6379 0 - - 1"),
        ("valkeys://h", "h 6379 0 - - 1"),
        ("valkey://h", "h 6379 0 - - 0"),
        ("redis://:pw@h", "h 6379 0 - pw 0"),
        ("redis://me:p%40w@h:1", "h 1 0 me p@w 0"),
        ("redis://me@h", "h 6379 0 me - 0"),
        ("redis://me:a:b@h", "h 6379 0 me a:b 0"),
        ("redis://[::1]:6380/1", "::1 6380 1 - - 0"),
        ("redis+sentinel://a:1,b/mymaster/4", "a 1 4 - - 0"),
        *(
            (wrong, "refused")
            for wrong in (
                "",
                "localhost",
                "http://h",
                "redis://",
                "redis://h:port",
                "redis://h/db",
                "redis://h:1:2",
                "redis://a b",
            )
        ),
    ],
)
def test_urls_are_read(url: str, parts: str) -> None:
    code = 'read_url "$1" && echo "$HOST $PORT $DB ${USERNAME:--} ${PASSWORD:--} $TLS" || echo refused'
    assert sourced(code, url).stdout.strip() == parts


def test_sentinels_get_their_usual_port() -> None:
    told = sourced('read_url "$1"; echo "$MASTER ${SENTINELS[*]}"', "redis+sentinel://a:1,b/mymaster")
    assert told.stdout.strip() == "mymaster a:1 b:26379"


@pytest.mark.parametrize(
    ("waited", "left", "pause"),
    [
        (0, 60_000_000, 10_000),
        (9_999_999, 60_000_000, 10_000),
        (10_000_000, 60_000_000, 40_000),
        (0, 4_000, 4_000),
        (20_000_000, 39_000, 39_000),
    ],
)
def test_tries_are_ten_milliseconds_apart_and_forty_after_ten_seconds(
    waited: int, left: int, pause: int
) -> None:
    told = sourced('pause_after "$1" "$2"; echo "$RESULT"', str(waited), str(left))
    assert told.stdout.strip() == str(pause)


@pytest.mark.parametrize(
    ("kind", "since", "over"),
    [
        ("refused", 0, False),
        ("noauth", 0, True),
        ("protocol", 0, True),
        ("unresolved", 95_000_001, False),
        ("unresolved", 95_000_000, True),
        ("loading", 0, False),
    ],
)
def test_waiting_ends_for_what_is_final_and_after_five_seconds_without_a_name(
    kind: str, since: int, over: bool
) -> None:
    code = 'NOW=100000000 DEADLINE=120000000 CLASS=$1; waiting_is_over "$2" && echo over; :'
    assert (sourced(code, kind, str(since)).stdout.strip() == "over") == over


@pytest.mark.parametrize(("deadline", "over"), [(100_000_000, True), (100_000_001, False)])
def test_waiting_ends_at_the_deadline(deadline: int, over: bool) -> None:
    code = "NOW=100000000 DEADLINE=$1 CLASS=refused; waiting_is_over 0 && echo over; :"
    assert (sourced(code, str(deadline)).stdout.strip() == "over") == over


def test_the_clock_can_be_replaced() -> None:
    code = (
        "now() { NOW=1000000; }; DEADLINE=5000000; within 9000000; echo $LIMIT; within 1000000; echo $LIMIT"
    )
    code += "; remaining && echo $RESULT; LIMIT=1000000; remaining || echo nothing"
    assert sourced(code).stdout.split() == ["5000000", "2000000", "1.000000", "nothing"]


@pytest.mark.parametrize(
    ("kind", "answered", "verdict"),
    [
        ("noauth", 1, "refused"),
        ("protected", 1, "refused"),
        ("loading", 1, "failed"),
        ("timeout", 1, "failed"),
        ("timeout", 0, "unreachable"),
        ("refused", 0, "unreachable"),
        ("protocol", 0, "failed"),
        ("tls", 0, "failed"),
    ],
)
def test_a_failure_has_its_verdict(kind: str, answered: int, verdict: str) -> None:
    told = sourced('CLASS=$1 ANSWERED=$2; verdict_of_failure; echo "$VERDICT"', kind, str(answered))
    assert told.stdout.strip() == verdict


@pytest.mark.parametrize(
    ("verdict", "unwritten", "code"),
    [
        ("healthy", 0, 0),
        ("degraded", 0, 0),
        ("failed", 0, 1),
        ("unreachable", 0, 3),
        ("refused", 0, 4),
        ("healthy", 1, 2),
        ("failed", 1, 1),
        ("refused", 1, 4),
    ],
)
def test_a_verdict_has_its_exit_code(verdict: str, unwritten: int, code: int) -> None:
    assert sourced('exit_code "$1" "$2"', verdict, str(unwritten)).returncode == code


@pytest.mark.parametrize(
    ("statuses", "first", "verdict"),
    [
        ("pass pass", "", "healthy"),
        ("pass warn", "", "degraded"),
        ("warn fail", "", "failed"),
        ("skipped pass", "", "failed"),
        ("pass skipped", "", "healthy"),
        ("pass pass", "noauth", "refused"),
    ],
)
def test_healthy_needs_the_needed_sections_run(statuses: str, first: str, verdict: str) -> None:
    code = "HOST=h PORT=1 FIRST_CLASS=$2 FIRST_ERROR=e SECTIONS=(operations lua) NAMES=(operations lua)"
    code += '; read -r -a STATUSES <<<"$1"; check_verdict; echo "$VERDICT"'
    assert sourced(code, statuses, first).stdout.strip() == verdict


def test_percentiles_are_the_nearest_rank() -> None:
    code = 'TIMES=("$@"); percentiles; echo "$P50 $P95 $P99 $TOTAL"'
    assert sourced(code, *map(str, range(100, 0, -1))).stdout.split() == ["50", "95", "99", "5050"]
    assert sourced(code, "7").stdout.split() == ["7", "7", "7", "7"]
    assert sourced(code).stdout.split() == ["0", "0", "0", "0"]


def test_latency_is_judged_against_the_machine() -> None:
    told = sourced("latency_limit 9 100 5000; echo $RESULT; latency_limit 9 1000 5000; echo $RESULT")
    assert told.stdout.split() == ["5000", "20000"]


def test_the_limit_of_open_files_is_the_soft_one() -> None:
    text = "Limit   Soft Limit  Hard Limit  Units\nMax open files            1024     4096    files\n"
    assert sourced('open_files_limit <<<"$1" && echo "$RESULT"', text).stdout.strip() == "1024"
    assert sourced('open_files_limit <<<"$1"', "Max cpu time  unlimited\n").returncode == 1


_SOCKETS = """State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
LISTEN 0      511    127.0.0.1:6379       0.0.0.0:*
LISTEN 0      4096   [::]:6379            [::]:*
LISTEN 0      128    0.0.0.0:16379        0.0.0.0:*
ESTAB  0      9999   127.0.0.1:6379       127.0.0.1:5
"""


@pytest.mark.parametrize(("port", "queue"), [("6379", "4096"), ("16379", "128"), ("80", "none")])
def test_the_listen_queue_is_that_of_the_port(port: str, queue: str) -> None:
    told = sourced('listen_queue "$2" <<<"$1" && echo "$RESULT" || echo none', _SOCKETS, port)
    assert told.stdout.strip() == queue


@pytest.mark.parametrize(
    ("cgroup", "file", "text", "limit"),
    [
        ("0::/a/b", "a/b/memory.max", "2147483648", "2147483648"),
        ("0::/a/b", "a/b/memory.max", "max", "max"),
        ("9:memory:/docker/x", "memory/docker/x/memory.limit_in_bytes", "2147483648", "2147483648"),
        ("9:memory:/docker/x", "memory/docker/x/memory.limit_in_bytes", "9223372036854771712", "max"),
        ("4:cpu,memory:/x\n0::/", "memory/x/memory.limit_in_bytes", "64", "64"),
        ("3:cpu:/x", "memory/x/memory.limit_in_bytes", "64", "none"),
        ("0::/a/b", "other", "64", "none"),
    ],
)
def test_the_memory_limit_is_read_in_both_versions_of_cgroups(
    cgroup: str, file: str, text: str, limit: str, tmp_path: Path
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text + "\n")
    code = 'cgroup_memory_limit "$1" <<<"$2" && echo "$RESULT" || echo none'
    assert sourced(code, str(tmp_path), cgroup).stdout.strip() == limit


@pytest.mark.parametrize(
    ("backlog", "most", "value", "message"),
    [("511", "4096", "511", "smaller"), ("65535", "4096", "4096", "smaller"), ("511", "", "511", "alone")],
)
def test_a_backlog_that_cannot_be_seen_is_computed(backlog: str, most: str, value: str, message: str) -> None:
    told = sourced('COLOURED=0 SECTION=backlog; computed_backlog "$1" "$2"', backlog, most)
    assert told.stdout.split()[:3] == ["pass", "backlog", value]
    assert "computed" in told.stdout
    assert message in told.stdout


def test_a_first_address_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    code = """
        addresses_of() { RESULT='::1 127.0.0.1'; }
        connect_address() { [[ $1 == 127.0.0.1 ]]; }
        COLOURED=0 HOST=localhost SECTION=reachability DEADLINE=99999999999999999
        check_addresses
    """
    told = sourced(code)
    assert told.stdout.startswith("warn    addresses")
    assert "::1 does not answer" in told.stdout


_STRANGE = 'a "quoted" \\ back\nline\ttab <&> | `tick` \x01\x1f %'


def test_strange_text_survives_json_xml_and_markdown() -> None:
    (as_json,) = [sourced('json_text "$1"; printf "%s" "$RESULT"', _STRANGE).stdout]
    assert json.loads(as_json) == _STRANGE
    as_xml = sourced('xml_text "$1"; printf "<a b=\\"%s\\"/>" "$RESULT"', _STRANGE).stdout
    assert "a &quot;quoted&quot;" in as_xml
    assert (ElementTree.fromstring(as_xml).get("b") or "").endswith("?? %")
    told = sourced('markdown_cell "$1"; printf "%s" "$RESULT"', "a|b`c<d\\").stdout
    assert told == "a\\|b&#96;c&lt;d\\\\"
    told = sourced('annotation_text "$1"; printf "%s" "$RESULT"', "50%\r\nmore").stdout
    assert told == "50%25%0D%0Amore"


@pytest.mark.parametrize(
    ("text", "written"),
    [("1", "1"), ("-1.50", "-1.50"), ("007", '"007"'), ("", "null"), ("1e5", '"1e5"'), ("no", '"no"')],
)
def test_numbers_are_numbers_in_json(text: str, written: str) -> None:
    assert sourced('json_value "$1"; echo "$RESULT"', text).stdout.strip() == written


@pytest.mark.parametrize(
    ("printed", "wire"),
    [
        (["OK"], "+OK\r\n"),
        (["(integer) 42"], ":42\r\n"),
        (["(nil)"], "$-1\r\n"),
        (["(empty array)"], "*0\r\n"),
        (["(error) WRONGTYPE no"], "-WRONGTYPE no\r\n"),
        (['"a \\"b\\" \\x41\\\\"'], '$8\r\na "b" A\\\r\n'),
        (["# Server", "redis_version:8"], "$25\r\n# Server\nredis_version:8\n\r\n"),
        (['1) "a"', "2) (integer) 5"], "*2\r\n$1\r\na\r\n:5\r\n"),
        (['1) 1) "a"', '   2) "b"', "2) (nil)"], "*3\r\n$1\r\na\r\n$1\r\nb\r\n$-1\r\n"),
        ([" 1) OK"], "*1\r\n+OK\r\n"),
    ],
)
def test_what_redis_cli_prints_becomes_a_reply(printed: list[str], wire: str) -> None:
    assert sourced('wire_reply "$@"', *printed).stdout == wire.replace("\r\n", "\n")


def test_words_reach_redis_cli_quoted() -> None:
    told = sourced('quoted_words "$@"; printf "%s" "$RESULT"', "SET", 'a "b" c', "d\\e")
    assert told.stdout == '"SET" "a \\"b\\" c" "d\\\\e" '


def test_every_row_of_the_table_holds() -> None:
    printed = printed_by(SCRIPT)
    assert list(zip((row.code for row in ROWS), printed, strict=True)) == [
        (row.code, row.printed) for row in ROWS
    ]


def test_changed_decisions_are_noticed() -> None:
    """A sample of what `python -m scripts.mutate` does with all of them."""
    script = SCRIPT.read_text()
    sample = list(mutants(script, ("exit_code", "verdict_of_failure", "note_try", "waiting_is_over")))
    assert len(sample) > 20
    assert [mutant.name for mutant in survivors(sample, holds) if mutant.name not in EQUIVALENT] == []


@pytest.mark.parametrize(
    ("section", "kind", "deadline", "status"),
    [
        ("lua", "timeout", 9, "skipped"),
        ("lua", "timeout", 11, "fail"),
        ("lua", "noperm", 11, "skipped"),
        ("operations", "noperm", 11, "fail"),
        ("operations", "timeout", 9, "skipped"),
        ("operations", "oom", 9, "fail"),
    ],
)
def test_a_section_without_time_is_skipped_and_one_with_a_fault_fails(
    section: str, kind: str, deadline: int, status: str
) -> None:
    code = "now() { NOW=10; }; COLOURED=0 REACHED=0 FIRST_CLASS='' SECTION=$1 CLASS=$2 ERROR=e DEADLINE=$3"
    told = sourced(f"{code}; section_failed", section, kind, str(deadline))
    assert told.stdout.split()[:2] == [status, section]
