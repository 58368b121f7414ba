"""Every field of `holdfast.yml`: default, unit, range and reason; the JSON Schema and docs/spec.md tell them.

All models are frozen and forbid what they do not know. A key is the field's name with hyphens (`memory_swap`
is `memory-swap`, `if_` is `if`). Defaults are those of the `lean` profile; `profiles.py` holds what `full`
changes.

`Spec.redis`, `.kernel`, `.readiness` and `.retry` hold for every job; a job may override any part of them,
and `read.py` merges: profile, then top level, then job. So `Job.redis` and the others are always complete.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    model_validator,
)

from holdfast.facts import images
from holdfast.finding import Finding
from holdfast.spec.units import Duration, Size
from holdfast.spec.values import (
    AsImage,
    Below,
    Crons,
    Environment,
    Flag,
    HostPort,
    Identifier,
    ImageName,
    Lines,
    Literally,
    Off,
    OneLine,
    OrNothing,
    Patterns,
    PlainPath,
    PortPairs,
    Schedule,
    SecretName,
    Setting,
    Short,
    Tag,
    Texts,
    Untuned,
    Words,
    WorkflowPath,
    at_least,
    listed,
    never_a_value,
    within,
)

Profile = Literal["lean", "full"]
# The classes of holdfast.triage and of the retry runner (docs/failure-classes.md).
FailureClass = Literal[
    "refused",
    "reset",
    "timeout",
    "loading",
    "oom",
    "readonly",
    "maxclients",
    "noauth",
    "signal",
    "assertion",
    "build",
    "usage",
    "unknown",
]
Target = Literal["github", "ghes", "act", "hooks"]
Stack = Literal["auto", "go", "python", "node", "none"]
FamilyName = Literal["redis", "valkey", "redis-stack", "bitnami", "dragonfly", "keydb", "redict"]
Policy = Literal[
    "noeviction",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
]
Access = Literal["read", "write", "none"]
Permission = Literal[
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
]

# A further value of GitHub's own words (a raw job, a raw step): passed through as written.
Raw = Any


def key(field: str) -> str:
    """The key in the file of a model's field."""
    return field.rstrip("_").replace("_", "-")


class Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=key, validate_by_alias=True, validate_by_name=False
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing_written(cls, value: object) -> object:
        """A key with nothing after it takes the defaults."""
        return {} if value is None else value


class Secret(Model):
    """A password that lies in the repository's secrets."""

    secret: SecretName = Field(description="Name of a GitHub secret; its value never appears in a file.")


class Credentials(Model):
    """How to log in to a private registry."""

    username: Words = Field(description="User name, or an expression such as ${{ vars.REGISTRY_USER }}.")
    password: Secret = Field(description="The secret that holds the password.")


class HealthCheck(Model):
    """Docker's own health check of the service; the runner begins the steps when it reports healthy."""

    command: OneLine | None = Field(
        None,
        description="Command inside the container, run by its shell; without one, a PING that fails unless "
        "the answer is PONG (`redis-cli -e ping`): the plain one also succeeds on LOADING and "
        "NOAUTH.",
    )
    interval: Annotated[Duration, within("100ms", "5m")] = Field(
        Duration(1),
        description="Time between two probes, and before the first; 100ms to 5m. 1s: steps begin after 2 s.",
    )
    timeout: Annotated[Duration, within("100ms", "5m")] = Field(
        Duration(3),
        description="A slower probe counts as failed; 100ms to 5m. 3s: a PING takes milliseconds.",
    )
    retries: StrictInt = Field(
        30,
        ge=1,
        le=1000,
        description="Failures in a row before the service is dead. 30: reported within 2 min.",
    )
    start_period: Annotated[Duration, within("0s", "30m")] = Field(
        Duration(0),
        description="Failures inside it are not counted; 0s to 30m. 0s: an empty Redis boots in under a "
        "second.",
    )
    start_interval: Annotated[Duration, within("100ms", "5m")] | None = Field(
        None,
        description="Time between probes inside the start period (engine 25 and later); without it, such an "
        "engine delays the first probe to 5 s.",
    )


