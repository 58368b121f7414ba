"""The driver runs a job as the hosted runner does: services, conditions, files, limits, cancellation."""

import threading
from pathlib import Path

import pytest
from support.docker import Engine, engine
from support.hosted.job import run_job
from support.hosted.model import Conclusion, JobRun, Request, Wire
from support.ports import free_port

pytestmark = pytest.mark.alone

_SERVICE = """
    services:
      redis:
        image: redis:7-alpine
        ports: ["PORT:6379"]
        options: >-
          --health-cmd "redis-cli -e ping" --health-interval 1s --health-retries 5
        command: redis-server --maxmemory 64mb
"""


def _run(tmp_path: Path, job: str, wire: Wire | None = None) -> JobRun:
    repository = tmp_path / "project"
    workflow = repository / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(f"on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n{job}")
    return run_job(
        engine(Engine.NEW), Request(repository, ".github/workflows/ci.yml", "test"), tmp_path / "run", wire
    )


def test_a_service_takes_options_and_command_and_fills_its_context(tmp_path: Path) -> None:
    steps = """
    steps:
      - uses: actions/checkout@v4
      - run: test -f .github/workflows/ci.yml
      - name: Ask
        id: ask
        env: {ID: "${{ job.services.redis.id }}"}
        run: |
          docker exec "$ID" redis-cli config get maxmemory
          echo "port=${{ job.services.redis.ports['6379'] }}" >> "$GITHUB_OUTPUT"
          echo "LATER=${{ github.job }} it is" >> "$GITHUB_ENV"
      - name: Use
        if: steps.ask.outputs.port != ''
        run: echo "$LATER at ${{ steps.ask.outputs.port }}" >> "$GITHUB_STEP_SUMMARY"
    """
    port = str(free_port())
    done = _run(tmp_path, _SERVICE.replace("PORT", port) + steps)
    assert done.conclusion is Conclusion.SUCCESS, done.log
    assert "67108864" in done.step("Ask").log
    assert done.summary == f"test it is at {port}\n"


def test_a_service_that_never_gets_healthy_ends_the_job_before_its_steps(tmp_path: Path) -> None:
    service = _SERVICE.replace("PORT", str(free_port())).replace("--maxmemory", "--no-such-flag")
    done = _run(tmp_path, service + "    steps:\n      - {if: always(), run: echo never}\n")
    assert done.conclusion is Conclusion.FAILURE
    assert done.steps == ()
    assert "One or more containers failed to start." in done.log
    assert "no-such-flag" in done.log


def test_conditions_follow_failures_and_artifacts_are_kept(tmp_path: Path) -> None:
    steps = """
    steps:
      - {name: Forgiven, run: exit 3, continue-on-error: true}
      - {name: Slow, run: sleep 60, timeout-minutes: 0.02}
      - {name: After, run: echo no}
      - {name: Bundle, if: failure(), run: mkdir out && echo text > out/a.txt}
      - {if: always(), uses: actions/upload-artifact@v4, with: {name: kept, path: out/}}
    """
    done = _run(tmp_path, steps)
    assert done.conclusion is Conclusion.FAILURE
    assert [step.conclusion.value for step in done.steps] == [
        "success",
        "failure",
        "skipped",
        "success",
        "success",
    ]
    assert (done.artifacts["kept"] / "a.txt").read_text() == "text\n"


def test_a_cancelled_step_gets_a_signal_and_only_steps_that_ask_for_it_follow(tmp_path: Path) -> None:
    steps = """
    steps:
      - name: Trapped
        run: |
          trap 'echo interrupted; exit 1' INT
          echo begun
          for _ in $(seq 600); do sleep 0.1; done
      - {name: After, run: echo no}
      - {name: Tidy, if: cancelled(), run: echo yes}
    """
    cancel = threading.Event()
    wire = Wire(watch=lambda line: cancel.set() if line == "begun\n" else None, cancel=cancel)
    done = _run(tmp_path, steps, wire)
    assert done.conclusion is Conclusion.CANCELLED
    assert "interrupted" in done.step("Trapped").log
    assert [step.conclusion.value for step in done.steps] == ["cancelled", "skipped", "success"]


def test_a_masked_word_is_not_in_the_log(tmp_path: Path) -> None:
    done = _run(tmp_path, '    steps:\n      - run: a=hu; echo "::add-mask::${a}sh" && echo say ${a}sh now\n')
    assert "say *** now" in done.log
    assert "hush" not in done.log
