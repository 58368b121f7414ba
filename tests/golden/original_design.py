"""What the original design asked for, line by line: what became of it, and the test that shows it.

`python -m golden.original_design` (with tests on the path) writes docs/original-design.md from this table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from golden.examples import ROOT

PAGE = ROOT / "docs" / "original-design.md"


class Written(NamedTuple):
    """A file, and words of it."""

    path: str
    words: str


class Row(NamedTuple):
    """A line of the design; `value` is what it asks for, `why` what changed (empty: nothing), `test` what shows it."""

    asked: str
    value: str
    written: Written
    why: str
    test: str


_GENERATED = "examples/deploy-production/expected/"
_WORKFLOW = f"{_GENERATED}.github/workflows/deploy-production.yml"
_DIAGNOSTICS = f"{_GENERATED}scripts/redis-diagnostics.sh"
_RETRY = f"{_GENERATED}scripts/run-with-retry.sh"
_GO = "templates/project/go"
_POLICY = f"{_GO}/internal/redismanager/policy.go"
_MANAGER = f"{_GO}/internal/redismanager/manager.go"

_FULL = "tests/e2e/test_full.py::test_every_knob_of_the_full_profile_is_in_force"
_RED = "tests/e2e/test_full.py::test_without_the_kernel_step_the_job_is_red"
_PROFILE = "tests/spec/test_profiles.py::test_full_sets_what_the_original_design_asked_for"
_GOLDEN = "tests/golden/test_examples.py::test_an_example_is_as_expected"
_HEALTHY = "tests/scripts/diagnostics/test_check.py::test_a_healthy_server_is_ready_and_healthy"
_COMPARED = "tests/scripts/diagnostics/test_check.py::test_what_is_asked_is_compared_by_value"
_FAULTS = "tests/scripts/diagnostics/test_faults.py::test_a_fault_is_named_with_its_class_cure_and_exit_code"
_OF_CONTAINER = "tests/scripts/diagnostics/test_container.py"
_CONTAINER = f"{_OF_CONTAINER}::test_what_was_asked_of_a_container_is_read_where_it_is_in_force"
_BUNDLE = f"{_OF_CONTAINER}::test_a_bundle_holds_what_docker_knows_without_the_secrets"
_RED_RUN = "tests/e2e/test_examples.py::test_a_fault_is_red_with_the_bundle_and_its_class"
_GREEN_RUN = "tests/e2e/test_examples.py::test_an_example_is_green_and_its_tests_spoke_to_redis"
_WAITS = "tests/scripts/retry/test_runs.py::test_the_waits_are_those_of_the_policy_and_none_follows_the_last"
_RESET = "tests/scripts/retry/test_reset.py::test_a_reset_goes_as_far_as_the_policy_says"
_LIMIT = "tests/scripts/retry/test_runs.py::test_an_attempt_ends_early_enough_for_the_reserve"
_FLAKY = "tests/scripts/retry/test_runs.py::test_a_flaky_pass_is_what_the_policy_says_and_has_one_annotation"
_OUTPUTS = "tests/scripts/diagnostics/test_check.py::test_all_outputs_come_from_one_run"
_CLIENT = "tests/managers/test_go.py::test_it_holds"
_FITS = "tests/spec/test_profiles.py::test_full_says_how_many_attempts_fit"

_KERNEL_STEP = (
    "a step runs after the server has started, so the step starts the service container again under the new value; "
    "sudo only if not root, values before and after printed"
)
_NOT_READ = (
    "the official image reads no such variable: the value is a flag of the server, and CONFIG GET shows it"
)
_GATE = Written(_WORKFLOW, 'redis-diagnostics.sh" wait')

SECTIONS: Mapping[str, tuple[Row, ...]] = {
    "System configuration": (
        Row(
            "`sudo sysctl -w vm.overcommit_memory=1`",
            "1",
            Written(_WORKFLOW, 'OVERCOMMIT: "1"'),
            f"{_KERNEL_STEP}; the log of the second start has no warning",
            _RED,
        ),
        Row(
            "`sudo sysctl -w net.core.somaxconn=65535`",
            "65535",
            Written(_WORKFLOW, 'SOMAXCONN: "65535"'),
            "a container has a value of its own and never sees the host's: this one reaches the published port's "
            "socket, and only when the container starts again",
            _FULL,
        ),
        Row(
            "`echo never | sudo tee /sys/kernel/mm/transparent_hugepage/enabled`",
            "never",
            Written(_WORKFLOW, "THP: never"),
            "set as asked, and said to change nothing: the server switches huge pages off for itself",
            _FULL,
        ),
    ),
    "Redis service": (
        Row(
            "`image: redis:7-alpine`",
            "redis:7-alpine",
            Written(_WORKFLOW, "image: redis:7-alpine"),
            "the file says on that line that a digest would pin it",
            _GOLDEN,
        ),
        Row("`ports: 6379:6379`", "6379", Written(_WORKFLOW, '- "6379:6379"'), "quoted", _FULL),
        Row(
            '`--health-cmd "redis-cli ping"`',
            "redis-cli -e ping",
            Written(_WORKFLOW, '--health-cmd "redis-cli -e ping"'),
            "without `-e` the client ends with 0 while the server answers LOADING or NOAUTH",
            "tests/facts/test_images.py::test_the_ping_fails_unless_the_answer_is_pong",
        ),
        Row("`--health-interval 3s`", "3s", Written(_WORKFLOW, "--health-interval 3s"), "", _FULL),
        Row("`--health-timeout 5s`", "5s", Written(_WORKFLOW, "--health-timeout 5s"), "", _FULL),
        Row("`--health-retries 30`", "30", Written(_WORKFLOW, "--health-retries 30"), "", _FULL),
        Row(
            "`--health-start-period 60s`",
            "1m, with a start interval of 1s",
            Written(_WORKFLOW, "--health-start-interval 1s"),
            "alone it delays the first probe to 5 s on Docker 25 and later; with the interval it comes after 1 s",
            _FULL,
        ),
        Row(
            "`--memory=2g`",
            "2g",
            Written(_WORKFLOW, "--memory 2g"),
            "",
            _FULL,
        ),
        Row("`--memory-swap=2g`", "2g", Written(_WORKFLOW, "--memory-swap 2g"), "", _FULL),
        Row(
            "`--sysctl net.core.somaxconn=65535`",
            "65535, and --tcp-backlog 65535",
            Written(_WORKFLOW, "--tcp-backlog 65535"),
            "the server asks the kernel for a queue of 511 unless told otherwise: both together are in force",
            _FULL,
        ),
        Row(
            "`--ulimit nofile=65535:65535`",
            "65535, and --maxclients 60000",
            Written(_WORKFLOW, "--maxclients 60000"),
            "the limit alone leaves the server at 10000 clients",
            _FULL,
        ),
        Row("`REDIS_MAXMEMORY: 1gb`", "1gb", Written(_WORKFLOW, "--maxmemory 1gb"), _NOT_READ, _FULL),
        Row(
            "`REDIS_MAXMEMORY_POLICY: allkeys-lru`",
            "allkeys-lru",
            Written(_WORKFLOW, "--maxmemory-policy allkeys-lru"),
            _NOT_READ,
            _FULL,
        ),
    ),
    "Health checks": (
        Row(
            "Extended timeout from 60s to 120s",
            "2m",
            Written(_DIAGNOSTICS, "WAIT_TIMEOUT=2m"),
            "one deadline for the whole gate, held within a second",
            _FAULTS,
        ),
        Row(
            "Multiple Pub/Sub tests (3 iterations)",
            "3",
            Written(_DIAGNOSTICS, "WAIT_ROUNDS=3"),
            "each round publishes to a subscriber that was acknowledged first, and waits for the message itself",
            _HEALTHY,
        ),
        Row(
            "Connection load testing (10 concurrent connections)",
            "10",
            Written(_DIAGNOSTICS, "WAIT_CONNECTIONS=10"),
            "all ten are open at the same time, and each answers",
            _HEALTHY,
        ),
        Row(
            "Redis warm-up operations",
            "1000",
            Written(_DIAGNOSTICS, "WAIT_WARMUP=1000"),
            "pipelined, deleted afterwards",
            _HEALTHY,
        ),
        Row(
            "Comprehensive diagnostics script",
            "a script",
            _GATE,
            "bash alone: no redis-cli is needed",
            _HEALTHY,
        ),
    ),
    "Test execution": (
        Row(
            "Increased retry attempts from 3 to 5",
            "5",
            Written(_RETRY, "ATTEMPTS=5"),
            "only failures that a retry can cure are tried again: an assertion that fails stays red at once",
            _PROFILE,
        ),
        Row(
            "Progressive delay between retries (10s, 20s, 30s, 40s, 50s)",
            "linear:10s",
            Written(_RETRY, "DELAYS=linear:10s"),
            "five attempts have four waits between them: the fifth would follow the last one and is never waited",
            _WAITS,
        ),
        Row(
            "Redis state reset between retries (`FLUSHDB`)",
            "flushdb",
            Written(_RETRY, "RESET=flushdb"),
            "never before the first attempt, and only on a service of the job or a loopback address",
            _RESET,
        ),
        Row(
            "Enhanced timeout handling (20m total, 18m per test)",
            "20m in all, 18m an attempt",
            Written(_RETRY, "ATTEMPT_TIMEOUT=18m"),
            "one attempt of full length fits in 20 minutes, and generate says so; one deadline holds for all of it, "
            "and `go test` gets a limit just under the attempt's",
            _FITS,
        ),
        Row(
            "Comprehensive error diagnostics",
            "a bundle",
            Written(_WORKFLOW, "- name: Upload diagnostics"),
            "uploaded after a failure and after a cancelled run, secrets removed",
            _RED_RUN,
        ),
    ),
    "connectRedis": (
        Row(
            "Exponential backoff retry logic (10 attempts)",
            "10",
            Written(_POLICY, "Attempts:         10,"),
            "delays of 1, 2, 4, 8, 16, 30... s; a wrong password is not tried again",
            _CLIENT,
        ),
        Row(
            "Proper timeout handling (5 seconds per attempt)",
            "5 s",
            Written(_POLICY, "AttemptTimeout:   5 * time.Second"),
            "",
            _CLIENT,
        ),
        Row(
            "Maximum delay cap (30 seconds)",
            "30 s",
            Written(_POLICY, "Cap:              30 * time.Second"),
            "",
            _CLIENT,
        ),
        Row(
            "Detailed logging for troubleshooting",
            "one line of JSON an attempt",
            Written(_MANAGER, "redis connect"),
            "with the class of the failure, and without secrets",
            _CLIENT,
        ),
    ),
    "Redis manager": (
        Row(
            "Connection pooling and health monitoring",
            "a pool, and a health check of its own",
            Written(_POLICY, "PoolSize:         20"),
            "",
            _CLIENT,
        ),
        Row(
            "Automatic reconnection with exponential backoff",
            "at most 1 s between tries",
            Written(_POLICY, "ReconnectCap:     time.Second"),
            "a connection that was lost comes back sooner than a server that never was there; settable",
            _CLIENT,
        ),
        Row(
            "30-second health check intervals",
            "30 s",
            Written(_POLICY, "HealthInterval:   30 * time.Second"),
            "",
            _CLIENT,
        ),
        Row(
            "Graceful error handling and status tracking",
            "connecting, ready, degraded, reconnecting, closed",
            Written(_MANAGER, "reconnecting"),
            "readable and subscribable, with the last error and counters; close drains",
            _CLIENT,
        ),
    ),
    "Diagnostics script": (
        Row(
            "Comprehensive connectivity testing",
            "by name and address",
            Written(_DIAGNOSTICS, "check_reachability() {"),
            "",
            _HEALTHY,
        ),
        Row(
            "Performance benchmarking (1000 operations)",
            "1000",
            Written(_DIAGNOSTICS, "CHECK_OPERATIONS=1000"),
            "p50, p95, p99 and operations a second, judged against the machine's own noise",
            "tests/scripts/diagnostics/test_functions.py::test_latency_is_judged_against_the_machine",
        ),
        Row("Memory and client information", "INFO", Written(_DIAGNOSTICS, "used_memory"), "", _HEALTHY),
        Row(
            "Pub/Sub functionality verification",
            "a message received",
            Written(_DIAGNOSTICS, "SUBSCRIBE"),
            "",
            _FAULTS,
        ),
        Row(
            "Configuration validation",
            "asked against in force",
            Written(_DIAGNOSTICS, "  maxmemory=1gb\n"),
            "a difference fails a `full` job; run bare on a laptop the script checks what the spec asks for",
            _COMPARED,
        ),
        Row(
            "Load testing capabilities",
            "10 connections",
            Written(_DIAGNOSTICS, "CHECK_CONNECTIONS=10"),
            "held open at the same time",
            _HEALTHY,
        ),
    ),
    "System-level improvements": (
        Row(
            "Memory Overcommit: properly configured for Redis",
            "read back",
            Written(_DIAGNOSTICS, "  vm.overcommit_memory=1\n"),
            "the check is red where the value is not in force",
            _RED,
        ),
        Row(
            "Network Settings: increased connection limits",
            "read back",
            Written(_DIAGNOSTICS, "  backlog=65535\n"),
            "the listening socket's queue is read, not the setting",
            _CONTAINER,
        ),
        Row(
            "Transparent Huge Pages: disabled to prevent Redis issues",
            "read back",
            Written(_DIAGNOSTICS, "  thp=never\n"),
            "changes nothing for this server, and the summary says so",
            _FULL,
        ),
        Row(
            "File Descriptors: increased limits for better performance",
            "read back",
            Written(_DIAGNOSTICS, "  nofile=65535\n"),
            "",
            _CONTAINER,
        ),
    ),
    "Redis service improvements": (
        Row(
            "Memory Allocation: increased to 2GB with proper policies",
            "2gb, 1gb of it for data",
            Written(_DIAGNOSTICS, "  memory=2gb\n"),
            "the container's limit is read from its control group",
            _CONTAINER,
        ),
        Row(
            "Health Checks: more frequent and reliable",
            "every 3 s, every 1 s while it starts",
            Written(_WORKFLOW, "--health-interval 3s"),
            "the probe cannot pass while the server refuses commands",
            _FULL,
        ),
        Row(
            "Connection Limits: increased for better concurrency",
            "60000",
            Written(_DIAGNOSTICS, "  maxclients=60000\n"),
            "",
            _FULL,
        ),
        Row(
            "Startup Time: extended to allow proper initialization",
            "1m",
            Written(_WORKFLOW, "--health-start-period 1m"),
            "the period makes nothing slower: the first good probe ends it",
            "tests/plan/test_readiness.py::test_probes_use_the_start_interval_inside_the_start_period_only",
        ),
    ),
    "Test reliability": (
        Row("More Retries: 5 attempts instead of 3", "5", Written(_RETRY, "ATTEMPTS=5"), "", _PROFILE),
        Row(
            "Progressive Delays: increasing wait times between retries",
            "10, 20, 30, 40 s",
            Written(_RETRY, "DELAYS=linear:10s"),
            "",
            "tests/plan/test_budget.py::test_waits_follow_the_schedule",
        ),
        Row(
            "State Reset: clean Redis state between test attempts",
            "flushdb",
            Written(_RETRY, "RESET=flushdb"),
            "",
            _RESET,
        ),
        Row(
            "Better Timeouts: longer timeouts to handle slow operations",
            "on the job, each step and each attempt",
            Written(_WORKFLOW, "timeout-minutes: 32"),
            "the job's leaves room for the bundle's upload",
            _LIMIT,
        ),
        Row(
            "Enhanced Diagnostics: detailed error reporting and Redis logs",
            "a class, its evidence, the log",
            Written(_WORKFLOW, "- name: Collect diagnostics"),
            "",
            _BUNDLE,
        ),
    ),
    "Monitoring and debugging": (
        Row(
            "Comprehensive Logging: detailed status at each step",
            "one status line a step",
            Written(_WORKFLOW, "Configure system for Redis: done"),
            "",
            _GREEN_RUN,
        ),
        Row(
            "Performance Metrics: timing and operation counts",
            "JSON, JUnit and the job summary",
            Written(_WORKFLOW, "--json"),
            "",
            _OUTPUTS,
        ),
        Row(
            "Error Diagnostics: Redis logs and system state on failures",
            "the bundle",
            Written(_WORKFLOW, "report"),
            "",
            _BUNDLE,
        ),
        Row(
            "Health Verification: multiple verification points",
            "probe, gate, check, gate before each further attempt",
            _GATE,
            "",
            "tests/scripts/retry/test_faults.py::test_a_redis_that_is_not_ready_ends_the_run_with_that_reason",
        ),
    ),
    "Expected results": (
        Row(
            'No more "redis not connected" errors',
            "the gate",
            _GATE,
            "no step runs before the server answers",
            _GREEN_RUN,
        ),
        Row(
            "Stable GitHub Actions test runs (5 retry attempts)",
            "5",
            Written(_RETRY, "ATTEMPTS=5"),
            "a pass that needed a retry says so: it is a warning, and stands in the ledger",
            _FLAKY,
        ),
        Row(
            "Proper Redis memory management and performance",
            "1gb, allkeys-lru",
            Written(_DIAGNOSTICS, "  maxmemory-policy=allkeys-lru\n"),
            "",
            _FULL,
        ),
        Row(
            "Reliable connection establishment under load",
            "a queue of 65535",
            Written(_DIAGNOSTICS, "  net.core.somaxconn=65535\n"),
            "of the server's socket and of the published port's",
            _FULL,
        ),
        Row(
            "Better error diagnostics when issues occur",
            "the class named",
            Written(_RETRY, "# --- failure classes ---"),
            "",
            _RED_RUN,
        ),
        Row(
            "Faster Redis startup and initialization",
            "steps can begin after 2 s",
            Written(_WORKFLOW, "--health-start-interval 1s"),
            "the original settings make it slower (6 s); `holdfast timing` computes it",
            "tests/plan/test_readiness.py::test_steps_begin_at_the_look_after_the_first_good_probe",
        ),
    ),
    "Verification steps": (
        Row(
            "Push to trigger workflow", "on push to main", Written(_WORKFLOW, "branches: [main]"), "", _GOLDEN
        ),
        Row(
            "Monitor: system configuration success",
            "before and after",
            Written(_WORKFLOW, "'%s: %s -> %s\\n'"),
            "a value that may not be written is a warning, and the check is red",
            _FULL,
        ),
        Row("Monitor: Redis service health checks", "the gate's lines", _GATE, "", _GREEN_RUN),
        Row(
            "Monitor: diagnostic script results",
            "the check's lines",
            Written(_WORKFLOW, "- name: Check Redis"),
            "",
            _OUTPUTS,
        ),
        Row(
            "Monitor: test execution with retries",
            "the ledger",
            Written(_WORKFLOW, "retry-ledger.json"),
            "",
            _FLAKY,
        ),
        Row(
            "Local testing: `./scripts/redis-diagnostics.sh`",
            "without arguments",
            Written(_DIAGNOSTICS, "DEFAULT_PORT=6379"),
            "expects what the spec says, at 127.0.0.1:6379",
            "tests/golden/test_examples.py::test_the_bare_script_expects_what_the_spec_says",
        ),
    ),
    "Troubleshooting": (
        Row(
            "`cat /proc/sys/vm/overcommit_memory  # Should be 1`",
            "the check does it",
            Written(_DIAGNOSTICS, "  vm.overcommit_memory=1\n"),
            "",
            _RED,
        ),
        Row(
            "`cat /proc/sys/net/core/somaxconn    # Should be 65535`",
            "the check does it",
            Written(_DIAGNOSTICS, "  net.core.somaxconn=65535\n"),
            "",
            _FULL,
        ),
        Row("Run diagnostics", "at any time", Written(_DIAGNOSTICS, "--help"), "", _FAULTS),
        Row(
            "Redis logs: memory warnings",
            "none since the restart",
            Written(_WORKFLOW, "grep WARNING"),
            "",
            _FULL,
        ),
        Row(
            "Redis logs: connection errors",
            "a count of each error",
            Written(_DIAGNOSTICS, "rejected_connections"),
            "",
            _FAULTS,
        ),
        Row(
            "Redis logs: verify startup completion",
            "LOADING is waited for",
            Written(_DIAGNOSTICS, "LOADING"),
            "",
            "tests/scripts/diagnostics/test_faults.py::test_a_slow_start_is_waited_for",
        ),
        Row(
            "Test logs: which specific tests are failing",
            "named from the JUnit file",
            Written(_RETRY, "--junit"),
            "",
            "tests/scripts/retry/test_files.py::test_the_tests_own_report_names_the_flaky_ones",
        ),
        Row(
            "Test logs: Redis connection error patterns",
            "a class with its evidence",
            Written(_RETRY, "OWN_PATTERNS=("),
            "own patterns can be added",
            "tests/scripts/retry/test_runs.py::test_an_own_pattern_names_its_class_and_may_be_retried",
        ),
        Row(
            "Test logs: retry attempt details",
            "the ledger",
            Written(_WORKFLOW, "HOLDFAST_LEDGER"),
            "it lies in the bundle",
            "tests/e2e/test_examples.py::test_a_pushed_run_that_is_cancelled_leaves_ledger_summary_and_bundle",
        ),
    ),
    "Files": (
        Row(
            "`.github/workflows/deploy-production.yml`",
            "generated",
            Written(_WORKFLOW, "name: Deploy production"),
            "the deploy needs the tests, and no newer run cancels it",
            _GOLDEN,
        ),
        Row(
            "`backend/cmd/api/main.go` (retry logic)",
            "`holdfast new`",
            Written(f"{_GO}/cmd/api/main.go", "func connectRedis("),
            "calls a manager that is tested on its own",
            _CLIENT,
        ),
        Row(
            "`scripts/redis-diagnostics.sh` (new diagnostic tool)",
            "generated",
            Written(_DIAGNOSTICS, "#!/usr/bin/env bash"),
            "",
            "tests/scripts/diagnostics/test_bash.py::test_shellcheck_is_clean_without_a_single_disable",
        ),
    ),
    "Next steps": (
        Row(
            "Monitor the next workflow run for improved stability",
            "the ledger of each run",
            Written(_WORKFLOW, "retry-ledger.json"),
            "",
            "tests/scripts/retry/test_files.py::test_ledgers_and_reports_of_shards_are_joined",
        ),
        Row(
            "Analyze diagnostic output for any remaining issues",
            "`holdfast triage`",
            Written(_WORKFLOW, "- name: Upload diagnostics"),
            "",
            "tests/scripts/retry/test_script.py::test_the_runner_knows_each_symptom_of_redis_by_its_words",
        ),
        Row(
            "Fine-tune retry delays if needed based on performance",
            "`retry.delays` in the spec",
            Written(_RETRY, "DELAYS=linear:10s"),
            "",
            _WAITS,
        ),
        Row(
            "Document any additional patterns discovered",
            "`retry.patterns` in the spec",
            Written(_RETRY, "OWN_PATTERNS=("),
            "the runner and triage read them from there",
            "tests/scripts/retry/test_script.py::test_the_table_of_classes_is_whole",
        ),
    ),
}


def rows() -> Iterator[Row]:
    for section in SECTIONS.values():
        yield from section


def page() -> str:
    """The page, from the table."""
    lines = [
        "# The original design, line by line",
        "",
        "Holdfast grew from a list of fixes for a workflow whose Redis kept letting go. Here is each line of it that",
        "asks for something, what became of it in `profile: full`, and the test that shows it. Written from",
        "`tests/golden/original_design.py`; the workflow is that of `examples/deploy-production`.",
    ]
    for title, section in SECTIONS.items():
        lines += ["", f"## {title}", "", "| asked for | value | where | what changed, and why | shown by |"]
        lines.append("|---|---|---|---|---|")
        lines += [_line(row) for row in section]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    where = row.written.path.removeprefix(_GENERATED)
    cells = (row.asked, row.value, f"`{where}`", row.why or "as asked", f"`{row.test}`")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
