"""Where the steps of hardening go, which of them ask when, and what of a service stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.document import read
from holdfast.harden.flow import Asked, Hardened, harden
from holdfast.harden.write import PARTS
from holdfast.lint.workflow import Job, Step, Workflow
from holdfast.text import Source

CORPUS = Path(__file__).with_name("corpus")


def run(name: str, job: str | None = None) -> Hardened:
    text = (CORPUS / f"{name}.yml").read_bytes().decode("utf-8")
    return harden(Asked(Path("/nowhere"), "ci.yml", text, job, None, None, None, PARTS))


def job_of(name: str) -> Job:
    return Workflow(read(Source("ci.yml", run(name).changes[0].new))).jobs[0]


def names(name: str) -> list[str]:
    """The steps' names, or what they run."""
    return [
        step.name.value if step.name else (step.run or step.uses).value  # type: ignore[union-attr]  # one of them
        for step in job_of(name).steps
    ]


def step_of(name: str, title: str) -> Step:
    return next(step for step in job_of(name).steps if step.name is not None and step.name.value == title)


def wrapped(name: str) -> list[str]:
    return [
        step.name.value if step.name else ""
        for step in job_of(name).steps
        if step.run is not None and "run-with-retry.sh" in step.run.value
    ]


def test_the_gate_stands_before_what_seeds_the_store() -> None:
    order = names("migrations-before")
    assert order[2:5] == ["Wait for Redis", "Check Redis", "Prepare the database"]


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("several-tests", ["Test the library", "Test the example"]),
        ("tests-by-leg", ["Run the tests", "Run the tests with coverage"]),
        ("migrations-before", ["RSpec", "System tests"]),
        ("install-names-tools", ["Run tox for ${{ matrix.python-version }}"]),
        ("docker-run-tests", ["Run tests"]),
        ("other-checkout", ["tests"]),
    ],
)
def test_every_test_step_is_under_the_runner_and_no_other(name: str, titles: list[str]) -> None:
    assert wrapped(name) == titles


def test_the_limit_of_the_job_holds_the_retries_of_each_test_step() -> None:
    """Set-up and upload 5 min each, the gate 1, and 20 for each of two test steps."""
    limit = job_of("several-tests").get("timeout-minutes")
    assert getattr(limit, "value", None) == "51"


def test_each_test_step_may_use_a_limit_that_is_there() -> None:
    """40 minutes without 2 for the bundle: what was green within them stays so."""
    flags = [step.run.value for step in job_of("migrations-before").steps if step.run is not None]
    assert sum("--deadline 2280s" in text for text in flags) == 2


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("starter-conditional", "matrix.database == 'redis'"),
        ("service-switched-off", "job.services.redis.id"),
        ("action-os-matrix", "runner.os == 'Linux'"),
        ("go-no-options", None),
        ("services-os-matrix", None),
    ],
)
def test_redis_is_asked_only_where_there_is_one(name: str, condition: str | None) -> None:
    for title in ("Wait for Redis", "Check Redis"):
        asked = step_of(name, title).if_
        assert (asked.value if asked is not None else None) == condition


def test_a_bundle_of_several_systems_is_for_linux() -> None:
    found = step_of("action-os-matrix", "Upload diagnostics").if_
    assert found is not None
    assert found.value == "(failure() || cancelled()) && runner.os == 'Linux'"


@pytest.mark.parametrize("name", ["container-alpine", "container-alpine-matrix"])
def test_alpine_gets_its_bash_in_front_of_the_gate(name: str) -> None:
    order = names(name)
    assert order[order.index("Wait for Redis") - 1] == "Install bash"


def test_the_gate_asks_the_plain_server_among_sentinels_and_nodes() -> None:
    done = run("sentinel-beside")
    assert any("the gate asks redis only, not sentinel, nodes" in said for said in done.left)
    assert 'REDIS_PORT: "6379"' in done.changes[0].new


