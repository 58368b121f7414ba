"""What a spec and a project become: the order of steps, their limits, and what each language brings."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import pytest

from holdfast.facts.actions import pin
from holdfast.lint.options import split_dotnet, split_hooks
from holdfast.plan.build import build_plan, detected
from holdfast.plan.model import Job, Plan, Step
from holdfast.plan.project import Folder
from holdfast.plan.server import line
from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.text import Source


def _spec(text: str) -> Spec:
    spec = read_spec(Source("holdfast.yml", text), {})
    assert isinstance(spec, Spec), spec
    return spec


def _plan(text: str, files: Mapping[str, str] | None = None, at: str = ".") -> Plan:
    return build_plan(_spec(text), {at: Folder(files or {})})


def _job(text: str, files: Mapping[str, str] | None = None, at: str = ".") -> Job:
    return _plan(text, files, at).jobs[0]


def _names(job: Job) -> list[str]:
    return [step.name for step in job.steps]


def _step(job: Job, name: str) -> Step:
    return next(step for step in job.steps if step.name == name)


def test_the_steps_of_a_lean_job_stand_in_their_documented_order() -> None:
    assert _names(_job("jobs: {test: {stack: go}}")) == [
        "Check out the code",
        "Set up Go",
        "Wait for Redis",
        "Check Redis",
        "Run tests",
        "Collect diagnostics",
        "Upload diagnostics",
    ]


def test_a_full_job_tunes_the_kernel_before_the_gate() -> None:
    names = _names(_job("profile: full\njobs: {test: {stack: go}}"))
    assert names[2:4] == ["Configure system for Redis", "Wait for Redis"]


def test_a_step_starts_the_server_after_the_kernel_and_stops_it_at_the_end() -> None:
    names = _names(_job("profile: full\nredis: {password: random}\njobs: {test: {stack: go}}"))
    begin = names.index("Configure system for Redis")
    assert names[begin : begin + 4] == [
        "Configure system for Redis",
        "Make a Redis password",
        "Start Redis",
        "Wait for Redis",
    ]
    assert names[-1] == "Stop Redis"


def test_steps_before_and_after_stand_around_gate_and_tests() -> None:
    job = _job(
        "jobs: {test: {stack: go, before: [{name: One, run: 'true'}], after: [{name: Two, run: 'true'}]}}"
    )
    marks = [step.raw["name"] if step.raw else step.name for step in job.steps]
    assert marks.index("Set up Go") < marks.index("One") < marks.index("Wait for Redis")
    assert marks.index("Run tests") < marks.index("Two") < marks.index("Collect diagnostics")


@pytest.mark.parametrize("profile", ["lean", "full"])
@pytest.mark.parametrize("redis", ["{}", "{tls: true}", "{topology: cluster}", "{topology: sentinel}"])
def test_every_step_has_a_limit_and_the_job_s_leaves_room_for_the_upload(profile: str, redis: str) -> None:
    spec = f"profile: {profile}\nredis: {redis}\nkernel: null\njobs: {{test: {{stack: go}}}}"
    job = _job(spec if "topology" not in redis else spec.replace("full", "lean"))
    ours = [step for step in job.steps if step.name in ("Wait for Redis", "Check Redis", "Run tests")]
    assert all(step.timeout_minutes for step in ours)
    upload = [step.timeout_minutes or 0 for step in job.steps if step.if_]
    assert job.timeout_minutes >= sum(step.timeout_minutes or 0 for step in ours) + math.ceil(sum(upload) / 2)


@pytest.mark.parametrize("stack", ["go", "python", "node", "none"])
def test_actions_are_pinned_and_checkout_keeps_no_credentials(stack: str) -> None:
    job = _job(f"jobs: {{test: {{stack: {stack}, run: make test}}}}")
    used = [step.uses for step in job.steps if step.uses]
    assert used
    assert all(one.sha == pin(one.name).sha for one in used)
    assert job.steps[0].with_ == {"persist-credentials": False}


def test_permissions_are_the_least() -> None:
    plan = _plan("jobs: {test: {stack: go}}")
    assert plan.permissions == {"contents": "read"}
    assert plan.jobs[0].permissions is None


# Targets.

_SETTINGS = "redis: {maxmemory: 64mb, maxmemory-policy: allkeys-lru}\njobs: {test: {stack: go}}"


def test_settings_go_through_the_service_s_command() -> None:
    service = _job(_SETTINGS).services["redis"]
    assert service.command == '--save "" --appendonly no --maxmemory 64mb --maxmemory-policy allkeys-lru'


@pytest.mark.parametrize("target", ["act", "ghes"])
def test_targets_without_command_set_the_same_in_a_step(target: str) -> None:
    job = _job(f"target: {target}\n{_SETTINGS}")
    assert job.services["redis"].command == ""
    applied = _step(job, "Apply Redis settings").env["REDIS_SETTINGS"].split("\n")
    assert applied == ["save ", "appendonly no", "maxmemory 64mb", "maxmemory-policy allkeys-lru"]


@pytest.mark.parametrize("target", ["act", "ghes"])
def test_what_is_fixed_at_boot_is_refused_or_placed_in_a_step(target: str) -> None:
    refused = read_spec(
        Source("holdfast.yml", f"target: {target}\nredis: {{databases: 32}}\njobs: {{test: {{stack: go}}}}"),
        {},
    )
    assert not isinstance(refused, Spec)
    full = _job(f"target: {target}\nprofile: full\njobs: {{test: {{stack: go}}}}")
    assert "Start Redis" in _names(full)
    assert full.services == {}


def test_act_knows_no_context_of_services() -> None:
    for step in _job(f"target: act\n{_SETTINGS}").steps:
        assert "job.services" not in "".join([step.run, *step.env.values()])


def test_container_hooks_get_options_without_a_blank_or_a_quote() -> None:
    job = _job("target: hooks\njobs: {test: {stack: go, services: {db: {image: 'postgres:17'}}}}")
    for service in job.services.values():
        for pair in service.options:
            assert split_hooks(line(pair)) == split_dotnet(line(pair)), pair
    assert ("--health-cmd", "redis-cli${IFS}-e${IFS}ping") in job.services["redis"].options


# Where Redis is.


def test_a_host_job_uses_the_published_port_and_the_address() -> None:
    job = _job("redis: {port: 6380}\njobs: {test: {stack: go}}")
    assert job.services["redis"].ports == ("6380:6379",)
    assert job.env["REDIS_URL"] == "redis://127.0.0.1:6380/0"


def test_a_container_job_uses_the_service_s_name_and_publishes_nothing() -> None:
    job = _job("redis: {port: 6380}\njobs: {test: {stack: go, container: 'golang:1.26'}}")
    assert job.services["redis"].ports == ()
    assert job.env["REDIS_URL"] == "redis://redis:6379/0"


def test_a_random_port_is_learnt_in_a_step() -> None:
    job = _job("redis: {port: random}\njobs: {test: {stack: go}}")
    assert job.services["redis"].ports == ("6379",)
    assert "REDIS_PORT" not in job.env
    assert "job.services.redis.ports['6379']" in _step(job, "Learn Redis's port").env["PORT"]


def test_services_beside_redis_bring_what_they_need() -> None:
    job = _job("jobs: {test: {stack: go, services: {db: {image: 'postgres:17'}, mq: {image: 'rabbitmq:4'}}}}")
    assert job.services["db"].ports == ("5432:5432",)
    assert any("pg_isready" in word for pair in job.services["db"].options for word in pair)
    assert any("rabbitmq-diagnostics" in word for pair in job.services["mq"].options for word in pair)


# Languages.

_GO = {"go.mod": "module m\n\ngo 1.25.1\n", "go.sum": ""}
_PYTHON = {
    "pyproject.toml": '[project]\nname = "p"\nrequires-python = ">=3.12"\ndependencies = ["pytest", "pytest-timeout"]\n'
}
_NODE = {
    "package.json": '{"engines": {"node": ">=22"}, "scripts": {"test": "node --test"}}',
    "package-lock.json": "{}",
}


@pytest.mark.parametrize(
    ("script", "command"),
    [
        ("node --test", 'npm test -- --test-timeout=1050000 --test-shard="'),
        ("tsc && node --test --test-concurrency=1", "npm test -- --test-timeout=1050000"),
        ("node --test dist/*.test.js", 'env "NODE_OPTIONS=${NODE_OPTIONS:-} --test-shard=$HOLDFAST_SHARD/'),
        ("vitest run", "npm test -- --shard="),
    ],
)
def test_nodes_runner_is_given_no_flag_behind_a_file(script: str, command: str) -> None:
    files = {"package.json": json.dumps({"scripts": {"test": script}}), "package-lock.json": "{}"}
    spec = _spec("retry: {attempt-timeout: 18m, attempts: 1}\njobs: {test: {shards: 2}}")
    run = str(_step(build_plan(spec, {".": Folder(files)}).jobs[0], "Run tests").env["HOLDFAST_TESTS"])
    assert command in run
    assert ("--test-timeout" in run) == ("--test-timeout" in command)


@pytest.mark.parametrize(
    ("files", "stack", "version", "command"),
    [
        (_GO, "go", "1.25.1", "go test -timeout 1050s ./..."),
        (_PYTHON, "python", "3.12", "python -m pytest --timeout=1050"),
        ({"requirements.txt": "pytest\n"}, "python", "", "python -m pytest"),
        (_NODE, "node", "22", "npm test -- --test-timeout=1050000"),
        ({}, "none", "", ""),
    ],
    ids=["go", "python", "python without a limit of its own", "node", "nothing"],
)
def test_a_language_is_detected_with_its_version_and_command(
    files: Mapping[str, str], stack: str, version: str, command: str
) -> None:
    spec = _spec("retry: {attempt-timeout: 18m, attempts: 1}\njobs: {test: {working-directory: sub}}")
    folders = {"sub": Folder(files)}
    found = detected(spec, folders)
    assert found["jobs.test.stack"] == stack
    assert found.get("jobs.test.versions", "") == (f"[{version}]" if version else "")
    job = build_plan(spec, folders).jobs[0]
    assert job.working_directory == "sub"
    assert command in _step(job, "Run tests").run


_ODD = (
    *("", "{", "[]", '"x"', "null", "[" * 100_000, '{"scripts": []}', '{"engines": {"node": 5}}'),
    *("project = 1", "project = [1]", "[project]\nname = 1\nrequires-python = 3", "\0", "go", "go 1.x\n"),
    *('[project]\nname = "x"\noptional-dependencies = 1', 'dependency-groups = 5\n[project]\nname = "x"'),
)


@pytest.mark.parametrize("name", ["package.json", "pyproject.toml", "go.mod"])
@pytest.mark.parametrize("text", _ODD, ids=lambda text: repr(text[:20]))
def test_a_project_s_odd_files_stop_nothing(name: str, text: str) -> None:
    for shards in (1, 2):
        assert _job(f"jobs: {{test: {{shards: {shards}}}}}", {name: text}).steps


@pytest.mark.parametrize(
    ("files", "key", "value"),
    [
        (_GO, "go-version-file", "sub/go.mod"),
        (_GO, "cache-dependency-path", "sub/go.sum"),
        (_PYTHON, "cache-dependency-path", "sub/pyproject.toml"),
        (_NODE, "cache-dependency-path", "sub/package-lock.json"),
    ],
    ids=["go version", "go cache", "python cache", "node cache"],
)
def test_caches_are_keyed_by_the_files_of_the_job_s_folder(
    files: Mapping[str, str], key: str, value: str
) -> None:
    job = _job("jobs: {test: {working-directory: sub}}", files, "sub")
    assert job.steps[1].with_[key] == value


def test_a_matrix_has_versions_and_images_and_its_legs_have_names() -> None:
    job = _job(
        "jobs: {test: {stack: go, versions: ['1.25', '1.26'], matrix: {redis: ['redis:7', 'redis:8']}}}"
    )
    assert job.strategy is not None
    assert job.strategy.matrix == {"go": ["1.25", "1.26"], "redis": ["redis:7", "redis:8"]}
    assert job.services["redis"].image == "${{ matrix.redis }}"
    assert job.name == "test (go ${{ matrix.go }}, ${{ matrix.redis }})"


def test_objects_of_a_matrix_are_pairs() -> None:
    job = _job(
        "jobs: {test: {stack: go, matrix: {redis: [{image: redis, version: '8.0'},"
        " {image: valkey/valkey, version: '8.1'}]}}}"
    )
    assert job.services["redis"].image == "${{ matrix.redis.image }}:${{ matrix.redis.version }}"


@pytest.mark.parametrize(
    ("stack", "words"),
    [("go", "go list ./..."), ("python", "test_*.py"), ("node", "--test-shard=")],
)
def test_shards_split_the_tests_and_are_joined(stack: str, words: str) -> None:
    plan = _plan(f"jobs: {{test: {{stack: {stack}, shards: 3}}}}")
    job, joined = plan.jobs
    assert job.strategy is not None
    assert job.strategy.matrix["shard"] == [1, 2, 3]
    step = _step(job, "Run tests")
    assert words in step.run + step.env.get("HOLDFAST_TESTS", "")
    assert (step.env["HOLDFAST_SHARD"], step.env["HOLDFAST_SHARDS"]) == ("${{ matrix.shard }}", "3")
    assert joined.needs == ("test",)
    assert joined.if_ == "always()"
    assert joined.steps[-1].run.endswith('[ "$RESULT" = success ]')


def test_a_job_that_differs_from_the_first_tells_the_scripts_so() -> None:
    plan = _plan(
        "redis: {maxmemory: 64mb, maxmemory-policy: allkeys-lru}\n"
        "jobs:\n  one: {stack: go}\n"
        "  two: {stack: go, redis: {maxmemory: 96mb, maxmemory-policy: allkeys-lru}, readiness: {rounds: 7},"
        " retry: {attempts: 4}}\n"
    )
    one, two = plan.jobs
    assert "--" not in _step(one, "Wait for Redis").run
    assert "--rounds 7" in _step(two, "Wait for Redis").run
    assert "maxmemory=96mb" in _step(two, "Check Redis").env["REDIS_EXPECT"]
    assert "--attempts 4" in _step(two, "Run tests").run
