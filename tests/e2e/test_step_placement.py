"""Servers that a step starts - with TLS, a password, Sentinels, as a cluster - run for real, as pushed."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e.scenario import Example, Fault, Way, as_the_example, generate, play, written
from support.hosted.model import Conclusion
from support.ports import free_port

pytestmark = pytest.mark.alone

# TLS alone and the password of a secret, a primary that Sentinels name, keys on all nodes of a cluster.
_EXAMPLES = (Example("tls", "go"), Example("sentinel", "python"), Example("cluster", "node"))
# With a password too, which all servers and Sentinels must share.
_WITH_PASSWORD = tuple(
    Example(example.name, example.case, {"password": "random"}) for example in _EXAMPLES[1:]
)
_RUNS = (
    (_EXAMPLES[0], Way.HOSTED),
    # under act the engine does not see the files of the step: what a server needs of them must be copied
    (_EXAMPLES[0], Way.ACT),
    *((example, Way.HOSTED) for example in _WITH_PASSWORD),
)


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example.name)
def test_what_is_run_is_the_example_s_own_workflow(example: Example, tmp_path: Path) -> None:
    repository = written(example, Way.HOSTED, Fault.NONE, free_port(), tmp_path / "project")
    generate(repository)
    assert as_the_example(example, repository) == example.expected


@pytest.mark.parametrize(
    ("example", "way"), _RUNS, ids=[f"{example.name}-{way.name.lower()}" for example, way in _RUNS]
)
def test_a_server_of_a_step_serves_the_tests_and_is_gone_afterwards(
    example: Example, way: Way, tmp_path: Path
) -> None:
    outcome = play(example, way, Fault.NONE, tmp_path)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert outcome.steps["Stop Redis"] == "success"