_IMAGE_SCHEMA = {
    "type": "object",
    "required": ["image", "version"],
    "additionalProperties": False,
    "properties": {"image": {"type": "string"}, "version": {"type": ["string", "integer"]}},
}
_EVENTS_SCHEMA = {"type": ["string", "array"], "items": {"type": "string"}}


def _joined(value: object) -> object:
    """`{image: redis, version: "8.0"}` is `redis:8.0`."""
    if isinstance(value, dict) and set(value) == {"image", "version"}:
        image = Image.model_validate(value)
        return f"{image.image}:{image.version}"
    return value


class RedisService(Model):
    """The Redis server that the tests speak to."""

    image: Annotated[ImageName, Short(_joined, _IMAGE_SCHEMA)] = Field(
        "redis:8.10-alpine",
        description="Image with a tag or digest: redis, valkey, dragonfly, keydb, redis-stack or bitnami. A "
        "tag with its minor version: a bare major moves under you.",
    )
    family: FamilyName | None = Field(
        None, description="Family of an image whose name does not tell it. None: by the name."
    )
    id: Identifier = Field(
        "redis", description="Service id: host name in a container job, `job.services.<id>`."
    )
    port: HostPort = Field(
        6379,
        description="Port on the runner, or `random` (self-hosted runners that share a host); 1 to 65535. "
        "Below 32768: higher ones can meet the runner's own connections.",
    )
    placement: Literal["service", "step"] = Field(
        "service",
        description="`service`: a service container, before all steps. `step`: a step runs it; needed by "
        "password, TLS, Sentinel and Cluster.",
    )
    topology: Literal["standalone", "sentinel", "cluster"] = Field(
        "standalone", description="One server, one primary with replicas and three Sentinels, or a Cluster."
    )
    nodes: StrictInt | None = Field(
        None,
        ge=1,
        le=12,
        description="Data servers of the topology; without it 1 standalone, 2 with Sentinel (primary and "
        "replica), 3 in a Cluster (all primaries).",
    )
    tls: StrictBool = Field(False, description="Serve TLS with a certificate made in the job.")
    password: Annotated[Literal["random"] | Secret | None, BeforeValidator(never_a_value)] = Field(
        None,
        description="`random` (made in a step, masked) or {secret: NAME}. Never a value. None: the network of"
        " a CI job is private.",
    )
    maxmemory: Annotated[Size, at_least("1mb")] | None = Field(
        None,
        description="What Redis keeps before it evicts or refuses (bytes, or 512mb); at least 1mb, at most 75"
        " % of `memory`. None: no limit.",
    )
    maxmemory_policy: Policy | None = Field(
        None, description="What happens at maxmemory. None: the server's default, noeviction."
    )
    memory: Annotated[Size, at_least("6mb")] | None = Field(
        None,
        description="The container's limit; at least 6mb. None: a runner has 8 to 16 GB. Past it the server "
        "is killed.",
    )
    memory_swap: Annotated[Size, at_least("6mb")] | None = Field(
        None, description="Memory and swap together, at least `memory`; the same value means no swap."
    )
    maxclients: StrictInt | None = Field(
        None, ge=1, le=1_000_000, description="Connections at one time. None: the server's default, 10000."
    )
    nofile: StrictInt | None = Field(
        None,
        ge=64,
        le=1_048_576,
        description="File descriptors, at least maxclients + 32. None: a hosted runner gives 65536.",
    )
    tcp_backlog: StrictInt | None = Field(
        None,
        ge=1,
        le=65535,
        description="Queue of the listening socket; only with `somaxconn`, because the smaller one rules. "
        "None: the server's default, 511.",
    )
    somaxconn: StrictInt | None = Field(
        None,
        ge=1,
        le=65535,
        description="net.core.somaxconn inside the container; only with `tcp-backlog`. None: the kernel's "
        "4096.",
    )
    databases: StrictInt | None = Field(
        None,
        ge=1,
        le=16384,
        description="Number of databases, fixed at boot. None: 16. More: one a test worker.",
    )
    persistence: Literal["off", "rdb", "aof", "image"] = Field(
        "off",
        description="`off`: no fork, so no overcommit warning and no MISCONF. `rdb`, `aof`: on. `image`: as "
        "the image has it.",
    )
    flags: dict[Setting, Flag] = Field(
        {},
        description="Further server settings, name: value, as in redis.conf; may not repeat a field above.",
    )
    env: Environment = Field(
        {}, description="Environment of the container. The official image reads none for configuration."
    )
    options: tuple[OneLine, ...] = Field(
        (), description="Further words for docker create, one a list item, such as `--cpus` and `1`."
    )
    volumes: Lines = Field((), description="Volumes, `source:target[:ro]`; the checkout does not exist yet.")
    credentials: Credentials | None = Field(None, description="Login to a private registry or mirror.")
    health: HealthCheck = Field(HealthCheck.model_construct(), description="Docker's health check.")

    @property
    def server(self) -> images.Family:
        """The image's family; an image known only at run time counts as Redis."""
        return images.BY_NAME[self.family] if self.family else images.family(self.image) or images.REDIS

    @property
    def needs_step(self) -> bool:
        """Whether a service container cannot serve it: a secret, certificates, servers that meet."""
        return self.password is not None or self.tls or self.topology != "standalone"


