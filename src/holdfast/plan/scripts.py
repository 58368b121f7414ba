"""The settings that the two generated scripts have by default, and the flags where a job differs. Pure."""

from __future__ import annotations

import math

from holdfast.plan import server
from holdfast.plan.model import Script
from holdfast.spec.model import Job, Readiness, RetryPolicy, Workflow

Settings = dict[str, str | tuple[str, ...]]


def minutes(seconds: float) -> int:
    """Whole minutes, up."""
    return math.ceil(seconds / 60)


def diagnostics(job: Job) -> Settings:
    """The defaults of redis-diagnostics.sh for this job."""
    redis, ready = job.redis, job.readiness
    port = redis.port if redis is not None and redis.port != "random" else 6379
    expect = server.expected(redis, job.kernel) if redis is not None else ()
    return {
        "DEFAULT_HOST": "127.0.0.1",
        "DEFAULT_PORT": str(port),
        "WAIT_TIMEOUT": ready.deadline.text,
        "WAIT_ROUNDS": str(ready.rounds),
        "WAIT_CONNECTIONS": str(ready.connections),
        "WAIT_WARMUP": str(ready.warmup),
        "CHECK_OPERATIONS": str(ready.operations),
        "CHECK_CONNECTIONS": str(ready.connections),
        "EXPECT": expect,
        "EXPECT_MISMATCH": ready.mismatch,
    }


def retry(policy: RetryPolicy) -> Settings:
    """The defaults of run-with-retry.sh for this policy."""
    return {
        "ATTEMPTS": str(policy.attempts),
        "DELAYS": policy.delays,
        "CAP": policy.cap.text if policy.cap is not None else "",
        "JITTER": policy.jitter,
        "DEADLINE": policy.deadline.text,
        "ATTEMPT_TIMEOUT": policy.attempt_timeout.text,
        "MIN_ATTEMPT": policy.min_attempt.text if policy.min_attempt is not None else "",
        "RESERVE": policy.reserve.text if policy.reserve is not None else "",
        "RETRY_ON": ",".join(policy.retry_on),
        "RESET": policy.reset,
        "FLAKY": policy.flaky,
        "OWN_PATTERNS": tuple(f"{name}: {text}" for name, texts in policy.patterns.items() for text in texts),
    }


def written(workflow: Workflow, first: Job) -> tuple[Script, ...]:
    """Both scripts, with the first job's settings."""
    return (
        Script("redis-diagnostics.sh", f"{workflow.scripts}/redis-diagnostics.sh", diagnostics(first)),
        Script("run-with-retry.sh", f"{workflow.scripts}/run-with-retry.sh", retry(first.retry)),
    )


def wait_flags(ready: Readiness, usual: Readiness) -> str:
    """What this job's gate is told where it differs from the script's defaults."""
    pairs = (
        ("--timeout", ready.deadline.text, usual.deadline.text),
        ("--rounds", str(ready.rounds), str(usual.rounds)),
        ("--connections", str(ready.connections), str(usual.connections)),
        ("--warmup", str(ready.warmup), str(usual.warmup)),
    )
    return "".join(f" {flag} {own}" for flag, own, other in pairs if own != other)


_FLAGS = {
    "ATTEMPTS": "--attempts",
    "DELAYS": "--delays",
    "CAP": "--cap",
    "JITTER": "--jitter",
    "DEADLINE": "--deadline",
    "ATTEMPT_TIMEOUT": "--attempt-timeout",
    "MIN_ATTEMPT": "--min-attempt",
    "RESERVE": "--reserve",
    "RETRY_ON": "--retry-on",
    "RESET": "--reset",
    "FLAKY": "--flaky",
}


def retry_flags(policy: RetryPolicy, usual: RetryPolicy) -> str:
    """What this job's runner is told where it differs from the script's defaults."""
    own, other = retry(policy), retry(usual)
    return "".join(
        f" {flag} {own[name]}" for name, flag in _FLAGS.items() if own[name] != other[name] and own[name]
    )
