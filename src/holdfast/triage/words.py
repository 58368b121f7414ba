"""The words by which a failure is known, as programs print them.

A word is found anywhere in a line, without regard to case; one that begins with `^` only at a line's
start, one that ends with `$` only at its end. The source names the program that prints it, with the
version or thread where it was seen. Server and client words: facts of 2026-11-23; test runners' words:
their releases of November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Word:
    """A piece of a line, and who prints it.

    `anyone`: programs that have no Redis print it, too. `vague`: it says that something went wrong, and another
    word says what, if there is one.
    """

    text: str
    source: str
    anyone: bool = False
    vague: bool = False

    def found_in(self, line: str) -> bool:
        """Whether a line of output holds the word."""
        lowered, word = line.lower(), self.text.lower()
        if word.startswith("^"):
            return lowered.startswith(word[1:])
        if word.endswith("$"):
            return lowered.endswith(word[:-1])
        return word in lowered


def _of(source: str, *texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, source) for text in texts)


def _anyone(source: str, *texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, source, anyone=True) for text in texts)


def _vague(source: str, *texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, source, vague=True) for text in texts)


NOAUTH = (
    *_of("redis-server, valkey-server", "is running in protected mode because"),
    *_of(
        "redis-server, without the code, as clients repeat it",
        "has no permissions to run the",
        "has no permissions to access",
        "invalid username-password pair",
        "HELLO must be called with the client already authenticated",
    ),
    *_of("redis crate 0.27", "Password authentication failed- AuthenticationFailed"),
    *_of("redis-server", "NOAUTH Authentication required", "WRONGPASS ", "NOPERM "),
    *_of("redis-server 6.2", "ERR invalid password"),
    *_of(
        "redis-server 7.0",
        "AUTH called without any password configured",
        "AUTH <password> called without any password configured",
    ),
    *_of("redis-cli, go-redis", "NOAUTH "),
    *_of("redis crate 0.27", "NOPERM: ", "NOAUTH: ", "WRONGPASS: "),
    *_of("redis-py", "redis.exceptions.AuthenticationError", "redis.exceptions.NoPermissionError"),
)

OOM = (
    *_of("redis-server, without the code", "command not allowed when used memory"),
    *_of("redis-server", "OOM command not allowed", "-OOM "),
    *_of("redis-py 5", "redis.exceptions.OutOfMemoryError"),
)

READONLY = (
    *_of("redis-server, without the code", "is configured to save RDB snapshots, but"),
    *_of("redis-server", "READONLY You can't write against a read only", "-READONLY "),
    *_of("redis-py, redis crate", "You can't write against a read only"),
    *_of("redis-py", "redis.exceptions.ReadOnlyError"),
    *_of("redis-server, min-replicas-to-write", "NOREPLICAS Not enough good replicas", "NOREPLICAS: "),
    *_of(
        "redis-server, disk full",
        "MISCONF Redis is configured to save RDB snapshots",
        "MISCONF Errors writing",
    ),
    *_of("valkey-server, disk full", "MISCONF Valkey is configured to save RDB snapshots"),
)

MAXCLIENTS = (
    *_of("redis-server", "max number of clients reached"),
    *_of("redis-server, cluster", "max number of clients + cluster connections reached"),
    *_of("redis-py 8 MaxConnectionsError is the client's own pool", "redis.exceptions.MaxClientsError"),
)

LOADING = (
    *_of(
        "redis-server, without the code",
        "is loading the dataset in memory",
        "Link with MASTER is down",
        "Hash slot not served",
        "is busy running a script",
    ),
    *_of(
        "redis crate 0.27", "by the server - ClusterDown", "by the server - TryAgain", "by the server - Moved"
    ),
    *_of("redis-server", "LOADING Redis is loading the dataset", "MASTERDOWN Link with MASTER is down"),
    *_of("valkey-server", "LOADING Valkey is loading the dataset"),
    *_of("redis-server, cluster", "CLUSTERDOWN ", "TRYAGAIN "),
    *_of("redis-server, a script that runs long", "BUSY Redis is busy", "BUSY Valkey is busy"),
    *_of("redis-py", "redis.exceptions.BusyLoadingError", "redis.exceptions.ClusterDownError"),
    *_of("redis-py", "redis.exceptions.MasterDownError", "redis.exceptions.MovedError", "MovedError"),
)

RESET = (
    *_anyone("libc ECONNRESET", "connection reset by peer", "ECONNRESET"),
    *_anyone("libc EPIPE", "broken pipe", "EPIPE"),
    *_anyone("go-redis", ": EOF$", "use of closed network connection"),
    *_of("redis-py", "Connection closed by server", "Server closed the connection"),
    *_of("node-redis", "Socket closed unexpectedly", "SocketClosedUnexpectedlyError"),
    *_of("node-redis 5", "Disconnected during"),
    *_anyone("ioredis", "Connection is closed."),
    *_of("hiredis, redis-cli", "Server closed the connection"),
    *_anyone("phpredis", "Connection lost", "read error on connection", "socket error on read socket"),
    *_anyone("phpredis", "went away"),
    *_anyone("redis crate 0.27", "unexpected end of file"),
    *_of("redis crate 0.27", "multiplexed connection driver unexpectedly terminated"),
    *_anyone("Jedis 5", "Unexpected end of stream"),
    *_of("Redix", "the connection to Redis is closed"),
)

REFUSED = (
    *_vague("Spring Data Redis", "RedisConnectionFailureException", "Unable to connect to Redis"),
    *_anyone("libc ECONNREFUSED", "connection refused", "ECONNREFUSED"),
    *_vague("redis-cli", "Could not connect to Redis"),
    *_vague("the seed", "redis not connected", "redis is not connected"),
    *_of("redis-py", "Error 111 connecting to"),
    *_vague("redis-rb", "Redis::CannotConnectError"),
    *_vague("Jedis 5", "JedisConnectionException: Failed to", "JedisConnection Failed to"),
    *_vague("Lettuce 6", "RedisConnectionException: Unable to connect to"),
    *_vague("StackExchange.Redis 2", "It was not possible to connect to the redis server"),
    *_anyone("go resolver", "no such host"),
    *_anyone("node resolver", "getaddrinfo ENOTFOUND", "getaddrinfo EAI_AGAIN"),
    *_anyone("libc resolver", "Name or service not known", "Temporary failure in name resolution"),
    *_vague("node-redis, ioredis", "The client is closed", "ClientClosedError", "ClientOfflineError"),
    *_vague("ioredis", "MaxRetriesPerRequestError", "Reached the max retries per request limit"),
    *_vague("ioredis", "Stream isn't writeable and enableOfflineQueue"),
    *_vague("redis-py sentinel, go-redis sentinel", "No master found for", "all sentinels specified"),
    *_anyone("libc EHOSTUNREACH, ENETUNREACH", "no route to host", "network is unreachable"),
    *_anyone("libc EHOSTUNREACH, ENETUNREACH, as Node says it", "EHOSTUNREACH", "ENETUNREACH"),
)

TIMEOUT = (
    *_of("redis-py, its own pool", "redis.exceptions.MaxConnectionsError"),
    *_of(
        "redis-py, its own pool",
        "redis.exceptions.ConnectionError: No connection available",
        "redis.exceptions.ConnectionError: Too many connections",
    ),
    *_anyone("rust, a read's limit", "Resource temporarily unavailable (os error 11)"),
    *_anyone("mocha, its own limit", "ms exceeded. For async tests and hooks"),
    *_anyone("libc ETIMEDOUT", "connection timed out", "ETIMEDOUT", "operation timed out"),
    *_anyone("java", "SocketTimeoutException", "Read timed out", "connect timed out"),
    *_anyone("go net", "i/o timeout", "context deadline exceeded"),
    *_of("go-redis", "redis: connection pool timeout"),
    *_of("redis-py", ": Timeout reading from", ": Timeout connecting to", "redis.exceptions.TimeoutError"),
    *_of("node-redis 5, socketTimeout", "Expecting data, but didn't receive any in"),
    *_of("redis-rb", "Redis::TimeoutError", "RedisClient::ReadTimeoutError"),
    *_of("Jedis 5", "JedisExhaustedPoolException", "Could not get a resource from the pool"),
    *_of("Lettuce 6", "RedisCommandTimeoutException"),
    *_of("StackExchange.Redis 2", "RedisTimeoutException"),
    *_anyone("node-redis", "Connection timeout", "ConnectionTimeoutError", "SocketTimeoutError"),
    *_anyone("ioredis", "connect ETIMEDOUT"),
    *_vague("ioredis", "Command timed out"),
    *_anyone("go test, its own limit", "panic: test timed out after"),
    *_anyone("pytest-timeout, its own limit", "Failed: Timeout >", "Failed: Timeout (>"),
    *_anyone("pytest-timeout, its own limit, thread method", "+ Timeout +"),
    *_anyone("jest, its own limit", "Exceeded timeout of"),
    *_anyone("vitest, its own limit", "Test timed out in", "Hook timed out in"),
    *_anyone("node:test, its own limit", "test timed out after", "testTimeoutFailure"),
    *_anyone("phpunit, its own limit", "This test was aborted after", "Execution aborted after"),
    *_anyone("rspec with Timeout, its own limit", "execution expired"),
)

BUILD = (
    *_of("go test", "[build failed]", "[setup failed]", "build constraints exclude all Go files"),
    *_of("go vet", "^vet: "),
    *_of("pytest, while it collects", "E   SyntaxError", "E   ModuleNotFoundError", "E   ImportError"),
    *_of("pytest, while it collects", "E   IndentationError", "ImportError while loading conftest"),
    *_of("python", "^ModuleNotFoundError: No module named"),
    *_of("node", "ERR_MODULE_NOT_FOUND", "^SyntaxError: ", "Error: Cannot find module"),
    *_of("node --test, TAP", "^# SyntaxError: "),
    *_of(
        "jest", "Cannot find module '", "Jest failed to parse a file", "Jest encountered an unexpected token"
    ),
    *_of("vitest", "Failed to resolve import", "Transform failed with", "Failed to load url"),
    *_of("tsc", "error TS1", "error TS2", "error TS5", "error TS6", "error TS7"),
    *_of("cargo", "error: could not compile", "error[E0", "error: failed to compile"),
    *_of("phpunit", "PHP Parse error", "^Parse error: ", "PHP Fatal error:  Uncaught Error: Class"),
    *_of("rspec", "An error occurred while loading", "error occurred outside of examples"),
    *_of("ruby", "cannot load such file", "syntax error, unexpected"),
    *_of("make, ninja", "ninja: build stopped"),
    *_of("maven, gradle", "COMPILATION ERROR", "Compilation failure", "Compilation failed; see the compiler"),
)

# That what answers is not Redis, or speaks TLS where the client does not, or the other way round.
PROTOCOL = (
    *_of("go-redis", "can't parse map reply", 'reply: "HTTP/'),
    *_of("redis-cli, hiredis, phpredis, ioredis", "Protocol error, got "),
    *_of("redis-py", "Protocol Error: b'"),
    *_of("node-redis 5", "Unknown RESP type "),
    *_of("redigo", "redigo: unexpected response line"),
    *_of("Jedis 5", "JedisConnectionException: Unknown reply: ", "JedisConnection Unknown reply: "),
    *_of("OpenSSL", "WRONG_VERSION_NUMBER", "wrong version number", "record layer failure"),
    *_of("go crypto/tls", "first record does not look like a TLS handshake"),
    *_of("node tls", "before secure TLS connection was established", "ERR_SSL_PACKET_LENGTH_TOO_LONG"),
    *_of("redis-cli", "only supported when redis-cli is compiled with OpenSSL"),
    *_of("redis crate 0.27", "can't connect with TLS, the feature is not enabled"),
    *_of("java", "Unsupported or unrecognized SSL message"),
)

USAGE = (
    *PROTOCOL,
    *_of("bash, sh", ": command not found", ": syntax error near unexpected token"),
    *_of("go test", "flag provided but not defined", "no Go files in", "go.mod file not found"),
    *_of("go test", "does not contain main module", "matched no packages", "cannot find main module"),
    *_of("pytest, exit 4", "ERROR: file or directory not found", "error: unrecognized arguments"),
    *_of("pytest, exit 4", "ERROR: not found: ", "ERROR: usage: "),
    *_of("pytest, exit 5", "no tests ran in"),
    *_of("jest", "No tests found, exiting with code 1", "Unrecognized CLI Parameter"),
    *_of("vitest", "No test files found", "CACError: Unknown option"),
    *_of("node", "node: bad option", "ERR_PARSE_ARGS_UNKNOWN_OPTION"),
    *_of("node --test", "^Could not find '"),
    *_of("npm, pnpm, yarn", "Missing script: ", "ERR_PNPM_NO_SCRIPT", 'error Command "'),
    *_of(
        "cargo", "error: unexpected argument", "error: no such command", "error: could not find `Cargo.toml`"
    ),
    *_of("cargo", "error: no test target named"),
    *_of("phpunit", 'Unknown option "--', "No tests executed!"),
    *_of("phpunit", 'Test file "', 'Cannot open file "'),
    *_of("rspec", "invalid option: -", "cannot load such file -- spec_helper"),
    *_of("make", "No rule to make target"),
    *_of("go, python, an empty port in an address", 'invalid port "', "Port could not be cast to integer"),
    *_of("pip", "Could not open requirements file"),
    *_of("npm", "Could not read package.json"),
    *_of("python", "can't open file '"),
    *_of("redis-cli, an empty port", "Redis at 127.0.0.1:0: ", "Redis at localhost:0: "),
    *_of("node, an empty port in a URL", "ERR_INVALID_URL", "TypeError: Invalid URL"),
    *_of("Jedis 5", "Cannot open Redis connection due invalid URI"),
    *_of("redis-diagnostics.sh", "REDIS_URL cannot be read"),
    *_of("docker create", "invalid reference format", "unknown flag: --"),
    *_of("GitHub Actions", "Unrecognized named-value", "Container operations are only supported on Linux"),
)

# That a test failed, whatever the reason: where its name stands.
FAILURE = (
    *_of("go test", "--- FAIL: "),
    *_of("gotestsum", "=== FAIL: "),
    *_of("pytest", "= FAILURES =", "= ERRORS =", "= short test summary info ="),
    *_of("jest", "● "),
    *_of("vitest", "Failed Tests ", "Failed Suites "),
    *_of("node:test, TAP", "not ok "),
    *_of("node:test, spec", "✖ "),
    *_of("cargo", "test result: FAILED"),
    *_of("phpunit", "^FAILURES!", "^ERRORS!"),
    *_of("rspec", "^rspec ./", "Failed examples:"),
    *_of("mocha", " failing$"),
)

# That an expectation was not met: such a line is never evidence for anything else.
ASSERTION = (
    *_of("python, node", "AssertionError"),
    *_of("pytest", "^E       assert ", "^E   assert ", "^>       assert "),
    *_of("jest, vitest", "expect(", "^    Expected: ", "^    Received: "),
    *_of("node:assert", "ERR_ASSERTION", "Expected values to be"),
    *_of("go, testify", "Error:      \tNot equal", "Error:      \tShould ", "Error:      \tExpected"),
    *_of("go, testify", 'Error:      \t"', "Error:      \tElements differ"),
    *_of("go", "panic: runtime error"),
    *_of("cargo", "assertion `", "assertion failed"),
    *_of("phpunit", "Failed asserting that"),
    *_of("rspec", "Failure/Error: expect", "expected: ", "expected `"),
)

WORDS: Mapping[str, tuple[Word, ...]] = MappingProxyType(
    {
        "noauth": NOAUTH,
        "oom": OOM,
        "readonly": READONLY,
        "maxclients": MAXCLIENTS,
        "loading": LOADING,
        "reset": RESET,
        "refused": REFUSED,
        "timeout": TIMEOUT,
        "build": BUILD,
        "usage": USAGE,
        "failure": FAILURE,
        "assertion": ASSERTION,
    }
)
