"""Parts alone, the full profile, what the user changed, limits, and files that are not hardened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.document import Mapping, read
from holdfast.errors import UserError
from holdfast.harden.flow import Asked, Hardened, harden
from holdfast.harden.write import PARTS
from holdfast.lint.workflow import Job, Step, Workflow
from holdfast.text import Source

CORPUS = Path(__file__).with_name("corpus")
ROOT = Path(__file__).resolve().parents[2]


def text_of(name: str) -> str:
    return (CORPUS / f"{name}.yml").read_bytes().decode("utf-8")


def run(text: str, parts: tuple[str, ...] = PARTS, profile: str | None = None) -> Hardened:
    return harden(Asked(Path("/nowhere"), "ci.yml", text, None, None, None, profile, parts))


def job(text: str) -> Job:
    return Workflow(read(Source("ci.yml", text))).jobs[0]


def named(text: str, name: str) -> Step:
    return next(step for step in job(text).steps if step.name is not None and step.name.value == name)


@pytest.mark.parametrize(
    ("part", "there", "absent"),
    [
        ("service", "--health-cmd", ("timeout-minutes", "redis-diagnostics", "run-with-retry")),
        ("timeouts", "timeout-minutes: 31", ("--health-cmd", "redis-diagnostics", "run-with-retry")),
        ("gate", 'redis-diagnostics.sh" wait', ("--health-cmd", "run-with-retry", "Collect")),
        ("retry", 'run-with-retry.sh"', ("--health-cmd", "redis-diagnostics.sh")),
        ("bundle", "Upload diagnostics", ("--health-cmd", 'redis-diagnostics.sh" wait')),
    ],
)
def test_a_part_alone(part: str, there: str, absent: tuple[str, ...]) -> None:
    new = run(text_of("go-no-options"), (part,)).changes[0].new
    assert there in new
    assert not [word for word in absent if word in new]


def test_the_parts_one_after_the_other_make_the_whole() -> None:
    text = text_of("many-comments")
    whole = run(text).changes[0].new
    for part in PARTS:
        text = run(text, (part,)).changes[0].new
    assert text == whole


def test_full_adds_the_kernel_step_for_a_service_on_the_host() -> None:
    new = run(text_of("go-no-options"), profile="full").changes[0].new
    step = named(new, "Configure system for Redis")
    assert step.run is not None
    assert 'docker restart "$REDIS_CONTAINER"' in step.run.value
    assert isinstance(step.env, Mapping)
    assert [entry.name for entry in step.env] == [
        "OVERCOMMIT",
        "SOMAXCONN",
        "THP",
        "REDIS_CONTAINER",
        "PORT",
    ]
    assert step.index < named(new, "Wait for Redis").index
    assert run(new, profile="full").changes[0].new == new


@pytest.mark.parametrize("name", ["container-node", "docker-run", "action-supercharge"])
def test_full_leaves_the_kernel_alone_where_no_service_is_on_the_host(name: str) -> None:
    assert "Configure system" not in run(text_of(name), profile="full").changes[0].new


def test_a_changed_step_is_kept_and_told() -> None:
    new = run(text_of("go-no-options")).changes[0].new
    mine = new.replace(
        "name: Wait for Redis\n        timeout-minutes: 2", "name: Mine\n        timeout-minutes: 9"
    )
    mine = mine if mine != new else new.replace("timeout-minutes: 2", "timeout-minutes: 9", 1)
    assert mine != new
    done = run(mine)
    assert done.changes[0].new == mine
    assert any(
        "Wait for Redis is not as it would be written today, and is kept" in said for said in done.left
    )


def test_a_generated_workflow_is_changed_by_its_spec() -> None:
    (path,) = (ROOT / "examples" / "python" / "expected" / ".github" / "workflows").glob("*.yml")
    with pytest.raises(UserError, match=r"generated from holdfast\.yml"):
        run(path.read_text("utf-8"))


def test_the_runner_keeps_inside_a_short_limit_and_uses_a_long_one() -> None:
    assert "--deadline 270s --attempt-timeout 243s" in run(text_of("timeout-short")).changes[0].new
    # the step's 5 min; 45 min of a job without 2 for the bundle
    assert "--deadline 2580s" in run(text_of("compose")).changes[0].new
    assert "--deadline" not in run(text_of("go-no-options")).changes[0].new


def test_a_retry_action_becomes_the_runner() -> None:
    new = run(text_of("retry-action")).changes[0].new
    step = named(new, "Test, three times")
    assert step.run is not None
    assert "--attempts 3 --delays 15s --attempt-timeout 10m" in step.run.value
    assert step.uses is None
    assert step.with_ is None
    assert (step.id and step.id.value, step.if_ and step.if_.value) == (
        "tests",
        "github.event_name == 'push'",
    )
    assert isinstance(step.env, Mapping)
    assert step.env.entry("NODE_ENV") is not None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pipe-default-shell", "bash -e -c"),
        ("shell-bash", "bash --noprofile --norc -eo pipefail -c"),
        ("shell-login", "bash -leo pipefail -c"),
        ("container-alpine-bash", "sh -e -c"),
    ],
)
def test_the_command_keeps_its_shell(name: str, words: str) -> None:
    assert f'-- {words} "$(cat' in run(text_of(name)).changes[0].new


def test_a_block_of_one_command_stays_one_command() -> None:
    text = text_of("container-alpine-bash").replace("          yarn build\n", "")
    changed = run(text).changes[0].new
    assert '"$RUNNER_TEMP/retry-ledger.json" -- yarn test\n' in changed
    assert "HOLDFAST'" not in changed


@pytest.mark.parametrize(
    ("name", "env"),
    [
        ("docker-run", {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "6380"}),
        ("docker-run-password", {"REDIS_PASSWORD": "not-a-secret"}),
        ("action-supercharge", {"REDIS_PORT": "12345"}),
        ("action-supercharge-password", {"REDIS_PASSWORD": "letmein"}),
        ("bitnami-password", {"REDIS_PASSWORD": "not-a-secret"}),
        ("stack-args", {"REDIS_PASSWORD": "not-a-secret"}),
        ("cluster-image", {"REDIS_PORT": "7000"}),
        ("container-node", {"REDIS_HOST": "redis", "REDIS_PORT": "6379"}),
        ("random-port", {"REDIS_PORT": "${{ job.services.redis.ports['6379'] }}"}),
    ],
)
def test_the_gate_asks_where_the_server_is(name: str, env: dict[str, str]) -> None:
    given = named(run(text_of(name)).changes[0].new, "Wait for Redis").env
    assert isinstance(given, Mapping)
    found = {entry.name: getattr(entry.value, "value", None) for entry in given}
    assert env.items() <= found.items()


def test_scripts_in_a_checkout_with_a_path() -> None:
    assert '"$GITHUB_WORKSPACE/app/scripts/run-with-retry.sh"' in run(text_of("checkout-path")).changes[0].new


def test_written_by_the_command(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "ci.yml"
    path.parent.mkdir(parents=True)
    path.write_bytes(text_of("crlf").encode("utf-8"))
    codes = []
    for words in ([], ["--write"], []):
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", "harden", str(path), *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        codes.append(done.returncode)
    assert codes == [1, 0, 0]
    assert (tmp_path / "scripts" / "run-with-retry.sh").stat().st_mode & 0o111
    assert b"\r\n" in path.read_bytes()


def test_what_speaks_of_a_service_that_is_gone_is_renewed() -> None:
    """The author renames the service and moves its port: gate, tests and bundle follow, and nothing else changes."""
    first = run(text_of("go-no-options")).changes[0].new
    moved = first.replace("      redis:\n        image", "      cache:\n        image").replace(
        "6379:6379", "6380:6379"
    )
    assert moved != first
    new = run(moved).changes[0].new
    assert "job.services.redis" not in new
    assert new.count("job.services.cache.id") == first.count("job.services.redis.id")
    assert "HOLDFAST_SERVICES: cache" in new
    assert new.count('REDIS_PORT: "6380"') == first.count('REDIS_PORT: "6379"')
    assert run(new).changes[0].new == new
    assert len(new.splitlines()) == len(moved.splitlines())