class KernelTuning(Model):
    """Kernel values of the runner, set in a step before the server is started again under them."""

    overcommit: Literal[0, 1, 2] | None = Field(
        None,
        description="vm.overcommit_memory. 1: forks never fail for memory. None: no step; nothing forks.",
    )
    somaxconn: StrictInt | None = Field(
        None,
        ge=1,
        le=65535,
        description="net.core.somaxconn of the host: the published port's queue. None: the kernel's 4096.",
    )
    thp: Literal["always", "madvise", "never"] | None = Field(
        None, description="Transparent huge pages. None: the server switches them off for itself."
    )

    @property
    def asked(self) -> bool:
        """Whether the job has a kernel step at all."""
        return (self.overcommit, self.somaxconn, self.thp) != (None, None, None)


class Readiness(Model):
    """The gate before the tests, and the check of what is in force."""

    deadline: Annotated[Duration, within("1s", "30m")] = Field(
        Duration(60), description="The whole gate; 1s to 30m. 60s: a late Redis is a dead one."
    )
    rounds: StrictInt = Field(
        3,
        ge=0,
        le=1000,
        description="Pub/Sub messages that must arrive. 3: one can be luck; each takes 1 ms.",
    )
    connections: StrictInt = Field(
        10, ge=1, le=1000, description="Connections held open at once, each answering. 10: a usual pool."
    )
    warmup: StrictInt = Field(
        1000, ge=0, le=1_000_000, description="Pipelined operations before the tests; 1000 take under 50 ms."
    )
    operations: StrictInt = Field(1000, ge=1, le=1_000_000, description="Operations that the check times.")
    mismatch: Literal["warn", "fail"] = Field(
        "warn", description="What a setting asked for and not in force does to the job."
    )


FailureClasses = Annotated[
    tuple[FailureClass, ...],
    BeforeValidator(listed, json_schema_input_type=FailureClass | tuple[FailureClass, ...]),
]


