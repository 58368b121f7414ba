"""Workflows run under act with a real service container, and its steps, output and artifacts are seen."""

from pathlib import Path

import pytest
from support.act import run_act
from support.docker import Engine, engine
from support.ports import free_port

pytestmark = pytest.mark.alone

_WORKFLOW = """
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    services:
      redis:
        image: redis:7-alpine
        ports: ["PORT:6379"]
        options: --health-cmd "redis-cli -e ping" --health-interval 1s
    steps:
      - uses: actions/checkout@v4
      - name: Ask
        run: |
          exec 3<>/dev/tcp/127.0.0.1/PORT
          printf 'PING\\r\\n' >&3
          head -n 1 <&3
          mkdir out && echo text > out/a.txt
      - {name: Break, run: exit 3}
      - {name: Skipped, run: exit 4}
      - {name: Keep, if: always(), uses: actions/upload-artifact@v4, with: {name: kept, path: out/}}
"""


def test_a_workflow_runs_under_act_with_its_service(tmp_path: Path) -> None:
    workflow = tmp_path / "project/.github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(_WORKFLOW.replace("PORT", str(free_port())))
    done = run_act(
        engine(Engine.NEW), tmp_path / "project", ".github/workflows/ci.yml", "test", tmp_path / "act"
    )
    assert done.code == 1, done.log
    assert "+PONG" in done.log
    assert (done.steps["Ask"], done.steps["Break"]) == ("success", "failure")
    assert done.artifacts == {"kept": {"out/a.txt": b"text\n"}}
