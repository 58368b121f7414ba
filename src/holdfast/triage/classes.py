"""The failure classes: one table for the retry runner, for `holdfast triage` and for docs/failure-classes.md.

A class says whether the same command, run again, may end otherwise. A symptom is what people see and
search for; each belongs to one class, and has its own cause and cure.
Sources: facts of 2026-11-23 on Redis service containers, section 6, and the threads that it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from holdfast.triage.words import WORDS, Word


class Failure(Enum):
    """The classes, in the order in which the first one found wins."""

    BUILD = "build"
    USAGE = "usage"
    SIGNAL = "signal"
    NOAUTH = "noauth"
    OOM = "oom"
    READONLY = "readonly"
    MAXCLIENTS = "maxclients"
    LOADING = "loading"
    RESET = "reset"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    ASSERTION = "assertion"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FailureClass:
    """What a class means, what brings it about, what to do, and how it is known.

    `counters` are fields of INFO that move when the server itself saw it.
    """

    failure: Failure
    meaning: str
    cause: str
    cure: str
    retried: bool = False
    counters: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that show this class; none for what the exit status alone tells."""
        return WORDS.get(self.failure.value, ())


# What Redis or the way to it did; the others are about the command itself.
INFRASTRUCTURE = (
    Failure.NOAUTH,
    Failure.OOM,
    Failure.READONLY,
    Failure.MAXCLIENTS,
    Failure.LOADING,
    Failure.RESET,
    Failure.REFUSED,
    Failure.TIMEOUT,
)

CLASSES: dict[Failure, FailureClass] = {
    entry.failure: entry
    for entry in (
        FailureClass(
            Failure.BUILD,
            "the tests were not built, or could not be loaded",
            "the code does not compile, or a module is missing",
            "repair the code; a second run ends the same way",
        ),
        FailureClass(
            Failure.USAGE,
            "the command, or the workflow, is written wrongly",
            "an unknown flag, a missing file, a program that is not installed, no tests found",
            "correct the command; a second run ends the same way",
        ),
        FailureClass(
            Failure.SIGNAL,
            "the command was killed by a signal",
            "out of memory (SIGKILL), a crash (SIGSEGV, SIGABRT), or somebody who stopped it",
            "read the signal's name, and the out-of-memory line beside it; give the job more memory",
        ),
        FailureClass(
            Failure.NOAUTH,
            "Redis refused the password, or the lack of one",
            "the server has a password that the client was not given, or the other way round",
            "give server and client the same password; the image's REDIS_PASSWORD variable does nothing",
            counters=("errorstat_NOAUTH", "errorstat_WRONGPASS", "errorstat_NOPERM"),
        ),
        FailureClass(
            Failure.OOM,
            "Redis refused a write because its memory is full",
            "maxmemory is reached under noeviction, or nothing can be evicted",
            "set maxmemory-policy allkeys-lru, or raise maxmemory below the container's limit",
            counters=("errorstat_OOM",),
        ),
        FailureClass(
            Failure.READONLY,
            "Redis takes no writes",
            "the server is a replica, or its last save to disk failed (MISCONF)",
            'write to the primary; switch persistence off in tests: --save "" --appendonly no',
            counters=("errorstat_READONLY", "errorstat_MISCONF"),
        ),
        FailureClass(
            Failure.MAXCLIENTS,
            "Redis refused a connection because there are too many",
            "connections are not closed, or a low file limit lowered maxclients",
            "close clients in the tests' teardown; raise nofile and maxclients together",
            retried=True,
            counters=("rejected_connections",),
        ),
        FailureClass(
            Failure.LOADING,
            "Redis answers, and is not ready yet",
            "it loads its data, waits for its primary or its cluster, or a script keeps it busy",
            "wait until PING answers PONG, and nothing else, before the tests",
            retried=True,
            counters=("errorstat_LOADING", "errorstat_MASTERDOWN", "errorstat_CLUSTERDOWN", "errorstat_BUSY"),
        ),
        FailureClass(
            Failure.RESET,
            "a connection to Redis was cut",
            "Redis ended, was restarted, or docker's proxy accepted before Redis listened",
            "add a health check that cannot lie; read the Redis log for the reason of the restart",
            retried=True,
            counters=(
                "client_output_buffer_limit_disconnections",
                "client_query_buffer_limit_disconnections",
            ),
        ),
        FailureClass(
            Failure.REFUSED,
            "no connection to Redis was to be had",
            "nothing listens at that address: no published port, the wrong name, or Redis is down",
            "compare the address in the line with the service's ports and with the kind of job",
            retried=True,
        ),
        FailureClass(
            Failure.TIMEOUT,
            "Redis, or the tests, did not answer in time",
            "a frozen or overloaded server, an exhausted pool, a blocking read, or a limit that ended the tests",
            "look at what waited; close clients, bound blocking reads, raise the pool before the limit",
            retried=True,
        ),
        FailureClass(
            Failure.ASSERTION,
            "a test failed by itself",
            "the code or the test is wrong, or tests disturb one another",
            "repair it; if it comes and goes, give each worker its own database or key prefix",
        ),
        FailureClass(
            Failure.UNKNOWN,
            "nothing in the output says why",
            "the command failed without a word that is known",
            "add a pattern of your own: CLASS: regex",
        ),
    )
}


