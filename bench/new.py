"""`holdfast new` for a whole repository beside copier copying a template of three files, on the same machine.

`python bench/new.py COPIER [rounds]`: COPIER is copier's program (`pip install copier` in an environment of its own).
Prints medians of whole processes over the rounds (20 unless given), taken in turn, and their ratio (goal: 0.9): of the
time that passed, and of processor time, which a busy machine disturbs less.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

_PEER = "copier, three files"
HOLDFAST = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "holdfast"


def _template(folder: Path) -> Path:
    folder.mkdir()
    (folder / "copier.yml").write_text("name: {type: str, default: demo}\n")
    (folder / "README.md.jinja").write_text("# [[ name ]]\n")
    (folder / "main.go.jinja").write_text("package main\n")
    return folder


def _seconds(command: list[str]) -> tuple[float, float]:
    """(passed, on a processor), of a program and all that it starts."""
    began, used = time.perf_counter(), _processor()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - began, _processor() - used


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _commands(copier: str, scratch: Path, number: int) -> dict[str, list[str]]:
    template, target = str(scratch / "template"), str(scratch / f"copier{number}")
    own = {
        f"holdfast new {stack}": [str(HOLDFAST), "new", str(scratch / f"{stack}{number}"), "--stack", stack]
        for stack in ("go", "python", "node")
    }
    return {_PEER: [copier, "copy", "--defaults", "--quiet", template, target], **own}


def main() -> None:
    copier, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        _template(scratch / "template")
        for number in range(rounds):
            for what, command in _commands(copier, scratch, number).items():
                found.setdefault(what, []).append(_seconds(command))
    medians = {what: tuple(map(median, zip(*times, strict=True))) for what, times in found.items()}
    for what, (passed, processor) in medians.items():
        ratios = f"{passed / medians[_PEER][0]:.2f}x, processor {processor / medians[_PEER][1]:.2f}x"
        print(f"{what:<20} {passed:.3f} s, processor {processor:.3f} s  {ratios}")


if __name__ == "__main__":
    main()
