"""Composite actions: gate, runner and bundle, without what an action may not have."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from holdfast.document import read
from holdfast.errors import UserError
from holdfast.finding import Severity
from holdfast.harden.action import Composite
from holdfast.harden.flow import Asked, Hardened, harden
from holdfast.harden.write import PARTS
from holdfast.lint.engine import lint
from holdfast.lint.workflow import Step
from holdfast.text import Source

FILES = sorted(Path(__file__).with_name("actions").glob("*.yml"))
PATH = ".github/actions/test/action.yml"


def run(text: str) -> Hardened:
    return harden(Asked(Path("/nowhere"), PATH, text, None, None, None, None, PARTS))


def steps(text: str) -> dict[str, Step]:
    (job,) = Composite(read(Source(PATH, text))).jobs
    return {step.name.value if step.name else f"step {step.index}": step for step in job.steps}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_action_is_hardened(path: Path) -> None:
    text = path.read_text("utf-8")
    done = run(text)
    new = done.changes[0].new
    assert not done.left
    for word in ('redis-diagnostics.sh" wait', "run-with-retry.sh", 'redis-diagnostics.sh" report', "Upload"):
        assert word in new
    assert "timeout-minutes" not in new
    assert all(step.shell is not None for step in steps(new).values() if step.run is not None)
    assert run(new).changes[0].new == new
    before = Counter(comment.text for comment in read(Source("", text)).comments)
    assert before <= Counter(comment.text for comment in read(Source("", new)).comments)
    found = [
        {(one.rule, one.message) for one in lint(Source(PATH, each)) if one.severity is not Severity.NOTICE}
        for each in (text, new)
    ]
    assert found[1] <= found[0]


def test_the_gate_of_an_action_asks_the_server_that_it_starts() -> None:
    (path,) = (path for path in FILES if path.stem == "retried")
    new = run(path.read_text("utf-8")).changes[0].new
    assert list(steps(new))[:4] == ["Server", "Wait for Redis", "Check Redis", "Test"]
    assert 'REDIS_PORT: "6390"' in new
    assert "REDIS_PASSWORD: not-a-secret" in new
    assert "--attempts 2 --attempt-timeout 5m" in new


def test_an_action_of_another_kind_is_refused() -> None:
    with pytest.raises(UserError) as error:
        run("name: a\nruns:\n  using: node24\n  main: index.js\n")
    assert "is an action that is not composite" in error.value.what