@dataclass(frozen=True)
class Symptom:
    """What people see, with the cause and cure of exactly this.

    `words` are found as `Word.found_in` does; any one is enough. `rule` is the lint rule that finds the
    cause in the workflow, where there is one. `source` is where it was seen.
    """

    number: int
    words: tuple[str, ...]
    failure: Failure
    cause: str
    cure: str
    source: str
    rule: str | None = None

    @property
    def retried(self) -> bool:
        """Whether the default policy runs the command again."""
        return CLASSES[self.failure].retried

    def shown_in(self, line: str) -> bool:
        """Whether a line of output shows this symptom."""
        return any(Word(word, self.source).found_in(line) for word in self.words)


# Numbers 1 to 25 are those of the facts; 26 is the line that this project grew from, 27 and 28 were captured here.
SYMPTOMS = (
    Symptom(
        1,
        ("ECONNREFUSED 127.0.0.1:6379", "127.0.0.1:6379: connect: connection refused", "Connection refused"),
        Failure.REFUSED,
        "a job on the runner itself, and the service publishes no port (or Redis is down)",
        'add ports: ["6379:6379"] to the service, or read the random port from job.services',
        "luispittagros/nuxt-ssr-redis-cache #2; openfoodfoundation/openfoodnetwork #9825",
        "unpublished-port",
    ),
    Symptom(
        2,
        ("ECONNREFUSED localhost:6379", "connecting to localhost:6379. Connection refused"),
        Failure.REFUSED,
        "localhost is used inside a job container, where it is the container itself",
        "use the service's id as the host name, and the container's port",
        "docs.github.com, Creating Redis service containers",
        "localhost-in-container",
    ),
    Symptom(
        3,
        ("getaddrinfo ENOTFOUND", "getaddrinfo EAI_AGAIN", "Name or service not known", "no such host"),
        Failure.REFUSED,
        "the service's id is used as a host name by a job that runs on the runner itself",
        "use 127.0.0.1 and the published port, or give the job a container",
        "shogo82148/actions-setup-redis #774",
        "service-name-from-host",
    ),
    Symptom(
        4,
        ("ECONNREFUSED 127.0.0.1:6380", "127.0.0.1:6380: connect: connection refused"),
        Failure.REFUSED,
        "the port's right side is not the one on which Redis listens, as in 6380:6380",
        'write "6380:6379", or change --port, the mapping and the health check together',
        "actions/actions-runner-controller #4194",
        "unserved-port",
    ),
    Symptom(
        5,
        ('invalid port "', "Port could not be cast to integer"),
        Failure.USAGE,
        "job.services.<id>.ports[...] is empty: the port is not published, or the id is another",
        "publish the port, and read it under the container's port: job.services.redis.ports['6379']",
        "atlassian/github-for-jira PR #663; actions/runner DockerUtil.cs",
    ),
    Symptom(
        6,
        ("ECONNREFUSED ::1:6379", "[::1]:6379: connect: connection refused"),
        Failure.REFUSED,
        "localhost is IPv6 first on the runner, and the port is published on IPv4 only",
        "use 127.0.0.1 in the address",
        "node-rate-limiter-flexible PR #256",
        "ipv6-localhost",
    ),
    Symptom(
        7,
        ("Connection reset by peer", "ECONNRESET", "Socket closed unexpectedly", ": EOF$"),
        Failure.RESET,
        "no health check: docker's proxy accepts connections before Redis listens",
        "add a health check, and wait for a PING that answers PONG",
        "redis/node-redis #2032",
        "missing-probe",
    ),
    Symptom(
        8,
        ("One or more containers failed to start", "Failed to initialize container"),
        Failure.REFUSED,
        "the service got unhealthy: a bad flag, a password unknown to the health check, a missing tool",
        "read the service's log above the line; give the health check REDISCLI_AUTH or the right port",
        "actions/runner #2173",
        "unauthenticated-probe",
    ),
    Symptom(
        9,
        ("invalid reference format",),
        Failure.USAGE,
        "single quotes, or a literal block, in options: the runner splits them at spaces",
        "use double quotes, and a folded block or one line",
        "actions/runner-container-hooks PR #84",
        "single-quoted-option",
    ),
    Symptom(
        10,
        ("timed out waiting for message", "no message received"),
        Failure.ASSERTION,
        "the message was published before the subscription was acknowledged",
        "wait for the confirmation first (go-redis: Receive), then publish",
        "go-gitea/gitea PR #38661; serverpod PR #5682; chrisguidry/docket PR #448",
    ),
    Symptom(
        11,
        ("scheduled to be closed ASAP for overcoming of output buffer limits",),
        Failure.ASSERTION,
        "Pub/Sub keeps nothing: what is published during a reconnect, or to a slow reader, is lost",
        "use streams, or read the state again after each subscription",
        "rails PR #57695; redis.conf, client-output-buffer-limit",
    ),
    Symptom(
        12,
        ("redis: connection pool timeout",),
        Failure.TIMEOUT,
        "all connections are held by blocking reads, or by subscriptions that were never closed",
        "close them, bound blocking reads, raise PoolSize",
        "redis/go-redis #1002, #459, #2996",
    ),
    Symptom(
        13,
        ("LOADING Redis is loading the dataset", "LOADING Valkey is loading the dataset"),
        Failure.LOADING,
        "a restored volume is read, and the health check takes the LOADING answer for success",
        "use redis-cli -e ping as the health check",
        "getsentry/self-hosted #3366; lablup/backend.ai PR #527",
        "weak-ping",
    ),
    Symptom(
        14,
        ("MISCONF ",),
        Failure.READONLY,
        "a background save failed: full disk, read-only folder, or no memory to fork",
        'switch persistence off: --save "" --appendonly no',
        "valkey-io/valkey-glide PR #2588; rq/rq #1980",
    ),
    Symptom(
        15,
        ("OOM command not allowed",),
        Failure.OOM,
        "maxmemory is reached under noeviction",
        "set maxmemory-policy allkeys-lru, or raise maxmemory",
        "redis/redis #2746, #8623",
        "maxmemory-without-policy",
    ),
    Symptom(
        16,
        ("exit code 137", "signal: killed", "SIGKILL"),
        Failure.SIGNAL,
        "the machine or the container ran out of memory; a --memory limit without maxmemory",
        "set maxmemory below the container's limit; look for OOMKilled in docker inspect",
        "measured with Docker 20.10",
        "memory-without-maxmemory",
    ),
    Symptom(
        17,
        ("NOAUTH ", "WRONGPASS ", "called without any password configured"),
        Failure.NOAUTH,
        "only one side has the password: REDIS_PASSWORD on the official image is not read by the server",
        "pass --requirepass to the server, REDISCLI_AUTH to the health check, the password to the client",
        "redis/docker-library-redis #261, #36",
        "ignored-variable",
    ),
    Symptom(
        18,
        ("max number of clients reached",),
        Failure.MAXCLIENTS,
        "connections leak, or the file limit lowered maxclients",
        "close clients in teardown; raise nofile and --maxclients together",
        "redis/redis PR #9777; redis/node-redis #1278",
    ),
    Symptom(
        19,
        ("redis: nil",),
        Failure.ASSERTION,
        "parallel workers share a database, and one of them flushes it",
        "give each worker its own database or key prefix",
        "mozilla/treeherder PR #9665; dbfixtures/pytest-redis #571",
        "flush-with-parallel-workers",
    ),
    Symptom(
        20,
        ("MaxRetriesPerRequestError", "Reached the max retries per request limit"),
        Failure.REFUSED,
        "ioredis queues commands while the server is absent, and gives up after 20 tries each",
        "set maxRetriesPerRequest 1 to 3 and connectTimeout in tests",
        "redis/ioredis README; phpredis PR #2824",
    ),
    Symptom(
        21,
        ("Jest did not exit one second after the test run has completed",),
        Failure.TIMEOUT,
        "a client was never closed, so the process does not end until a limit ends it",
        "call quit(), close() or destroy() in teardown",
        "LibreChat PR #13649; redis/ioredis #1088",
        "unbounded-job",
    ),
    Symptom(
        22,
        ("Event loop is closed", "attached to a different loop"),
        Failure.ASSERTION,
        "an asyncio pool is shared by tests that each have their own event loop",
        "make one client per loop, in a fixture, and end it with aclose()",
        "redis/redis-py #3351, #3048",
    ),
    Symptom(
        23,
        ("toomanyrequests", "manifest unknown", "pull access denied"),
        Failure.USAGE,
        "the registry's rate limit, or an image tag that was removed (Bitnami's)",
        "log in to the registry, use a mirror, or another image",
        "ubicloud #2245; bitnami/charts #36313",
        "bitnami-image",
    ),
    Symptom(
        24,
        ("ERR unknown command",),
        Failure.ASSERTION,
        "a module's command (FT.CREATE, JSON.SET) on a server without it; before Redis 8 they are apart",
        "use redis:8, or the image that carries the module",
        "abronan/libkv #46; redis.io, Module lifecycle",
    ),
    Symptom(
        25,
        ("-MOVED ", "MovedError", "CLUSTERDOWN "),
        Failure.LOADING,
        "cluster nodes announce an address that the job cannot reach, or a single node forms no cluster",
        "run the tests in a job container, or set the announced address, or start the cluster in a step",
        "redis/redis #2527; bitnami/containers #29382",
    ),
    Symptom(
        26,
        ("redis not connected", "redis is not connected"),
        Failure.REFUSED,
        "the program subscribed before its client had a connection, or after it had lost it",
        "connect first, with a retry that ends; start the subscription when the connection is ready",
        "the design that Holdfast grew from",
    ),
    Symptom(
        27,
        (
            "Protocol error, got ",
            "can't parse map reply",
            "Unknown RESP type ",
            "unexpected response line",
            "Unknown reply: ",
        ),
        Failure.USAGE,
        "what answers at that address is not Redis (an HTTP server, say), or speaks TLS and the client does not",
        "compare host, port and scheme of the URL with the service: redis:// without TLS, rediss:// with it",
        "captured with HTTP and TLS servers in Redis's place",
    ),
    Symptom(
        28,
        (
            "WRONG_VERSION_NUMBER",
            "wrong version number",
            "does not look like a TLS handshake",
            "before secure TLS connection",
        ),
        Failure.USAGE,
        "the client speaks TLS to a port that does not: rediss://, or tls on, for a Redis without certificates",
        "write redis:// in the URL, or give the server a TLS port with --tls-port and certificates",
        "captured with rediss:// to redis 6.2 to 8.0",
        "tls-address",
    ),
)
