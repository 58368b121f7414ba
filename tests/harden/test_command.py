"""`holdfast harden` as its users see it: what goes to which stream, and the exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WORKFLOW = (Path(__file__).with_name("corpus") / "several-tests.yml").read_text("utf-8")


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = folder / ".github" / "workflows" / "ci.yml"
    if not path.exists():
        path.parent.mkdir(parents=True)
        path.write_text(WORKFLOW, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "holdfast", "harden", str(path), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_diff_is_output_and_the_rest_is_told(tmp_path: Path) -> None:
    done = command(tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("--- a/.github/workflows/ci.yml\n")
    assert "new file: scripts/run-with-retry.sh (" in done.stdout
    assert done.stderr.splitlines() == [
        "holdfast: build: Redis is the service redis at 127.0.0.1:6379; the tests are 'Test the library' and "
        "'Test the example'",
        "holdfast: an attempt of a test step may take 18 min, its attempts together 20 min; tests that need longer "
        "need a --spec that says so",
        "1 file to change, 2 files new; --write writes them",
    ]


def test_written_and_then_nothing_to_change(tmp_path: Path) -> None:
    done = command(tmp_path, "--write")
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            "changed  .github/workflows/ci.yml",
            "created  scripts/redis-diagnostics.sh",
            "created  scripts/run-with-retry.sh",
        ],
    )
    again = command(tmp_path)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "nothing to change\n")


def test_a_first_diff_of_a_few_lines(tmp_path: Path) -> None:
    done = command(tmp_path, "--only", "service,timeouts")
    added = [line for line in done.stdout.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert len(added) == 2
    assert "1 file to change; --write writes them" in done.stderr


def test_what_the_user_changed_is_kept_and_said(tmp_path: Path) -> None:
    command(tmp_path, "--write")
    path = tmp_path / ".github" / "workflows" / "ci.yml"
    path.write_text(path.read_text("utf-8").replace("timeout-minutes: 1\n", "timeout-minutes: 4\n"), "utf-8")
    done = command(tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    said = "holdfast: build: the step Check Redis is not as it would be written today, and is kept; deleted, it is "
    assert done.stderr == f"{said}written anew\nnothing to change\n"
