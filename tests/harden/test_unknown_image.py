"""A server image of no known family is hardened without a guess at what it brings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WORKFLOW = """\
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    services:
      redis-stack:
        image: {image}
        ports:
          - 6379:6379
    steps:
      - uses: actions/checkout@v7
      - run: make test
"""


def _hardened(image: str, folder: Path) -> str:
    place = folder / ".github" / "workflows" / "ci.yml"
    place.parent.mkdir(parents=True)
    place.write_text(WORKFLOW.format(image=image))
    command = [sys.executable, "-m", "holdfast", "harden", str(place), "--write"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return place.read_text()


def test_the_gate_is_its_proof_where_its_client_is_not_known(tmp_path: Path) -> None:
    text = _hardened("redislabs/client-libs-test:8.10.0", tmp_path)
    assert "redis-diagnostics.sh" in text
    assert "run-with-retry.sh" in text
    assert "--health-cmd" not in text


def test_a_known_image_gets_a_health_check(tmp_path: Path) -> None:
    assert '--health-cmd "redis-cli -e ping"' in _hardened("redis:7.4-alpine", tmp_path)
