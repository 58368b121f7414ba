"""Logs of jobs that have a Redis and failed by something else, and of clients that no suite here has; written by hand."""
# ruff: noqa: E501  # words stand as they are printed

from __future__ import annotations

import pytest

from holdfast.triage.classes import INFRASTRUCTURE
from holdfast.triage.logs import Line
from holdfast.triage.read import triage

BEFORE = """##[group]Run actions/checkout@v5
##[endgroup]
##[group]Starting redis service container
##[command]/usr/bin/docker pull redis:7
6379/tcp -> 0.0.0.0:6379
##[endgroup]
##[group]Run make test
make test
env:
  REDIS_URL: redis://localhost:6379
##[endgroup]
"""
AFTER = "##[error]Process completed with exit code 1.\n"
# name: what was printed, the class; an empty one is any that is not Redis's
CASES = {
    "gradle": (
        "ShopTest > keeps() FAILED\n    java.lang.AssertionError: expected:<1> but was:<2>\n        at org.junit.Assert.fail\n2 tests completed, 1 failed\nFAILURE: Build failed with an exception.\n",
        "",
    ),
    "supertest hang up": (
        "  ● api › gets\n\n    Error: socket hang up\n      at connResetException (node:internal/errors:720:14)\n    code: 'ECONNRESET'\n",
        "",
    ),
    "app not up": (
        "  ● api › gets\n\n    connect ECONNREFUSED 127.0.0.1:4000\n      at TCPConnectWrap.afterConnect\n",
        "",
    ),
    "docker build net": (
        "#9 12.3 Err:1 http://deb.debian.org/debian bookworm InRelease\n#9 12.3   Temporary failure resolving 'deb.debian.org'\nERROR: failed to solve: process did not complete successfully: exit code: 100\n",
        "",
    ),
    "terraform": (
        'Error: Post "https://api.example.com/v1": dial tcp: lookup api.example.com on 127.0.0.53:53: no such host\n',
        "",
    ),
    "kubectl": (
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
        "",
    ),
    "git push": (
        "fatal: unable to access 'https://github.com/x/y/': Failed to connect to github.com port 443 after 130 ms: Connection timed out\n",
        "",
    ),
    "gradle dl": (
        "Could not resolve redis.clients:jedis:5.2.0.\n  > Could not get resource 'https://repo.maven.apache.org/maven2/redis/clients/jedis/5.2.0/jedis-5.2.0.pom'.\n    > Connect to repo.maven.apache.org:443 [repo.maven.apache.org/146.75.0.215] failed: Connection timed out\n",
        "",
    ),
    "broken pipe head": ("yes: standard output: Broken pipe\n", ""),
    "selenium": (
        "E       selenium.common.exceptions.WebDriverException: Message: unknown error: net::ERR_CONNECTION_REFUSED\nFAILED tests/test_ui.py::test_home - selenium.common.exceptions.WebDriverException: Message: unknown error: net::ERR_CONNECTION_REFUSED\n",
        "",
    ),
    "amqp go": (
        "--- FAIL: TestQueue (0.00s)\n    q_test.go:9: dial tcp [::1]:5672: connect: connection refused\n",
        "",
    ),
    "test expects": (
        '--- FAIL: TestHandlesRedisDown (0.01s)\n    down_test.go:22: expected error "connection refused", got nil\n',
        "",
    ),
    "deadline grpc": (
        "--- FAIL: TestPrices (5.00s)\n    p_test.go:9: rpc error: code = DeadlineExceeded desc = context deadline exceeded\n",
        "",
    ),
    "http srv": ('--- FAIL: TestGet (0.00s)\n    h_test.go:9: Get "http://127.0.0.1:35213/x": EOF\n', ""),
    "celery passed warn": (
        "[WARNING/MainProcess] consumer: Connection to broker lost. Trying to re-establish the connection...\n12 passed\nCoverage failure: total of 70 is less than fail-under=80\n",
        "",
    ),
    "mysql gone": (
        "E   pymysql.err.OperationalError: (2006, \"MySQL server has gone away (BrokenPipeError(32, 'Broken pipe'))\")\nFAILED tests/test_a.py::test_b - pymysql.err.OperationalError: (2006, \"MySQL server has gone away (BrokenPipeError(32, 'Broken pipe'))\")\n",
        "",
    ),
    "psycopg name": (
        "E   psycopg.OperationalError: [Errno -2] Name or service not known\nFAILED tests/test_a.py::test_b - psycopg.OperationalError: [Errno -2] Name or service not known\n",
        "",
    ),
    "s3": (
        'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "http://localhost:9000/bucket"\n',
        "",
    ),
    "redis-rb new": (
        "  1) cache works\n     Failure/Error: redis.get('a')\n     RedisClient::CannotConnectError:\n       Connection refused - connect(2) for 127.0.0.1:6379 (redis://127.0.0.1:6379)\n",
        "refused",
    ),
    "predis": (
        "There was 1 error:\n\n1) CacheTest::testGet\nPredis\\Connection\\ConnectionException: Connection refused [tcp://127.0.0.1:6379]\n\nERRORS!\n",
        "refused",
    ),
    "laravel": (
        "RedisException: php_network_getaddresses: getaddrinfo for redis failed: Name or service not known\n",
        "refused",
    ),
    "lettuce": (
        "io.lettuce.core.RedisConnectionException: Unable to connect to localhost/<unresolved>:6379\nCaused by: java.net.ConnectException: Connection refused: localhost/127.0.0.1:6379\n",
        "refused",
    ),
    "spring": (
        "org.springframework.data.redis.RedisConnectionFailureException: Unable to connect to Redis\n",
        "refused",
    ),
    "stackexchange": (
        "StackExchange.Redis.RedisConnectionException : It was not possible to connect to the redis server(s) localhost:6379/Interactive. UnableToConnect\n",
        "refused",
    ),
    "sidekiq": (
        "RedisClient::CannotConnectError: Connection refused - connect(2) for 127.0.0.1:6379\n",
        "refused",
    ),
    "elixir": (
        "** (Redix.ConnectionError) failed to establish initial connection to Redis: connection refused (tcp connect): econnrefused\n",
        "refused",
    ),
    "aioredis cluster": (
        "E   redis.exceptions.RedisClusterException: Redis Cluster cannot be connected. Please provide at least one reachable node: Timeout connecting to server\nFAILED t/test_a.py::t - redis.exceptions.RedisClusterException: Redis Cluster cannot be connected.\n",
        "timeout",
    ),
    "noauth rb": ("Redis::CommandError: NOAUTH Authentication required.\n", "noauth"),
    "go cluster": ("--- FAIL: TestC (0.1s)\n    c_test.go:4: CLUSTERDOWN The cluster is down\n", "loading"),
    "asyncio timeout": (
        "FAILED t/test_a.py::t - redis.exceptions.TimeoutError: Timeout reading from localhost:6379\n",
        "timeout",
    ),
    "pool py": (
        "FAILED t/test_a.py::t - redis.exceptions.ConnectionError: No connection available.\n",
        "timeout",
    ),
    "pool py2": (
        "FAILED t/test_a.py::t - redis.exceptions.MaxConnectionsError: Too many connections\n",
        "timeout",
    ),
    "protected": (
        "FAILED t/test_a.py::t - redis.exceptions.ResponseError: DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.\n",
        "noauth",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_is_not_taken_for_redis_nor_redis_for_a_stranger(name: str) -> None:
    printed, expected = CASES[name]
    text = BEFORE + printed + AFTER
    failure = triage(Line("log", number, "", line) for number, line in enumerate(text.split("\n"), 1)).failure
    assert failure.value == expected if expected else failure not in INFRASTRUCTURE
