"""Outputs of failed attempts and the class that each must get: one table for the runner and for its copies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

# The words that show each class, as go-redis, redis-py, node-redis, ioredis and the servers print them.
INFRASTRUCTURE = {
    "noauth": "NOAUTH Authentication required.",
    "oom": "OOM command not allowed when used memory > 'maxmemory'.",
    "readonly": "READONLY You can't write against a read only replica.",
    "maxclients": "ERR max number of clients reached",
    "loading": "LOADING Redis is loading the dataset in memory",
    "reset": "read: connection reset by peer",
    "refused": "dial tcp 127.0.0.1:6379: connect: connection refused",
    "timeout": "dial tcp 127.0.0.1:6379: i/o timeout",
}
OTHER = {
    "build": "FAIL\tshop/cache [build failed]",
    "usage": "flag provided but not defined: -nope",
}
ASSERTION = "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 4, want 5"


class Output(NamedTuple):
    """What a failed attempt printed, how it ended, what the server tells, and the class."""

    name: str
    text: str
    expected: str
    status: int = 1
    limit: str = ""
    confirmed: str = ""
    redis: str = "127.0.0.1:6379"
    patterns: str = ""


def _pairs() -> Iterator[Output]:
    """Every two classes that show together, in both orders of their lines."""
    for (first, words), (second, others) in combinations(INFRASTRUCTURE.items(), 2):
        yield Output(f"{first} and {second}", f"{words}\n{others}\n", first)
        yield Output(f"{second} then {first}", f"{others}\n{words}\n", first)
    for name, words in INFRASTRUCTURE.items():
        yield Output(f"{name} alone", f"{words}\n", name)
        yield Output(f"{name} and an assertion", f"{words}\n{ASSERTION}\n", "assertion")
        yield Output(f"{name} and an assertion, restarted", f"{words}\n{ASSERTION}\n", name, confirmed="all")
        yield Output(f"{name} and an assertion, counted", f"{words}\n{ASSERTION}\n", name, confirmed=name)
        wrong = "noauth" if name != "noauth" else "oom"
        yield Output(f"{name}, another counted", f"{words}\n{ASSERTION}\n", "assertion", confirmed=wrong)
        yield Output(f"{name} and SIGKILL", f"{words}\n", "signal", status=137)
        for other, line in OTHER.items():
            yield Output(f"{name} and {other}", f"{words}\n{line}\n", other)
            yield Output(f"{name} confirmed and {other}", f"{words}\n{line}\n", other, confirmed="all")
    yield Output("build and usage", "\n".join(OTHER.values()), "build")
    yield Output("build and SIGKILL", OTHER["build"], "build", status=137)
    yield Output("usage and SIGKILL", OTHER["usage"], "usage", status=137)
    yield Output("build and an assertion", f"{ASSERTION}\n{OTHER['build']}", "build")
    yield Output("usage and an assertion", f"{ASSERTION}\n{OTHER['usage']}", "usage")
    yield Output("an assertion and SIGKILL", ASSERTION, "signal", status=137)
    yield Output("an assertion alone", ASSERTION, "assertion")
    yield Output("an assertion, Redis dead", ASSERTION, "assertion", confirmed="all")
    yield Output("nothing", "", "unknown")
    yield Output("nothing known", "it went wrong\n", "unknown", confirmed="all")
    yield Output("SIGSEGV", "", "signal", status=139)
    yield Output("a command that is missing", "", "usage", status=127)
    yield Output("a command that cannot run", "", "usage", status=126)
    yield Output("an exit of 128", "", "unknown", status=128)
    yield Output("an exit of 255", "", "unknown", status=255)
    yield Output("a time limit", "working\n", "timeout", status=124, limit="limit")
    yield Output("a time limit and a failed test", ASSERTION, "assertion", status=124, limit="limit")
    yield Output("a time limit and refused", INFRASTRUCTURE["refused"], "refused", status=124, limit="limit")
    yield Output("a time limit, the frozen server confirms", ASSERTION, "timeout", 124, "limit", "all")


_GO = "=== RUN   TestA\n"
GO = (
    Output(
        "go: the failed test's own lines carry it",
        "--- FAIL: TestGet (0.01s)\n    get_test.go:7: dial tcp 127.0.0.1:6379: connect: connection refused\nFAIL\n"
        "FAIL\tshop/cache\t0.01s\nFAIL\n",
        "refused",
    ),
    Output(
        "go: one failed test of two carries it",
        "--- FAIL: TestGet (0.01s)\n    get_test.go:7: dial tcp 127.0.0.1:6379: connect: connection refused\n"
        "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 4, want 5\nFAIL\n",
        "assertion",
    ),
    Output(
        "go -v: a passing test prints it",
        "=== RUN   TestDown\n    down_test.go:3: dial tcp 127.0.0.1:6379: connect: connection refused\n"
        "--- PASS: TestDown (0.00s)\n=== RUN   TestSum\n    sum_test.go:9: got 4\n--- FAIL: TestSum (0.00s)\nFAIL\n",
        "assertion",
    ),
    Output(
        "go -v: a passing test prints it, and Redis is dead",
        "=== RUN   TestDown\n    down_test.go:3: connection refused\n--- PASS: TestDown (0.00s)\n"
        "=== RUN   TestSum\n    sum_test.go:9: got 4\n--- FAIL: TestSum (0.00s)\nFAIL\n",
        "assertion",
        confirmed="all",
    ),
    Output(
        "go -v: what a failed test printed before its verdict is its own",
        "=== RUN   TestGet\n    get_test.go:7: read tcp 127.0.0.1:5->127.0.0.1:6379: read: connection reset by peer\n"
        "--- FAIL: TestGet (0.01s)\nFAIL\n",
        "reset",
    ),
    Output(
        "go -v: parallel tests",
        "=== RUN   TestGet\n=== PAUSE TestGet\n=== RUN   TestPut\n=== PAUSE TestPut\n=== CONT  TestGet\n"
        "=== CONT  TestPut\n    put_test.go:7: ok: expected connection refused\n=== NAME  TestGet\n"
        "    get_test.go:7: LOADING Redis is loading the dataset in memory\n--- FAIL: TestGet (0.01s)\n"
        "--- PASS: TestPut (0.01s)\nFAIL\n",
        "loading",
    ),
    Output(
        "go: a parent fails with its subtest",
        "--- FAIL: TestAll (0.01s)\n    --- FAIL: TestAll/get (0.01s)\n"
        "        get_test.go:7: dial tcp 127.0.0.1:6379: connect: connection refused\nFAIL\n",
        "refused",
    ),
    Output(
        "go -v: a skipped test prints it",
        "=== RUN   TestA\n    a_test.go:1: connection refused, skipping\n--- SKIP: TestA (0.00s)\n"
        "--- FAIL: TestSum (0.00s)\n    sum_test.go:9: got 4\n",
        "assertion",
    ),
    Output(
        "go: its own time limit",
        "panic: test timed out after 17m0s\n\trunning tests:\n\t\tTestGet (17m0s)\n\ngoroutine 1 [running]:\n"
        "FAIL\tshop/cache\t1020.0s\nFAIL\n",
        "timeout",
        status=1,
    ),
    Output("go -v: cut off in a test", f"{_GO}    a_test.go:1: connection reset by peer\n", "reset"),
    Output(
        "go: a panic",
        "--- FAIL: TestA (0.00s)\npanic: runtime error: index out of range [recovered]\n",
        "assertion",
    ),
    Output("go: setup failed", "FAIL\tshop/cache [setup failed]\n", "build"),
    Output(
        "go: EOF", "--- FAIL: TestGet (0.00s)\n    get_test.go:7: EOF\n    get_test.go:8: get: EOF\n", "reset"
    ),
    Output(
        "go: the pool",
        "--- FAIL: TestGet (0.00s)\n    get_test.go:7: redis: connection pool timeout\n",
        "timeout",
    ),
    Output(
        "go: another address in the failed test",
        "--- FAIL: TestGet (0.00s)\n    get_test.go:7: dial tcp 127.0.0.1:5432: connect: connection refused\n",
        "assertion",
    ),
    Output(
        "gotestsum",
        "=== Failed\n=== FAIL: cache TestGet (0.01s)\n"
        "    get_test.go:7: dial tcp 127.0.0.1:6379: connect: connection "
        "refused\n\nDONE 2 tests, 1 failure in 0.3s\n",
        "refused",
    ),
    Output(
        "gotestsum: an assertion beside it",
        "=== Failed\n=== FAIL: cache TestGet (0.01s)\n    get_test.go:7: LOADING Redis is loading the dataset in "
        "memory\n\n=== FAIL: cache TestSum (0.00s)\n    sum_test.go:9: got 4\n\nDONE 2 tests, 2 failures in 0.3s\n",
        "assertion",
    ),
)

_PYTEST_GET = (
    "____________________________ test_get[a.b] _____________________________\n\n    def test_get(client):\n"
    ">       client.get('a')\n\nE       redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:6379. "
    "Connection refused.\n\ntests/test_get.py:7: ConnectionError\n"
)
_PYTEST_SUM = (
    "______________________________ test_sum ________________________________\n\n    def test_sum():\n"
    ">       assert add(2, 2) == 5\nE       assert 4 == 5\n\ntests/test_sum.py:3: AssertionError\n"
)
_FAILURES = "=================================== FAILURES ===================================\n"
_SUMMARY = "=========================== short test summary info ============================\n"
PYTEST = (
    Output(
        "pytest: the failed test's block carries it",
        f"{_FAILURES}{_PYTEST_GET}{_SUMMARY}FAILED tests/test_get.py::test_get[a.b] - redis.exceptions.Conne...\n"
        "============== 1 failed, 3 passed in 0.12s ==============\n",
        "refused",
    ),
    Output(
        "pytest: one block of two carries it",
        f"{_FAILURES}{_PYTEST_GET}{_PYTEST_SUM}{_SUMMARY}"
        "FAILED tests/test_get.py::test_get[a.b] - redis.exceptions.Conne...\n"
        "FAILED tests/test_sum.py::test_sum - assert 4 == 5\n============== 2 failed in 0.12s ==============\n",
        "assertion",
    ),
    Output(
        "pytest: a class's method",
        f"{_FAILURES}________ TestGet.test_get ________\nE   LOADING Redis is loading the dataset in memory\n"
        f"{_SUMMARY}FAILED tests/test_get.py::TestGet::test_get - redis.exc...\n==== 1 failed in 0.12s ====\n",
        "loading",
    ),
    Output(
        "pytest -rA: a passing test prints it",
        "==================================== PASSES ====================================\n"
        "___________ test_down ____________\n------ Captured stdout call ------\nConnection refused\n"
        f"{_FAILURES}{_PYTEST_SUM}==== 1 failed, 1 passed in 0.1s ====\n",
        "assertion",
        confirmed="all",
    ),
    Output(
        "pytest: a fixture fails",
        "==================================== ERRORS ====================================\n"
        "_________ ERROR at setup of test_get _________\n"
        "E   ConnectionResetError: [Errno 104] Connection reset by peer\n"
        f"{_SUMMARY}ERROR tests/test_get.py::test_get - ConnectionResetError: [Errno...\n==== 1 error in 0.1s ====\n",
        "reset",
    ),
    Output(
        "pytest --tb=no: only the summary",
        f"{_SUMMARY}FAILED tests/test_get.py::test_get - TimeoutError: Timeout connecting to server\n"
        "==== 1 failed in 0.1s ====\n",
        "timeout",
    ),
    Output(
        "pytest: the words are what was expected",
        f"{_FAILURES}______ test_down ______\nE       AssertionError: assert 'Connection refused' == 'down'\n"
        f"{_SUMMARY}FAILED tests/test_get.py::test_down - AssertionError: assert 'Connection ref...\n",
        "assertion",
    ),
    Output(
        "pytest: a module is missing",
        "ERROR collecting t.py\nE   ModuleNotFoundError: No module named 'x'\n",
        "build",
        2,
    ),
    Output(
        "pytest: a wrong flag",
        "ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --x\n",
        "usage",
        4,
    ),
    Output("pytest: no such file", "ERROR: file or directory not found: tests/nope\n", "usage", 4),
    Output("pytest: nothing to run", "==== no tests ran in 0.01s ====\n", "usage", 5),
    Output(
        "pytest-timeout",
        f"{_FAILURES}______ test_slow ______\nE   Failed: Timeout (>5.0s) from pytest-timeout.\n"
        f"{_SUMMARY}FAILED tests/t.py::test_slow - Failed: Timeout (>5.0s) from pytest-timeout.\n",
        "timeout",
    ),
)

NODE = (
    Output(
        "jest: the failed test's block carries it",
        "FAIL tests/cache.test.js\n  ● cache › gets\n\n    connect ECONNREFUSED 127.0.0.1:6379\n\n"
        "      at TCPConnectWrap.afterConnect\n\nTest Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\n",
        "refused",
    ),
    Output(
        "jest, in colour",
        "\x1b[1m\x1b[31m  \x1b[1m● \x1b[22m\x1b[1mcache › gets\x1b[39m\x1b[22m\n\n    connect \x1b[31mECONNREFUSED"
        "\x1b[0m 127.0.0.1:6379\nTest Suites: 1 failed\n",
        "refused",
    ),
    Output(
        "jest: an assertion beside it",
        "FAIL tests/cache.test.js\n  ● cache › gets\n\n    connect ECONNREFUSED 127.0.0.1:6379\n\n"
        "  ● sum › adds\n\n    expect(received).toBe(expected)\n\n"
        "    Expected: 5\n    Received: 4\n\nTest Suites: 1 failed\n",
        "assertion",
    ),
    Output(
        "jest: the console of a file that passed",
        "PASS tests/down.test.js\n  console.error\n"
        "    connect ECONNREFUSED 127.0.0.1:6379\n\nFAIL tests/sum.test.js\n"
        "  ● sum › adds\n\n    expect(received).toBe(expected)\n\nTests:       1 failed, 1 passed\n",
        "assertion",
        confirmed="all",
    ),
    Output(
        "jest: its own limit",
        'FAIL a.test.js\n  ● cache › gets\n\n    thrown: "Exceeded timeout of 5000 ms for a test.\n\nTests: 1 failed\n',
        "timeout",
    ),
    Output("jest: no tests", "No tests found, exiting with code 1\n", "usage"),
    Output(
        "jest: does not parse",
        "FAIL a.test.js\n  ● Test suite failed to run\n\n    Jest encountered an unexpected token\n",
        "build",
    ),
    Output(
        "vitest: the failed test's block carries it",
        " ❯ tests/a.test.ts (1 test | 1 failed)\n"
        "⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯\n\n FAIL  tests/a.test.ts > cache > gets\n"
        "Error: Socket closed unexpectedly\n ❯ tests/a.test.ts:4:3\n"
        "⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯\n\n Test Files  1 failed (1)\n",
        "reset",
    ),
    Output(
        "vitest: an assertion beside it",
        "⎯⎯⎯⎯ Failed Tests 2 ⎯⎯⎯⎯\n\n FAIL  tests/a.test.ts > cache > gets\nError: Socket closed unexpectedly\n"
        "⎯⎯⎯⎯⎯⎯[1/2]⎯\n\n FAIL  tests/b.test.ts > adds\nAssertionError: expected 4 to be 5\n⎯⎯⎯⎯⎯[2/2]⎯\n",
        "assertion",
    ),
    Output(
        "vitest: what a test printed",
        "stderr | tests/a.test.ts > down\nconnect ECONNREFUSED 127.0.0.1:6379\n\n⎯⎯⎯ Failed Tests 1 ⎯⎯⎯\n"
        " FAIL  tests/b.test.ts > adds\nAssertionError: expected 4 to be 5\n",
        "assertion",
        confirmed="all",
    ),
    Output("vitest: an import", 'Error: Failed to resolve import "./x" from "a.test.ts".\n', "build"),
    Output(
        "node:test, TAP",
        "TAP version 13\n# Subtest: gets\nnot ok 1 - gets\n  ---\n  error: 'connect ECONNREFUSED 127.0.0.1:6379'\n"
        "  code: 'ECONNREFUSED'\n  ...\n1..1\n# fail 1\n",
        "refused",
    ),
    Output(
        "node:test, TAP: a suite fails with its test",
        "# Subtest: cache\n    # Subtest: gets\n    not ok 1 - gets\n"
        "      ---\n      error: 'Socket closed unexpectedly'\n"
        "      ...\n    1..1\nnot ok 1 - cache\n  ---\n"
        "  failureType: 'subtestsFailed'\n  error: '1 subtest failed'\n  ...\n",
        "reset",
    ),
    Output(
        "node:test, TAP: an assertion beside it",
        "not ok 1 - gets\n  ---\n  error: 'connect ECONNREFUSED 127.0.0.1:6379'\n  ...\nok 2 - puts\n"
        "not ok 3 - adds\n  ---\n  code: 'ERR_ASSERTION'\n  ...\n",
        "assertion",
    ),
    Output(
        "node:test, TAP: a passing test prints it",
        "# Subtest: down\n# connect ECONNREFUSED 127.0.0.1:6379\nok 1 - down\n# Subtest: adds\nnot ok 2 - adds\n"
        "  ---\n  code: 'ERR_ASSERTION'\n  ...\n",
        "assertion",
        confirmed="all",
    ),
    Output(
        "node:test, spec",
        "▶ cache\n  ✖ gets (1.2ms)\n✖ cache (2.1ms)\nℹ fail 1\n\n✖ failing tests:\n\ntest at a.test.js:3:1\n"
        "✖ gets (1.2ms)\n  Error: connect ECONNREFUSED 127.0.0.1:6379\n      at x\n",
        "refused",
    ),
    Output(
        "node:test, spec: an assertion beside it",
        "✖ failing tests:\n\ntest at a.test.js:3:1\n✖ gets (1.2ms)\n  Error: connect ECONNREFUSED 127.0.0.1:6379\n\n"
        "test at a.test.js:9:1\n✖ adds (0.2ms)\n"
        "  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal\n",
        "assertion",
    ),
    Output("node: a module is missing", "Error: Cannot find module '/x/y.js'\n", "build"),
    Output("npm: no such script", 'npm error Missing script: "tset"\n', "usage"),
    Output(
        "mocha",
        "  1 failing\n\n  1) cache\n       gets:\n     Error: connect ECONNREFUSED 127.0.0.1:6379\n",
        "refused",
    ),
    Output(
        "ioredis, before any test",
        "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 127.0.0.1:6379\n",
        "refused",
    ),
    Output(
        "ioredis: gives up",
        "MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).\n",
        "refused",
    ),
)

REST = (
    Output(
        "cargo",
        "running 1 test\ntest tests::gets ... FAILED\n\nfailures:\n\n---- tests::gets stdout ----\n"
        "thread 'tests::gets' panicked at src/lib.rs:9:5:\ncalled `Result::unwrap()` on an `Err` value: "
        "Connection refused (os error 111)\n\nfailures:\n    tests::gets\n\n"
        "test result: FAILED. 0 passed; 1 failed\n",
        "refused",
    ),
    Output(
        "cargo: an assertion beside it",
        "failures:\n\n---- tests::gets stdout ----\n"
        "Connection refused (os error 111)\n\n---- tests::adds stdout ----\n"
        "assertion `left == right` failed\n\nfailures:\n    tests::adds\n\ntest result: FAILED.\n",
        "assertion",
    ),
    Output(
        "cargo: does not compile",
        "error[E0308]: mismatched types\nerror: could not compile `shop`\n",
        "build",
        101,
    ),
    Output(
        "phpunit",
        "There was 1 error:\n\n1) CacheTest::testGet\n"
        "RedisException: Connection refused\n\n/app/tests/CacheTest.php:9\n\n"
        "ERRORS!\nTests: 1, Assertions: 0, Errors: 1.\n",
        "refused",
    ),
    Output(
        "phpunit: an assertion beside it",
        "There were 2 failures:\n\n1) CacheTest::testGet\nRedisException: Connection refused\n\n2) SumTest::testAdd\n"
        "Failed asserting that 4 is identical to 5.\n\nFAILURES!\nTests: 2\n",
        "assertion",
    ),
    Output("phpunit: nothing to run", "No tests executed!\n", "usage"),
    Output(
        "rspec",
        "Failures:\n\n  1) Cache gets\n     Failure/Error: redis.get('a')\n\n     Redis::CannotConnectError:\n"
        "       Connection refused - connect(2) for 127.0.0.1:6379\n\n"
        "Finished in 0.1 seconds\n1 example, 1 failure\n\n"
        "Failed examples:\n\nrspec ./spec/cache_spec.rb:3 # Cache gets\n",
        "refused",
    ),
    Output(
        "rspec: an assertion beside it",
        "Failures:\n\n  1) Cache gets\n     Connection refused - connect(2) for 127.0.0.1:6379\n\n  2) Sum adds\n"
        "     Failure/Error: expect(4).to eq(5)\n\n       expected: 5\n\nFinished in 0.1 seconds\n",
        "assertion",
    ),
    Output("rspec: does not load", "An error occurred while loading ./spec/x_spec.rb.\n", "build"),
    Output("bash", "bash: line 1: pytset: command not found\n", "usage", 127),
    Output(
        "redis-cli: reset, not refused",
        "Could not connect to Redis at 127.0.0.1:6379: Connection reset by peer\n",
        "reset",
    ),
    Output("the seed's line", "Redis subscription error: redis not connected\n", "refused"),
    Output("words without regard to case", "econnrefused 127.0.0.1:6379\n", "refused"),
    Output(
        "lines that end in CR LF", "--- FAIL: TestGet (0.0s)\r\n    a.go:1: get: EOF\r\nFAIL\r\n", "reset"
    ),
    Output("another address", "connect ECONNREFUSED 127.0.0.1:5432\n", "unknown"),
    Output(
        "another address beside ours",
        "connect ECONNREFUSED 127.0.0.1:5432\nconnect ECONNREFUSED ::1:6379\n",
        "refused",
    ),
    Output(
        "without a configured Redis every address counts",
        "connect ECONNREFUSED 127.0.0.1:5432\n",
        "refused",
        redis="",
    ),
    Output("an own pattern", "the moon is full\n", "reset", patterns="'reset: moon is (full|new)'"),
    Output("an own class", "the moon is full\n", "moon", patterns="'moon: is full$'"),
    Output(
        "an own pattern for a build",
        "moon: LOADING Redis is loading the dataset\n",
        "build",
        patterns="'build: ^moon'",
    ),
    Output(
        "an own pattern and an assertion",
        f"the moon is full\n{ASSERTION}\n",
        "assertion",
        patterns="'moon: full'",
    ),
    Output("an own pattern that does not fit", "nothing\n", "unknown", patterns="'moon: full'"),
    Output(
        "names that bash would expand",
        "--- FAIL: TestA/$(exit)]@ (0.0s)\n    a: connection refused\n",
        "refused",
    ),
    Output(
        "a test called @",
        "--- FAIL: @ (0.0s)\n    a: connection refused\n--- FAIL: * (0.0s)\n    b\n",
        "assertion",
    ),
)

_GO_PASSES = "=== RUN   TestA\n--- PASS: TestA (0.00s)\nok  \tshop/cache\t0.1s\n"
_PHPUNIT = "There was 1 error:\n\n1) CacheTest::testGet\nRedisException: Connection refused\n\nERRORS!\n"
_PHPUNIT_SUM = "There was 1 failure:\n\n1) SumTest::testAdd\nFailed asserting that 4\n\nFAILURES!\n"
# Where blocks begin and end, and several test runners in one output.
EDGES = (
    Output("go, then phpunit", _GO_PASSES + _PHPUNIT, "refused"),
    Output(
        "pytest, then phpunit", f"{_FAILURES}{_PYTEST_GET}==== 1 failed ====\n{_PHPUNIT_SUM}", "assertion"
    ),
    Output(
        "jest, then phpunit", f"FAIL a.js\n  ● a\n\n    ECONNREFUSED\n\nTests: 1\n{_PHPUNIT_SUM}", "assertion"
    ),
    Output(
        "node, then phpunit", f"not ok 1 - gets\n  error: ECONNREFUSED\nok 2\n{_PHPUNIT_SUM}", "assertion"
    ),
    Output(
        "pytest: after the last line",
        f"{_FAILURES}{_PYTEST_SUM}==== 1 failed ====\nconnection refused\n",
        "assertion",
    ),
    Output(
        "jest: tests of one name in two files",
        "FAIL a.js\n  ● gets\n\n    ECONNREFUSED\n\nFAIL b.js\n  ● gets\n\n    boom\n",
        "assertion",
    ),
    Output(
        "jest: a file that failed before its tests", "PASS a.js\nFAIL b.js\nECONNREFUSED\n⎯⎯⎯\n", "refused"
    ),
    Output(
        "jest: after the tests",
        "  ● sum › adds\n\n    expect(received)\n\nTests:       1 failed\nconnection refused\n",
        "assertion",
    ),
    Output(
        "vitest: after what a test printed", "stderr | a.ts > down\nfine\n\nECONNREFUSED\n⎯⎯⎯\n", "refused"
    ),
    Output(
        "cargo: after the blocks",
        "failures:\n\n---- tests::adds stdout ----\nassertion failed\n\nfailures:\n    adds\nconnection refused\n",
        "assertion",
    ),
    Output("go: after the tests", f"{ASSERTION}\nFAIL\nFAIL\tshop\t0.1s\nconnection refused\n", "assertion"),
    Output("pytest: cut off before the summary", f"{_FAILURES}{_PYTEST_GET}", "refused"),
    Output(
        "pytest: tests that passed, after the one that failed",
        f"{_FAILURES}{_PYTEST_GET}==== PASSES ====\n____ test_put ____\nfine\n",
        "refused",
    ),
    Output(
        "pytest: another section with a line like a header",
        f"{_FAILURES}{_PYTEST_GET}==== slowest durations ====\n___ a table ___\n1s\n",
        "refused",
    ),
    Output(
        "pytest: after the summary",
        f"{_SUMMARY}FAILED t.py::test_sum - assert 4 == 5\nconnection refused while closing\n",
        "assertion",
    ),
    Output(
        "pytest's summary, then go",
        f"{_SUMMARY}FAILED t.py::test_get - Connection refused\n--- FAIL: TestGet (0.0s)\n    connection refused\n",
        "refused",
    ),
    Output(
        "jest: the console of a file that failed",
        "FAIL a.js\n  ● Console\n\n    console.log\n      nothing\n\n  ● cache › gets\n\n    ECONNREFUSED\n",
        "refused",
    ),
    Output("node: only the line of the test", "not ok 1 - gets\n  error: ECONNREFUSED\n", "refused"),
    Output(
        "node, spec: after a test that passed",
        "✖ adds (1ms)\n✔ puts (2ms)\nconnection refused\n",
        "assertion",
    ),
    Output("phpunit: a number after the end", f"{_PHPUNIT}1) a deprecation\n", "refused"),
    Output(
        "phpunit: after the end",
        "There was 1 failure:\n\n1) SumTest::testAdd\nFailed asserting that 4\n\nFAILURES!\nconnection refused\n",
        "assertion",
    ),
    Output("a failure without a test's name", "Failed examples:\nconnection refused\n", "assertion"),
    Output("node: does not parse", "SyntaxError: Unexpected token\n", "build"),
    Output("the same words inside a line", "caught SyntaxError: Unexpected token\n", "unknown"),
    Output("an end of file inside a line", "read: EOFish things\n", "unknown"),
    Output(
        "an own pattern for a build, beside", f"the moon\n{ASSERTION}\n", "build", patterns="'build: moon'"
    ),
    Output("an own pattern for usage", f"the moon is full\n{ASSERTION}\n", "usage", patterns="'usage: moon'"),
    Output(
        "an own pattern for an assertion", "the moon is full\n", "assertion", patterns="'assertion: moon'"
    ),
)

OUTPUTS: tuple[Output, ...] = (*_pairs(), *GO, *PYTEST, *NODE, *REST, *EDGES)
