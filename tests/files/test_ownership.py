"""Whose a file is: what generate replaces, what it refuses, and what counts as drift."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import holdfast
from holdfast.errors import Exit, UserError
from holdfast.files import State
from holdfast.flows import Generated, Wanted, generate, written
from holdfast.render import header
from holdfast.text import Source

SPEC = "redis: {maxmemory: 64mb, maxmemory-policy: allkeys-lru}\njobs: {test: {stack: go}}\n"
WORKFLOW = ".github/workflows/ci.yml"
PROGRAM = str(Path(sys.executable).parent / "holdfast")


def _made(root: Path, spec: str = SPEC, force: bool = False) -> Generated:
    made = generate(Wanted(root, Source("holdfast.yml", spec), {}, force))
    assert isinstance(made, Generated), made
    return made


def _write(root: Path, spec: str = SPEC, force: bool = False) -> Generated:
    made = _made(root, spec, force)
    written(Wanted(root, Source("holdfast.yml", spec), {}, force), made)
    return made


def _states(made: Generated) -> dict[str, str]:
    return {change.path: change.state.value for change in made.changes}


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def _edit(root: Path, old: str, new: str, path: str = WORKFLOW) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def test_everything_is_created_and_then_the_same(tmp_path: Path) -> None:
    assert set(_states(_write(tmp_path)).values()) == {"created"}
    assert set(_states(_made(tmp_path)).values()) == {"same"}
    assert header.unchanged(tmp_path, "holdfast.yml", SPEC, "")


def test_another_value_changes_what_it_is_in_and_nothing_else(tmp_path: Path) -> None:
    _write(tmp_path)
    other = _write(tmp_path, SPEC.replace("64mb", "96mb"))
    assert _states(other) == {
        WORKFLOW: "changed",
        "scripts/redis-diagnostics.sh": "changed",
        "scripts/run-with-retry.sh": "same",
        "scripts/.gitattributes": "same",
    }
    assert header.unchanged(tmp_path, "holdfast.yml", SPEC.replace("64mb", "96mb"), "")


@pytest.mark.parametrize("text", ["name: CI\n", "", "\N{BYTE ORDER MARK}name: CI\n"])
def test_a_file_of_somebody_else_is_refused_and_kept(text: str, tmp_path: Path) -> None:
    (tmp_path / WORKFLOW).parent.mkdir(parents=True)
    (tmp_path / WORKFLOW).write_text(text)
    with pytest.raises(UserError, match="not written by holdfast"):
        _write(tmp_path)
    assert _tree(tmp_path) == {WORKFLOW: text.encode()}


def test_a_file_that_is_no_text_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / WORKFLOW).parent.mkdir(parents=True)
    (tmp_path / WORKFLOW).write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="not written by holdfast"):
        _write(tmp_path)
    assert _tree(tmp_path) == {WORKFLOW: b"\xff\xfe"}


def test_a_file_changed_by_hand_is_refused_until_forced(tmp_path: Path) -> None:
    _write(tmp_path)
    before = _tree(tmp_path)
    _edit(tmp_path, "timeout-minutes: 2\n", "timeout-minutes: 9\n")
    assert not header.unchanged(tmp_path, "holdfast.yml", SPEC, "")
    with pytest.raises(UserError, match="changed by hand"):
        _write(tmp_path)
    assert "timeout-minutes: 9" in (tmp_path / WORKFLOW).read_text()
    _write(tmp_path, force=True)
    assert _tree(tmp_path) == before


def test_a_missing_file_is_drift_and_comes_back(tmp_path: Path) -> None:
    _write(tmp_path)
    (tmp_path / "scripts/run-with-retry.sh").unlink()
    assert not header.unchanged(tmp_path, "holdfast.yml", SPEC, "")
    made = _write(tmp_path)
    assert [change.path for change in made.drift] == ["scripts/run-with-retry.sh"]
    assert header.unchanged(tmp_path, "holdfast.yml", SPEC, "")


def _repinned(root: Path, version: str) -> str:
    """The workflow with its checkout at another commit, as a bot would write it."""
    text = (root / WORKFLOW).read_text()
    moved = re.sub(r"(actions/checkout)@\w{40} # v\S+", rf"\1@{'a' * 40} # {version}", text)
    assert moved != text
    (root / WORKFLOW).write_text(moved)
    return moved


def test_a_pin_that_a_bot_moved_is_kept_and_no_drift(tmp_path: Path) -> None:
    _write(tmp_path)
    moved = _repinned(tmp_path, "v99.0.1")
    assert header.unchanged(tmp_path, "holdfast.yml", SPEC, "")
    assert _made(tmp_path).drift == ()
    changed = SPEC.replace("64mb", "96mb")
    _write(tmp_path, changed)
    text = (tmp_path / WORKFLOW).read_text()
    assert f"{'a' * 40} # v99.0.1" in text
    assert "--maxmemory 96mb" in text
    assert "--maxmemory 64mb" in moved


def test_an_older_pin_is_brought_up_to_date_and_no_drift(tmp_path: Path) -> None:
    _write(tmp_path)
    before = _tree(tmp_path)
    _repinned(tmp_path, "v1.0.0")
    made = _made(tmp_path)
    assert made.drift == ()
    assert _states(made)[WORKFLOW] == "changed"
    _write(tmp_path)
    assert _tree(tmp_path) == before


def test_another_version_of_holdfast_alone_is_no_drift(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path)
    monkeypatch.setattr(header, "__version__", f"{holdfast.__version__}.1")
    assert _made(tmp_path).drift == ()
    assert header.unchanged(tmp_path, "holdfast.yml", SPEC, "")


def test_line_ends_of_a_checkout_on_windows_are_no_change_by_hand(tmp_path: Path) -> None:
    _write(tmp_path)
    path = tmp_path / WORKFLOW
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert _states(_made(tmp_path))[WORKFLOW] != State.REFUSED


@pytest.mark.parametrize("name", ["go.mod", "go.sum"])
def test_a_telling_file_of_the_project_is_an_input(name: str, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.25\n")
    _write(tmp_path)
    assert header.unchanged(tmp_path, "holdfast.yml", SPEC, "")
    (tmp_path / name).write_text("module m\n\ngo 1.26\n")
    assert not header.unchanged(tmp_path, "holdfast.yml", SPEC, "")


def test_flags_are_inputs(tmp_path: Path) -> None:
    _write(tmp_path)
    assert not header.unchanged(tmp_path, "holdfast.yml", SPEC, "--profile full")


# The program, in a process of its own.


def _spec(folder: Path) -> Path:
    path = folder / "holdfast.yml"
    path.write_text(SPEC)
    return path


def test_check_of_an_older_pin_is_silent(tmp_path: Path) -> None:
    path = _spec(tmp_path)
    subprocess.run([PROGRAM, "generate", str(path)], check=True, capture_output=True, timeout=60)
    _repinned(tmp_path, "v1.0.0")
    marks = tmp_path / "scripts/.gitattributes"
    marks.write_text(re.sub(r"inputs \w+", f"inputs {'0' * 16}", marks.read_text()))
    done = subprocess.run(
        [PROGRAM, "generate", "--check", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_disk_that_is_full_leaves_the_tree_as_it_was(tmp_path: Path) -> None:
    path = _spec(tmp_path)
    done = subprocess.run(
        [PROGRAM, "generate", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        # the scripts are longer than what a file may have here
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert done.returncode == 2, done.stderr
    assert "nothing was written" in done.stderr
    assert _tree(tmp_path) == {"holdfast.yml": SPEC.encode()}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["holdfast.yml"]


def test_a_folder_that_may_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    path = _spec(tmp_path)
    tmp_path.chmod(0o555)
    # root may write everywhere unless that is taken from it
    powerless = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    try:
        done = subprocess.run(
            [*powerless, PROGRAM, "generate", str(path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        tmp_path.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert "make the folder writable" in done.stderr
    assert _tree(tmp_path) == {"holdfast.yml": SPEC.encode()}


def test_an_interrupted_run_has_written_all_or_nothing(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    start = time.monotonic()
    subprocess.run([PROGRAM, "generate", str(_spec(whole))], check=True, capture_output=True, timeout=60)
    usual = time.monotonic() - start
    roots = [tmp_path / str(n) for n in range(8)]
    for root in roots:
        root.mkdir()
    with ThreadPoolExecutor(2) as pool:
        moments = [usual * (0.4 + 0.1 * n) for n in range(len(roots))]
        codes = list(pool.map(_interrupted, map(_spec, roots), moments))
    # a signal in the first milliseconds ends Python before any code of ours runs, with a code of its own
    assert Exit.BUG not in codes
    for root in roots:
        assert _tree(root) in ({"holdfast.yml": SPEC.encode()}, _tree(whole)), sorted(_tree(root))


def _interrupted(spec: Path, after: float) -> int:
    """The exit code of a run that gets Ctrl-C some time after its start."""
    running = subprocess.Popen(
        [PROGRAM, "generate", str(spec)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGINT)
    try:
        return running.wait(60)
    finally:
        running.kill()
        running.wait(60)
