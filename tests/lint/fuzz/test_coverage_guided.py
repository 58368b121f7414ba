"""A few seconds of coverage-guided fuzzing in every run, from the saved inputs and another seed each day.

By hand for as long as one likes: tests/lint/fuzz/coverage_guided.py. A failure prints the input as base64.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_SECONDS = int(os.environ.get("HOLDFAST_FUZZ_SECONDS", "8"))
_PROGRAM = Path(__file__).with_name("coverage_guided.py")


def seed() -> int:
    """The number of the CI run, or of the day."""
    run = os.environ.get("GITHUB_RUN_ID", "")
    return int(run) % 2**31 if run.isdigit() else datetime.datetime.now(datetime.UTC).toordinal()


@pytest.mark.parametrize("target", ["document", "expression"])
def test_nothing_found_by_coverage_fails(target: str, tmp_path: Path) -> None:
    words = [sys.executable, str(_PROGRAM), target, str(_SECONDS), str(seed()), str(tmp_path / "inputs")]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS + 240,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"seed {seed()}\n{said[-6000:]}"
    runs = re.search(r"number_of_executed_units:\s*(\d+)", said)
    assert runs is not None, said[-2000:]
    assert int(runs[1]) > 300, said[-2000:]
