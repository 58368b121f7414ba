"""Generated workflows run for real, as pushed and under act: green when they should be, red when they should.

All runs are started at once, three beside each other, and each test waits for its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from e2e.scenario import Example, Fault, Outcome, Way, play
from support.docker import Engine, engine
from support.hosted.model import Conclusion

pytestmark = pytest.mark.alone

_UNITTEST = "python3 -m unittest -v"
_PYTHON = Example("python", "python", _UNITTEST, {"image": "redis:8.0-alpine"}, {})
_PASSWORD = Example("password", "python", _UNITTEST, {"image": "redis:7.0-alpine", "password": "random"}, {})
_EXAMPLES = (
    Example("go", "go", None, {"image": "redis:7.0-alpine"}, {}),
    _PYTHON,
    Example("node", "node", None, {"image": "redis:8.0-alpine", "maxmemory": "64mb"}, {}),
    Example(
        "container", "python", _UNITTEST, {"image": "redis:7.0-alpine"}, {"container": "python:3.12-slim"}
    ),
    _PASSWORD,
    Example("valkey", "python", _UNITTEST, {"image": "valkey/valkey:8.1-alpine"}, {}),
)


@dataclass(frozen=True)
class Scene:
    """One run."""

    example: Example
    way: Way
    fault: Fault

    def __str__(self) -> str:
        return f"{self.example.name}-{self.way.name}-{self.fault.name}".lower()


_GREEN = [Scene(example, way, Fault.NONE) for example in _EXAMPLES for way in Way]
_RED = [
    Scene(example, way, fault)
    for example, fault in (
        (_PYTHON, Fault.REDIS_KILLED),
        (_PASSWORD, Fault.NEVER_STARTS),
        (_PYTHON, Fault.TESTS_FAIL),
    )
    for way in Way
]
_CANCELLED = [Scene(_PYTHON, way, Fault.CANCELLED) for way in Way]


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Outcome]]]:
    """The runs of all chosen tests, longest first."""
    engine(Engine.NEW)
    chosen = {str(scene) for item in request.session.items for scene in _scenes_of(item)}
    with ThreadPoolExecutor(3) as pool:
        yield {
            str(scene): pool.submit(
                play, scene.example, scene.way, scene.fault, tmp_path_factory.mktemp(str(scene))
            )
            for scene in [*_RED, *_CANCELLED, *_GREEN]
            if str(scene) in chosen
        }


def _scenes_of(item: pytest.Item) -> list[Scene]:
    callspec = getattr(item, "callspec", None)
    return [value for value in callspec.params.values() if isinstance(value, Scene)] if callspec else []


@pytest.mark.parametrize("scene", _GREEN, ids=str)
def test_an_example_is_green_and_its_tests_spoke_to_redis(
    scene: Scene, runs: dict[str, Future[Outcome]]
) -> None:
    outcome = runs[str(scene)].result(300)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert outcome.steps["Run tests"] == "success"
    assert "cmdstat_strlen:calls=" in outcome.log, outcome.log


@pytest.mark.parametrize("scene", _RED, ids=str)
def test_a_fault_is_red_with_the_bundle_and_its_class(scene: Scene, runs: dict[str, Future[Outcome]]) -> None:
    outcome = runs[str(scene)].result(300)
    assert outcome.conclusion is Conclusion.FAILURE, outcome.log
    assert outcome.files, outcome.log


@pytest.mark.parametrize("scene", _CANCELLED, ids=str)
def test_a_cancelled_run_leaves_ledger_summary_and_bundle(
    scene: Scene, runs: dict[str, Future[Outcome]]
) -> None:
    outcome = runs[str(scene)].result(300)
    assert outcome.conclusion is not Conclusion.SUCCESS, outcome.log
    assert json.loads(outcome.files["retry-ledger.json"])["verdict"] == "failed"