class RetryPolicy(Model):
    """When the tests may run again, and when not. One deadline holds for everything."""

    attempts: StrictInt = Field(
        2, ge=1, le=100, description="Attempts at most. 2: one lost connection is excused."
    )
    delays: Schedule = Field(
        "linear:10s",
        description="Waits between attempts: `linear:10s` (10, 20, 30 ...), `exponential:1s` (1, 2, 4 ...), "
        "or a list; none after the last attempt.",
    )
    jitter: Literal["none", "full"] = Field(
        "none", description="`full`: each wait is drawn from 0 to its length; for shared servers."
    )
    cap: Annotated[Duration, within("0s", "24h")] | None = Field(
        None, description="No wait is longer. None: no cap."
    )
    deadline: Annotated[Duration, within("10s", "24h")] = Field(
        Duration(1200), description="All attempts and waits together; 10s to 24h. 20m."
    )
    attempt_timeout: Annotated[Duration, within("1s", "24h")] = Field(
        Duration(540), description="One attempt at most; 1s to 24h. 9m: two fit in the deadline."
    )
    min_attempt: Annotated[Duration, within("0s", "24h")] | None = Field(
        None,
        description="An attempt starts only if it can run this long. None: as long as the longest so far.",
    )
    reserve: Annotated[Duration, within("0s", "1h")] | None = Field(
        None, description="Kept of the deadline for diagnostics. None: 5 % of it, at most 60 s."
    )
    reset: Literal["none", "flushdb", "flushall"] = Field(
        "none", description="What is deleted before a further attempt; only on a server of the job."
    )
    retry_on: FailureClasses = Field(
        ("refused", "reset", "timeout", "loading", "maxclients"),
        description="Failure classes that are tried again. Never by default: an assertion, a build error, a "
        "signal.",
    )
    patterns: dict[FailureClass, Texts] = Field(
        {},
        description="Own regular expressions (extended), CLASS: one or a list; used by the runner and by "
        "triage.",
    )
    flaky: Literal["pass", "warn", "fail"] = Field(
        "warn", description="What a pass that needed a retry is. `warn`: green, and said."
    )


class Container(Model):
    """The container that the job's steps run in."""

    image: ImageName = Field(description="Image with a tag or digest.")
    env: Environment = Field({}, description="Environment of the container.")
    options: tuple[OneLine, ...] = Field((), description="Further words for docker create, one a list item.")
    ports: PortPairs = Field((), description="Ports published on the runner, `host:container`.")
    volumes: Lines = Field((), description="Volumes, `source:target[:ro]`.")
    credentials: Credentials | None = Field(None, description="Login to a private registry.")


class Service(Model):
    """A service beside Redis; the usual databases and brokers bring their env, port and health check."""

    image: ImageName = Field(description="Image with a tag or digest.")
    env: Environment | None = Field(
        None, description="Environment of the container. None: what its family needs to start in a test."
    )
    ports: PortPairs | None = Field(
        None,
        description="`host:container`. None: the family's own port. Nothing is published in a container job.",
    )
    health: HealthCheck | None = Field(
        None, description="Docker's health check. None: the family's; for other images none, so no wait."
    )
    command: OneLine | None = Field(None, description="Words after the image's name.")
    options: tuple[OneLine, ...] = Field((), description="Further words for docker create, one a list item.")
    volumes: Lines = Field((), description="Volumes, `source:target[:ro]`.")
    credentials: Credentials | None = Field(None, description="Login to a private registry.")


class Image(Model):
    """A Redis image as a matrix value: name and version apart, so that job names stay short."""

    image: ImageName = Field(description="Image without its tag, such as `valkey/valkey`.")
    version: Tag = Field(description="Tag, quoted: an unquoted 8.0 is the number 8.")


class Matrix(Model):
    """Legs of the job beside its language versions."""

    redis: tuple[ImageName | Image, ...] = Field(
        (), description="Redis images: texts (`redis:7.4-alpine`) or {image, version}."
    )
    axes: dict[Identifier, Texts] = Field({}, description="Further axes, name: list of values.")
    include: tuple[dict[str, Raw], ...] = Field((), description="Further legs, or values added to legs.")
    exclude: tuple[dict[str, Raw], ...] = Field((), description="Legs left out.")
    fail_fast: StrictBool = Field(
        False, description="Stop all legs when one fails. false: each tells its own."
    )
    max_parallel: StrictInt | None = Field(None, ge=1, le=256, description="Legs at one time.")


