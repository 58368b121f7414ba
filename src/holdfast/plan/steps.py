"""The steps of a job, in the order in which they run. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from holdfast.plan import server
from holdfast.plan.model import Step
from holdfast.plan.pins import uses
from holdfast.plan.scripts import minutes
from holdfast.spec.model import Job, RedisService, Secret, Workflow

DIAGNOSTICS = "redis-diagnostics.sh"
RETRY = "run-with-retry.sh"
BUNDLE = "${{ runner.temp }}/redis-diagnostics"
LEDGER = "${{ runner.temp }}/retry-ledger.json"
# Words that stand in a command line as they are; anything else goes through the environment.
_PLAIN = re.compile(r"[\w./:=,@%+ -]+", re.ASCII)
FAILED = "failure() || cancelled()"


def checkout() -> Step:
    return Step(
        name="Check out the code", uses=uses("actions/checkout"), with_={"persist-credentials": False}
    )


def secret_env(redis: RedisService | None) -> Mapping[str, str]:
    """The password where a secret holds it; a random one lies in the job's environment already."""
    if redis is not None and isinstance(redis.password, Secret):
        return {"REDIS_PASSWORD": f"${{{{ secrets.{redis.password.secret} }}}}"}
    return {}


def container_env(redis: RedisService, target: str) -> Mapping[str, str]:
    """Which container the server runs in; act knows no job.services."""
    if redis.placement == "step":
        return {"REDIS_CONTAINER": redis.id}
    if target == "act":
        return {}
    return {"REDIS_CONTAINER": f"${{{{ job.services.{redis.id}.id }}}}"}


def kernel(job: Job, redis: RedisService, target: str) -> Step:
    """Kernel values, and the service container started again under them."""
    tuning = job.kernel
    env = {
        name: str(value)
        for name, value in (
            ("OVERCOMMIT", tuning.overcommit),
            ("SOMAXCONN", tuning.somaxconn),
            ("THP", tuning.thp),
        )
        if value is not None
    }
    if redis.placement == "service":
        env |= {**container_env(redis, target), "PORT": str(redis.port)}
    note = (
        "thp is set as asked, and changes nothing for this server: it switches them off for itself"
        if tuning.thp
        else ""
    )
    return Step(name="Configure system for Redis", script="kernel.sh", env=env, timeout_minutes=2, note=note)


def random_password() -> Step:
    return Step(name="Make a Redis password", script="password.sh")


def start(job: Job, redis: RedisService) -> tuple[Step, ...]:
    """`placement: step`: the server in containers of its own, its configuration on standard input."""
    options = [word for pair in (*server.container_options(redis), *_volumes(redis)) for word in pair]
    config = [f"{one.name} {_configured(one.value)}" for one in server.settings(redis)]
    health = [word for pair in server.health_options(redis.health, _probe(redis)) for word in pair]
    env = {
        "REDIS_IMAGE": server.image(redis, job),
        "REDIS_SERVER": redis.server.server,
        "REDIS_CLI": redis.server.cli,
        "REDIS_NAME": redis.id,
        "REDIS_PUBLISHED": str(redis.port),
        "REDIS_NODES": str(redis.nodes or {"standalone": 1, "sentinel": 2, "cluster": 3}[redis.topology]),
        "REDIS_TLS": "1" if redis.tls else "",
        "REDIS_OPTIONS": "\n".join([*health, *options]),
        "REDIS_ENVIRONMENT": "\n".join(
            f"{name}={value}" for name, value in {**redis.server.needs, **redis.env}.items()
        ),
        "REDIS_CONFIG": "\n".join(config),
        **secret_env(redis),
    }
    steps = [Step(name="Make a certificate for Redis", script="certificate.sh")] if redis.tls else []
    name = {
        "standalone": "Start Redis",
        "sentinel": "Start Redis and Sentinel",
        "cluster": "Start Redis Cluster",
    }
    script = {"standalone": "start.sh", "sentinel": "start-sentinel.sh", "cluster": "start-cluster.sh"}
    env = {key: value for key, value in env.items() if value or key == "REDIS_CONFIG"}
    steps.append(Step(name=name[redis.topology], script=script[redis.topology], env=env, timeout_minutes=5))
    return tuple(steps)


