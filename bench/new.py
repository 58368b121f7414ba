"""`holdfast new` for a whole repository beside copier copying a template of three files, on the same machine.

`python bench/new.py COPIER [rounds]`: COPIER is copier's program (`pip install copier` in an environment of its own).
Prints medians of whole processes over the rounds (20 unless given), taken in turn, and their ratio (goal: 0.9).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HOLDFAST = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "holdfast"


def _template(folder: Path) -> Path:
    folder.mkdir()
    (folder / "copier.yml").write_text("name: {type: str, default: demo}\n")
    (folder / "README.md.jinja").write_text("# [[ name ]]\n")
    (folder / "main.go.jinja").write_text("package main\n")
    return folder


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    copier, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        template = _template(scratch / "template")
        peer: list[float] = []
        own: dict[str, list[float]] = {"go": [], "python": [], "node": []}
        for number in range(rounds):
            peer.append(
                _seconds(
                    [copier, "copy", "--defaults", "--quiet", str(template), str(scratch / f"c{number}")]
                )
            )
            for stack, found in own.items():
                found.append(
                    _seconds([str(HOLDFAST), "new", str(scratch / f"{stack}{number}"), "--stack", stack])
                )
        print(f"copier, three files   {median(peer):.3f} s")
        for stack, found in own.items():
            print(f"holdfast new {stack:<8} {median(found):.3f} s  {median(found) / median(peer):.2f}x")


if __name__ == "__main__":
    main()