class Job(Model):
    """One job whose tests need Redis."""

    name: Words | None = Field(
        None, description="Name that the run shows. None: the key, and the matrix values."
    )
    stack: Stack = Field("auto", description="Language. `auto`: by go.mod, pyproject.toml or package.json.")
    versions: Texts = Field(
        (), description="Language versions, quoted; several make a matrix. None: read from the project."
    )
    working_directory: Below = Field(
        ".", description="Folder of the project below the root, such as `backend`."
    )
    run: Words | None = Field(None, description="Test command, for bash. None: the stack's usual one.")
    junit: Below | None = Field(
        None, description="The JUnit file that the tests write; makes classes more certain."
    )
    matrix: Matrix = Field(Matrix.model_construct(), description="Matrix over Redis images and further axes.")
    shards: StrictInt = Field(
        1, ge=1, le=256, description="Parts that run side by side, one Redis each, joined by a last job."
    )
    runner: Texts | None = Field(None, description="Label or labels. None: the workflow's.")
    container: Annotated[Container | None, AsImage] = Field(
        None,
        description="Run the steps in this container (a text is its image); Redis is then at its service id.",
    )
    services: dict[Identifier, Annotated[Service, AsImage]] = Field(
        {}, description="Services beside Redis, id: image or {image, env ...}."
    )
    before: tuple[dict[str, Raw], ...] = Field(
        (), description="GitHub steps after the language set-up, before Redis is waited for."
    )
    after: tuple[dict[str, Raw], ...] = Field((), description="GitHub steps after the tests.")
    env: Environment = Field(
        {}, description="Environment of all steps; beside REDIS_URL, REDIS_HOST and REDIS_PORT."
    )
    timeout: Annotated[Duration, within("1m", "35d")] | None = Field(
        None,
        description="The whole job, whole minutes to 35d. None: retry deadline, gate and upload together.",
    )
    needs: Texts = Field((), description="Jobs that must have passed.")
    if_: Words | None = Field(None, description="Condition, a GitHub expression.")
    permissions: dict[Permission, Access] | None = Field(
        None, description="Own permissions. None: the workflow's."
    )
    redis: Annotated[RedisService | None, Off] = Field(
        RedisService.model_construct(),
        description="Overrides of the top-level `redis`; `false`: this job has none.",
    )
    kernel: Annotated[KernelTuning, Untuned] = Field(
        KernelTuning.model_construct(), description="Overrides of the top-level `kernel`."
    )
    readiness: Readiness = Field(
        Readiness.model_construct(), description="Overrides of the top-level `readiness`."
    )
    retry: RetryPolicy = Field(
        RetryPolicy.model_construct(), description="Overrides of the top-level `retry`."
    )


class Push(Model):
    """Filters of `push`."""

    branches: Patterns = Field((), description="Branch patterns; none: all.")
    branches_ignore: Patterns = Field((), description="Branch patterns that do not start it.")
    tags: Patterns = Field((), description="Tag patterns.")
    tags_ignore: Patterns = Field((), description="Tag patterns that do not start it.")
    paths: Patterns = Field((), description="Only when one of these files changed.")
    paths_ignore: Patterns = Field((), description="Not when only these files changed.")


class PullRequest(Model):
    """Filters of `pull_request`."""

    branches: Patterns = Field((), description="Patterns of the target branch; none: all.")
    branches_ignore: Patterns = Field((), description="Patterns of target branches that do not start it.")
    paths: Patterns = Field((), description="Only when one of these files changed.")
    paths_ignore: Patterns = Field((), description="Not when only these files changed.")
    types: Patterns = Field((), description="Activity types; none: opened, synchronize, reopened.")


def _on(value: object) -> object:
    """An event with nothing after it is on, as GitHub reads it."""
    return True if value is None else value


def _events(value: object) -> object:
    """GitHub's short forms: `on: push`, `on: [push, pull_request]`."""
    if isinstance(value, str):
        return {value: None}
    if isinstance(value, tuple) and all(isinstance(event, str) for event in value):
        return dict.fromkeys(value)
    return value


class Triggers(Model):
    """What starts the workflow; where `on` is written, only what is written there."""

    push: Annotated[Push | None, Off] = Field(
        None, description="A push; with nothing after it, to any branch."
    )
    pull_request: Annotated[PullRequest | None, Off] = Field(
        None, alias="pull_request", description="A pull request; with nothing after it, to any branch."
    )
    schedule: Crons = Field((), description="Cron expressions (UTC).")
    workflow_dispatch: Annotated[StrictBool | dict[str, Raw], Short(_on, {"type": "null"})] = Field(
        False, alias="workflow_dispatch", description="A button, and `gh workflow run`; or its inputs."
    )
    workflow_call: Annotated[StrictBool | dict[str, Raw], Short(_on, {"type": "null"})] = Field(
        False,
        alias="workflow_call",
        description="Other workflows may call this one; or its inputs and secrets.",
    )
    events: dict[str, Raw] = Field({}, description="Further events of GitHub's, as GitHub writes them.")