def _probe(redis: RedisService) -> str:
    """Authenticated by REDISCLI_AUTH, which the step gives the container; TLS by its own authority."""
    if redis.health.command is not None:
        return redis.health.command
    tls = " --tls --cacert /tls/ca.crt" if redis.tls else ""
    return redis.server.ping.replace(" -e ping", f"{tls} -e ping", 1)


def _volumes(redis: RedisService) -> tuple[tuple[str, str], ...]:
    return tuple(("--volume", volume) for volume in redis.volumes)


def _configured(value: str) -> str:
    """A value of redis.conf: quoted unless it is plainly one word."""
    if value and re.fullmatch(r"[\w.:/%+-]+", value, re.ASCII):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def apply_settings(redis: RedisService) -> Step:
    """For targets whose services take no command: what can be set while the server runs is set now."""
    asked = "\n".join(f"{one.name} {one.value}" for one in server.settings(redis))
    return Step(
        name="Apply Redis settings", script="config-set.sh", env={"REDIS_SETTINGS": asked}, timeout_minutes=1
    )


def gate(job: Job, redis: RedisService, workflow: Workflow, target: str, flags: str) -> Step:
    limit = minutes(job.readiness.deadline + 30)
    return Step(
        name="Wait for Redis",
        run=_call(workflow, DIAGNOSTICS, f"wait{flags}"),
        env={**secret_env(redis), **container_env(redis, target)},
        timeout_minutes=limit,
    )


def check(
    job: Job, redis: RedisService, workflow: Workflow, target: str, expect: tuple[str, ...] | None
) -> Step:
    """What was asked against what is in force; `expect` where it is not what the script has by default."""
    env = {**secret_env(redis), **container_env(redis, target)}
    report = '--json "$RUNNER_TEMP/redis-diagnostics.json"'
    if expect is None:
        return Step(
            name="Check Redis",
            run=_call(workflow, DIAGNOSTICS, f"check {report}"),
            env=env,
            timeout_minutes=1,
        )
    run = "\n".join(
        (
            "expect=()",
            'while IFS= read -r pair; do [ -z "$pair" ] || expect+=(--expect "$pair"); done <<< "$REDIS_EXPECT"',
            _call(
                workflow, DIAGNOSTICS, f'check --mismatch {job.readiness.mismatch} "${{expect[@]}}" {report}'
            ),
        )
    )
    return Step(
        name="Check Redis", run=run, env={**env, "REDIS_EXPECT": "\n".join(expect)}, timeout_minutes=1
    )


def tests(job: Job, workflow: Workflow, target: str, command: str, flags: str) -> Step:
    """The tests under the retry runner."""
    redis = job.redis
    env = dict(secret_env(redis))
    if redis is not None:
        env |= container_env(redis, target)
        env["HOLDFAST_SERVICES"] = redis.id
    if job.shards > 1:
        env |= {"HOLDFAST_SHARD": "${{ matrix.shard }}", "HOLDFAST_SHARDS": str(job.shards)}
    words = command
    if "\n" in command or not _PLAIN.fullmatch(command):
        env["HOLDFAST_TESTS"] = command
        words = 'bash -euo pipefail -c "$HOLDFAST_TESTS"'
    junit = f" --junit {_argument(job.junit)}" if job.junit else ""
    return Step(
        name="Run tests",
        run=_call(workflow, RETRY, f'--ledger "$RUNNER_TEMP/retry-ledger.json"{junit}{flags} -- {words}'),
        env=env,
        timeout_minutes=minutes(job.retry.deadline + 60),
    )