@pytest.mark.parametrize("name", ["sentinel-beside", "with-postgres", "migrations-before"])
def test_other_services_stay_as_they_are(name: str) -> None:
    old = (CORPUS / f"{name}.yml").read_text("utf-8")
    new = run(name).changes[0].new
    for title in ("postgres", "rabbitmq"):
        before, after = (Workflow(read(Source("ci.yml", text))).jobs[0].services for text in (old, new))
        texts = [
            text[service.key.start : service.value.end].strip()
            for text, services in ((old, before), (new, after))
            for service in services
            if service.id == title and service.value is not None
        ]
        assert len(set(texts)) <= 1


def test_a_port_that_was_never_read_moves_no_server() -> None:
    assert "--port" not in run("ignored-port").changes[0].new


def test_a_password_that_nothing_sends_is_not_asked_for() -> None:
    assert "requirepass" not in run("ignored-password").changes[0].new


def test_the_comments_of_a_retry_action_stand_where_its_inputs_stood() -> None:
    new = run("retry-action-tail").changes[0].new
    assert new.index("# five minutes are enough") < new.index("# flaky since spring")
    assert "max_attempts" not in new


def test_comments_below_the_last_step_stay_with_it() -> None:
    new = run("tail-comments").changes[0].new
    assert new.index("# REDIS_PORT: 6379") < new.index("name: Collect diagnostics")


def test_a_job_whose_redis_a_script_starts_is_hardened_when_it_is_named() -> None:
    done = run("script-starts", "test")
    assert not [said for said in done.left if "is left out" in said]
    assert "REDIS_HOST: 127.0.0.1" in done.changes[0].new


@pytest.mark.parametrize("asked", ["3", "Test the library"])
def test_the_step_that_is_asked_for_is_the_only_one(asked: str) -> None:
    """Its number is that of the file as it was, whatever is added in front."""
    text = (CORPUS / "several-tests.yml").read_text("utf-8")
    done = harden(Asked(Path("/nowhere"), "ci.yml", text, "build", asked, None, None, PARTS))
    assert not done.left
    assert done.changes[0].new.count("run-with-retry.sh") == 1
    assert (
        done.told[0]
        == "build: Redis is the service redis at 127.0.0.1:6379; the tests are 'Test the library'"
    )


def test_what_was_found_is_told_once() -> None:
    done = run("several-jobs")
    assert len(done.told) == len(set(done.told))
    assert sum("may take 18 min" in line for line in done.told) == 1


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Before Script", "Build & Test"), "Build & Test"),
        (("Install test tools", "Lint and run the unit tests"), "Lint and run the unit tests"),
        (("Prepare tests", "Integration"), "Integration"),
        (("Upload test results", "Connect to Redis"), "Connect to Redis"),
    ],
)
def test_a_step_is_known_by_its_name_where_its_command_says_nothing(
    names: tuple[str, ...], expected: str
) -> None:
    steps = "".join(
        f"      - name: {name}\n        run: bash ci/{number}.sh\n" for number, name in enumerate(names)
    )
    text = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services: {redis: {image: 'redis:7', ports: "
        f"['6379:6379']}}}}\n    steps:\n      - uses: actions/checkout@v4\n{steps}"
    )
    done = harden(Asked(Path("/nowhere"), "ci.yml", text, None, None, None, None, PARTS))
    assert done.told[0].endswith(f"the tests are '{expected}'")


def test_a_step_whose_name_ends_in_tests_is_one_beside_those_of_known_commands() -> None:
    text = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services: {redis: {image: 'redis:7', ports: "
        "['6379:6379']}}\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest -q\n"
        "      - name: Run functional tests (all)\n        run: bash examples/run_all.sh\n"
        "      - name: Report tests\n        run: bash examples/report.sh\n"
        "      - name: Serve the tests\n        run: bash examples/serve.sh &\n"
    )
    done = harden(Asked(Path("/nowhere"), "ci.yml", text, None, None, None, None, PARTS))
    told = "test: Redis is the service redis at 127.0.0.1:6379; the tests are "
    assert done.told[0] == f"{told}'pytest -q' and 'Run functional tests (all)'"
    again = harden(Asked(Path("/nowhere"), "ci.yml", done.changes[0].new, None, None, None, None, PARTS))
    assert again.told[0] == done.told[0]


def test_limits_of_the_runner_are_not_told_where_there_is_none() -> None:
    assert not [said for said in run("services-windows").left if "the runner keeps inside" in said]
