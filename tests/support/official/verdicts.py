"""What GitHub's parser says of files: one run of node for all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from support.npm import npm_folder

TOOL = Path(__file__).with_name("official_parser.mjs")


class Report(NamedTuple):
    """One report; `severity` is error at the parser's level, `doubtful` where the servers are known to differ."""

    line: int
    col: int
    message: str
    severity: str
    doubtful: bool


def verdicts(
    files: Iterable[Path], level: str = "parser", root: Path | None = None
) -> dict[Path, tuple[Report, ...]]:
    """The reports on each file; `level` is parser or service. A file that crashes the parser is left out."""
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("node is missing; `python3 dev.py test` as root installs it")
    words = [node, str(TOOL), "--modules", str(npm_folder()), "--level", level, "--list", "-"]
    if root is not None:
        words += ["--root", str(root)]
    listed = "\n".join(map(str, files))
    with tempfile.TemporaryFile(
        "w+", encoding="utf-8", newline="\n"
    ) as said:  # node's writes to a full pipe fail
        done = subprocess.run(
            words, input=listed, stdout=said, stderr=subprocess.PIPE, text=True, timeout=300, check=False
        )
        said.seek(0)
        lines = said.read().split("\n")  # a message may hold other line ends
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}\n{done.stderr[-2000:]}")
    found = {}
    for line in filter(None, lines):
        record = json.loads(line)
        if "crash" not in record:
            found[Path(record["file"])] = tuple(map(_report, record["errors"]))
    return found


def _report(item: dict[str, object]) -> Report:
    return Report(
        int(str(item["line"])),
        int(str(item["col"])),
        str(item["message"]),
        str(item.get("severity", "error")),
        bool(item.get("doubtful")),
    )