def _argument(text: str) -> str:
    import shlex

    return shlex.quote(text)


def bundle(job: Job, redis: RedisService, workflow: Workflow, target: str) -> tuple[Step, Step]:
    """After a failure: what is known about the server, uploaded."""
    legs = "-${{ strategy.job-index }}" if _has_matrix(job) else ""
    collect = Step(
        name="Collect diagnostics",
        if_=FAILED,
        run=_call(workflow, DIAGNOSTICS, 'report "$RUNNER_TEMP/redis-diagnostics"'),
        env={**secret_env(redis), **container_env(redis, target), "HOLDFAST_LEDGER": LEDGER},
        timeout_minutes=2,
    )
    upload = Step(
        name="Upload diagnostics",
        if_=FAILED,
        uses=uses("actions/upload-artifact"),
        with_={
            "name": f"redis-diagnostics-${{{{ github.job }}}}{legs}-${{{{ github.run_attempt }}}}",
            "path": BUNDLE,
            "if-no-files-found": "ignore",
        },
        timeout_minutes=3,
    )
    return collect, upload


def upload_shard(job: Job) -> Step:
    """What the last job joins: the ledger of this shard, and its JUnit file."""
    at = "" if job.working_directory == "." else f"{job.working_directory}/"
    # earlier attempts' files are kept beside the last one's: flaky tests are told from both
    path = LEDGER if job.junit is None else f"{LEDGER}\n{at}{job.junit}\n{at}{job.junit}.attempt-*"
    return Step(
        name="Upload this shard's ledger",
        if_="always()",
        uses=uses("actions/upload-artifact"),
        with_={
            "name": "retry-ledger-${{ github.job }}-${{ strategy.job-index }}-${{ github.run_attempt }}",
            "path": path,
            "if-no-files-found": "ignore",
        },
        timeout_minutes=3,
    )


def stop(redis: RedisService) -> Step:
    """The servers that a step started: their logs, and their end."""
    return Step(
        name="Stop Redis", if_="always()", script="stop.sh", env={"REDIS_NAME": redis.id}, timeout_minutes=2
    )


def merge(workflow: Workflow, id_: str) -> tuple[Step, ...]:
    """The last job of shards: one ledger, one summary."""
    return (
        checkout(),
        Step(
            name="Download the shards' ledgers",
            uses=uses("actions/download-artifact"),
            with_={"pattern": f"retry-ledger-{id_}-*", "path": "${{ runner.temp }}/shards"},
        ),
        Step(
            name="Join the shards",
            run=_call(
                workflow, RETRY, '--merge "$RUNNER_TEMP/shards" --ledger "$RUNNER_TEMP/retry-ledger.json"'
            ),
        ),
        Step(
            name="Upload the joined ledger",
            if_="always()",
            uses=uses("actions/upload-artifact"),
            with_={
                "name": f"retry-ledger-{id_}",
                "path": LEDGER,
                "if-no-files-found": "ignore",
                "overwrite": True,
            },
        ),
        Step(
            name="Pass if every shard passed",
            if_="always()",
            env={"RESULT": f"${{{{ needs.{id_}.result }}}}"},
            run='echo "shards: $RESULT"\n[ "$RESULT" = success ]',
        ),
    )


def _has_matrix(job: Job) -> bool:
    matrix = job.matrix
    return bool(matrix.redis or matrix.axes or matrix.include or len(job.versions) > 1 or job.shards > 1)


def _call(workflow: Workflow, script: str, words: str) -> str:
    return f'exec bash "$GITHUB_WORKSPACE/{workflow.scripts}/{script}" {words}'


def published(redis: RedisService) -> Step:
    """A random port is known only now."""
    port = f"${{{{ job.services.{redis.id}.ports['6379'] }}}}"
    return Step(name="Learn Redis's port", env={"PORT": port}, script="port.sh")