class Concurrency(Model):
    """Which runs exclude each other."""

    group: Words = Field(
        "${{ github.workflow }}-${{ github.ref }}",
        description="Runs of one group exclude each other. One a branch.",
    )
    cancel_in_progress: StrictBool | Words = Field(
        "${{ github.event_name == 'pull_request' }}",
        description="A newer run ends the older. Only for pull requests: every commit of main keeps its "
        "verdict.",
    )


def _usual_triggers() -> Triggers:
    return Triggers.model_construct(
        push=Push.model_construct(branches=("main",)), pull_request=PullRequest.model_construct()
    )


class Workflow(Model):
    """The file that is written, and what is not about Redis in it."""

    name: Literally = Field("CI", description="Name that GitHub shows.")
    path: WorkflowPath = Field(
        ".github/workflows/ci.yml", description="The file, directly in .github/workflows."
    )
    scripts: PlainPath = Field("scripts", description="Folder of the two scripts, below the root.")
    runner: Texts = Field(
        ("ubuntu-24.04",), description="Label or labels; Linux. With its version: `ubuntu-latest` moves."
    )
    on: Annotated[Triggers, Short(_events, _EVENTS_SCHEMA)] = Field(
        _usual_triggers(), description="What starts it. Not written: a push to main, and pull requests."
    )
    permissions: dict[Permission, Access] = Field(
        {"contents": "read"}, description="Of the token. As little as works."
    )
    concurrency: Annotated[Concurrency | None, Off] = Field(
        Concurrency.model_construct(), description="Which runs exclude each other; `false`: none."
    )
    env: Environment = Field({}, description="Environment of all jobs.")
    jobs: dict[Identifier, dict[str, Raw]] = Field(
        {}, description="Further jobs, as GitHub writes them: a deploy that needs the tests, a linter."
    )


class Spec(Model):
    """`holdfast.yml`."""

    profile: Profile = Field(
        "lean",
        description="`lean`: what the facts support. `full`: every knob on, and each made effective or said "
        "not to be.",
    )
    required_version: Words | None = Field(
        None, description="Versions of Holdfast that may generate from this file, such as `>=0.1,<0.3`."
    )
    target: Target = Field(
        "github",
        description="Where it runs: github.com, GitHub Enterprise Server, act, or runners with container "
        "hooks.",
    )
    workflow: Workflow = Field(Workflow.model_construct(), description="The workflow file.")
    redis: RedisService = Field(RedisService.model_construct(), description="The server of every job.")
    kernel: Annotated[KernelTuning, Untuned] = Field(
        KernelTuning.model_construct(), description="Kernel values of the runner."
    )
    readiness: Readiness = Field(Readiness.model_construct(), description="The gate before the tests.")
    retry: RetryPolicy = Field(RetryPolicy.model_construct(), description="When the tests run again.")
    jobs: Annotated[dict[Identifier, Job], OrNothing] = Field(
        {}, description="Jobs whose tests need Redis, id: job. None: one, `test`."
    )
    compose: PlainPath | None = Field(
        None,
        description="Path of a compose.yaml rendered from the same spec: local equals CI. None: none.",
    )
    lint: dict[str, Raw] = Field(
        {}, description="Settings of `holdfast lint`, such as `ignore` and `per-path`."
    )

    _written: frozenset[tuple[str, ...]] = PrivateAttr(default=frozenset())
    _notices: tuple[Finding, ...] = PrivateAttr(default=())

    @property
    def written(self) -> frozenset[tuple[str, ...]]:
        """The paths of keys that the file (or a flag) gives, such as ("redis", "maxmemory")."""
        return self._written

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What is legal and odd."""
        return self._notices
