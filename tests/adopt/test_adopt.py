"""A workflow read into a spec: what comes back, and what is said to be lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.adopt.flow import Adopted, adopt
from holdfast.document import read
from holdfast.errors import UserError
from holdfast.plan.build import build_plan
from holdfast.plan.model import Tree
from holdfast.render.readback import value
from holdfast.render.render import workflow
from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.text import Source

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
CORPUS = ROOT / "tests" / "harden" / "corpus"
WHOLE = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "holdfast.yml").is_file())


def of_example(name: str) -> tuple[Path, Source]:
    root = EXAMPLES / name / "expected"
    (path,) = (root / ".github" / "workflows").glob("*.yml")
    return root, Source(path.relative_to(root).as_posix(), path.read_text("utf-8"))


def spec_of(done: Adopted) -> Spec:
    spec = read_spec(Source("holdfast.yml", done.text))
    assert isinstance(spec, Spec), spec
    return spec


def steps_apart(text: str) -> Tree:
    """A workflow's values; the test command, which may stand in two ways, by its words."""
    words = re.sub(r"HOLDFAST_TESTS: \|?-?\n?", "HOLDFAST_TESTS: ", text)
    return value(read(Source("workflow", words)).root)


@pytest.mark.parametrize("name", WHOLE)
def test_an_example_comes_back_whole(name: str) -> None:
    root, source = of_example(name)
    done = adopt(source, root, None)
    assert done.lost == ()
    assert steps_apart(workflow(build_plan(spec_of(done), {}))) == steps_apart(source.text)


COMPOSED = """\
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: docker run -d -p 6379:6379 redis:7
      - run: npm test
"""


def test_a_server_that_a_step_of_another_kind_starts_is_refused() -> None:
    with pytest.raises(UserError) as error:
        adopt(Source(".github/workflows/ci.yml", COMPOSED), Path("/nowhere"), None)
    assert error.value.what == "the Redis of the job test is started by a step"


def test_what_was_changed_in_a_generated_step_is_listed() -> None:
    root, source = of_example("python")
    text = source.text.replace("timeout-minutes: 2", "timeout-minutes: 9", 1)
    done = adopt(Source(source.path, text), root, None)
    assert [line.partition(":")[2] for line in done.lost] == [" 9 becomes 2"]


LOSES = """\
name: Mine # comment
on: [push, merge_group]
run-name: by hand
jobs:
  test:
    runs-on: ubuntu-22.04
    timeout-minutes: 12
    outputs: {a: b}
    services:
      redis:
        image: redis:7.2
        ports: ["6380:6379"]
        options: --health-cmd "redis-cli ping" --health-interval 5s --health-retries 9 --cpus 1
    env: {REDIS_URL: "redis://127.0.0.1:6380/3"}
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - name: Test
        if: github.actor != 'bot'
        run: npm test
      - run: echo after
  other:
    runs-on: ubuntu-22.04
    needs: test
    steps: [{run: echo}]
"""


def test_what_is_lost_is_listed() -> None:
    done = adopt(Source(".github/workflows/mine.yml", LOSES), Path("/nowhere"), None)
    lost = "\n".join(done.lost)
    for part in (
        "run-name: by hand",
        "jobs.test.outputs: {'a': 'b'}",
        "jobs.test.steps[2].if: github.actor != 'bot'",
        "jobs.test.steps[0]: {'uses': 'actions/checkout@v4'} becomes",
        "comments: 1, the first in line 1",
    ):
        assert part in lost, lost
    assert "runs-on" not in lost
    assert "options" not in lost
    spec = spec_of(done)
    made = spec.jobs["test"]
    assert made.redis is not None
    assert (made.redis.image, made.redis.port, made.redis.persistence) == ("redis:7.2", 6380, "image")
    assert (made.redis.health.interval, made.redis.health.retries) == (5.0, 9)
    assert made.redis.options == ("--cpus", "1")
    assert float(made.timeout or 0) == 720
    assert made.run == "npm test"
    assert made.env == {"REDIS_URL": "redis://127.0.0.1:6380/3"}
    assert list(spec.workflow.jobs) == ["other"]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yml")), ids=lambda path: path.stem)
def test_any_workflow_is_read_or_refused(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    try:
        done = adopt(Source(".github/workflows/ci.yml", text), Path("/nowhere"), None)
    except UserError:
        return
    assert done.text.startswith("# Read from .github/workflows/ci.yml.\n")
    assert isinstance(read_spec(Source("holdfast.yml", done.text)), Spec) or done.lost


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "holdfast", "adopt", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_exit_codes_and_writing(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "mine.yml"
    path.parent.mkdir(parents=True)
    path.write_text(LOSES, "utf-8")
    done = command(str(path), "--write")
    assert (done.returncode, done.stdout) == (1, "created  holdfast.yml\n"), done.stderr
    assert isinstance(read_spec(Source("holdfast.yml", (tmp_path / "holdfast.yml").read_text("utf-8"))), Spec)
    assert command(str(path), "--write").returncode == 2
    assert command(str(path), "--job", "other").returncode == 2
    (whole,) = (EXAMPLES / "python" / "expected" / ".github" / "workflows").glob("*.yml")
    assert command(str(whole)).returncode == 0
