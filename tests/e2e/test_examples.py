"""Generated workflows run for real, as pushed and under act: green when they should be, red when they should.

All runs are started at once, three beside each other, and each test waits for its own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from e2e.scenario import LONG, Example, Fault, Outcome, Way, as_the_example, generate, play, written
from support.docker import Engine, engine
from support.hosted.model import Conclusion
from support.ports import free_port

pytestmark = pytest.mark.alone

_GO = Example("valkey", "go")
_PYTHON = Example("python", "python")
_NODE = Example("node", "node")
_PASSWORD = Example("password", "python")
_EXAMPLES = (_GO, _PYTHON, _NODE, Example("container-job", "python"), _PASSWORD)


@dataclass(frozen=True)
class Scene:
    """One run."""

    example: Example
    way: Way
    fault: Fault

    def __str__(self) -> str:
        return f"{self.example.name}-{self.way.name}-{self.fault.name}".lower()


_GREEN = [Scene(example, way, Fault.NONE) for example in _EXAMPLES for way in Way]
# A server that a service never starts ends the job before its first step; the password's is started by a step.
_FAULTS = [(_GO, Fault.REDIS_KILLED), (_PASSWORD, Fault.NEVER_STARTS), (_NODE, Fault.TESTS_FAIL)]
_INTERRUPTED = [_PYTHON]
if LONG:
    _FAULTS += [
        (example, fault)
        for example in _EXAMPLES
        for fault in (Fault.REDIS_KILLED, Fault.TESTS_FAIL)
        if (example, fault) not in _FAULTS
    ]
    _INTERRUPTED = [*_EXAMPLES]
_RED = [Scene(example, way, fault) for example, fault in _FAULTS for way in Way]
if not LONG:
    # Tests that fail as pushed are those of the `full` profile, in test_full.py.
    _RED.remove(Scene(_NODE, Way.HOSTED, Fault.TESTS_FAIL))
_CANCELLED = {way: [Scene(example, way, Fault.CANCELLED) for example in _INTERRUPTED] for way in Way}
_NO_SERVICE = Scene(_PYTHON, Way.HOSTED, Fault.NEVER_STARTS)
_PATIENCE = 1200.0 if LONG else 300.0
_CLASSES = {
    Fault.TESTS_FAIL: {"assertion"},
    Fault.REDIS_KILLED: {"reset", "refused"},
    Fault.NEVER_STARTS: {"refused"},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """All runs, longest first."""
    engine(Engine.NEW)
    with ThreadPoolExecutor(3) as pool:
        yield {
            str(scene): pool.submit(
                play, scene.example, scene.way, scene.fault, tmp_path_factory.mktemp(str(scene))
            )
            for scene in [*_RED, *chain(*_CANCELLED.values()), _NO_SERVICE, *_GREEN]
        }


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example.name)
def test_what_is_run_is_the_example_s_own_workflow(example: Example, tmp_path: Path) -> None:
    repository = written(example, Way.HOSTED, Fault.NONE, free_port(), tmp_path / "project")
    generate(repository)
    assert as_the_example(example, repository) == example.expected


@pytest.mark.parametrize("scene", _GREEN, ids=str)
def test_an_example_is_green_and_its_tests_spoke_to_redis(
    scene: Scene, runs: dict[str, Future[Outcome]]
) -> None:
    outcome = runs[str(scene)].result(_PATIENCE)
    assert outcome.conclusion is Conclusion.SUCCESS, outcome.log
    assert outcome.steps["Run tests"] == "success"
    assert "Redis at " in outcome.summary
    assert "cmdstat_strlen:calls=" in outcome.log, outcome.log


@pytest.mark.parametrize("scene", _RED, ids=str)
def test_a_fault_is_red_with_the_bundle_and_its_class(scene: Scene, runs: dict[str, Future[Outcome]]) -> None:
    outcome = runs[str(scene)].result(_PATIENCE)
    assert outcome.conclusion is Conclusion.FAILURE, outcome.log
    assert "docker-ps.txt" in outcome.files, outcome.log
    assert _CLASSES[scene.fault] & _named_classes(outcome), outcome.log
    assert "Redis diagnostics bundle" in outcome.summary


@pytest.mark.parametrize("way", Way, ids=lambda way: way.name.lower())
def test_a_server_that_never_starts_leaves_its_own_words_in_the_bundle(
    way: Way, runs: dict[str, Future[Outcome]]
) -> None:
    outcome = runs[str(Scene(_PASSWORD, way, Fault.NEVER_STARTS))].result(_PATIENCE)
    assert "no-such-setting" in outcome.files["redis.log"], outcome.log


def test_a_service_that_never_starts_is_named_by_triage(
    runs: dict[str, Future[Outcome]], tmp_path: Path
) -> None:
    """The platform ends such a job before its first step: its log is all that there is."""
    outcome = runs[str(_NO_SERVICE)].result(_PATIENCE)
    assert (outcome.conclusion, outcome.steps) == (Conclusion.FAILURE, {}), outcome.log
    assert "no-such-setting" in outcome.log
    (tmp_path / "log").write_text(outcome.log)
    triage = [sys.executable, "-m", "holdfast", "triage", "--output-format", "json", str(tmp_path / "log")]
    told = subprocess.run(triage, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(told.stdout)["class"] == "refused"


@pytest.mark.parametrize("scene", _CANCELLED[Way.HOSTED], ids=str)
def test_a_pushed_run_that_is_cancelled_leaves_ledger_summary_and_bundle(
    scene: Scene, runs: dict[str, Future[Outcome]]
) -> None:
    """In a job's container nothing is signalled either: `docker exec` passes no signal on."""
    outcome = runs[str(scene)].result(_PATIENCE)
    assert outcome.conclusion is Conclusion.CANCELLED, outcome.log
    assert json.loads(outcome.files["retry-ledger.json"])["attempts"][0]["class"] == "signal"
    inside = "container" in scene.example.spec["jobs"]["test"]
    said = "attempt 1 began and did not end" if inside else "stopped by SIGINT"
    assert f"Tests: {said}" in outcome.summary
    assert "Ready to accept connections" in outcome.files["redis.log"]


@pytest.mark.parametrize("scene", _CANCELLED[Way.ACT], ids=str)
def test_a_cancelled_run_under_act_leaves_ledger_summary_and_bundle(
    scene: Scene, runs: dict[str, Future[Outcome]]
) -> None:
    """act signals nothing inside of its container: what is left is the ledger of the attempt's begin."""
    outcome = runs[str(scene)].result(_PATIENCE)
    assert outcome.conclusion is Conclusion.FAILURE, outcome.log
    assert outcome.steps["Run tests"] == "failure"
    ledger = json.loads(outcome.files["retry-ledger.json"])
    assert (ledger["verdict"], ledger["attempts"][0]["class"]) == ("failed", "signal"), outcome.log
    assert "Tests: attempt 1 began and did not end" in outcome.summary, outcome.log
    assert "docker-ps.txt" in outcome.files, outcome.log


def _named_classes(outcome: Outcome) -> set[str]:
    """The failure classes that the ledger and the annotations of the gate name."""
    ledger = json.loads(outcome.files.get("retry-ledger.json", '{"attempts": []}'))
    told = set(re.findall(r"::error title=Redis (\w+)::", outcome.log))
    return told | {attempt["class"] for attempt in ledger["attempts"]}
