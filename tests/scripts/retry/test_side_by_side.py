"""The runner's column of docs/retry-side-by-side.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from scripts.retry.runs import CHECKOUT, retry, shell


@dataclass(frozen=True)
class Case:
    """A case of the page: what runs, and how that must end; seconds are the runner's own."""

    name: str
    command: str
    code: int
    failure: str
    attempts: int
    seconds: tuple[float, float]
    flags: tuple[str, ...] = ()
    signal: str | None = None


_SLACK = 30.0
_RESET = "echo Connection reset by peer; exit 1"
_IGNORES = "trap '' TERM; while :; do sleep 0.1; done"
_CASES = (
    Case("killed by SIGKILL", "kill -KILL $$", 137, "signal", 1, (0, _SLACK), signal="SIGKILL"),
    Case("killed by SIGSEGV", "ulimit -c 0; kill -SEGV $$", 139, "signal", 1, (0, _SLACK), signal="SIGSEGV"),
    Case("killed by SIGTERM", "kill -TERM $$", 143, "signal", 1, (0, _SLACK), signal="SIGTERM"),
    Case("fails twice, wait 3 s", _RESET, 1, "reset", 2, (3, 3 + _SLACK), ("--attempts=2", "--delays=3s")),
    Case("fails twice, wait 0", _RESET, 1, "reset", 2, (0, _SLACK), ("--attempts=2", "--delays=0")),
    Case("a failing line in the middle", "echo one\n(exit 9)\necho three", 9, "unknown", 1, (0, _SLACK)),
    Case(
        "ignores SIGTERM",
        _IGNORES,
        124,
        "timeout",
        1,
        (6, 6 + _SLACK),
        ("--attempts=1", "--attempt-timeout=1s"),
    ),
    Case(
        "deadline shorter than the next attempt",
        _RESET,
        124,
        "reset",
        1,
        (0, _SLACK),
        ("--deadline=100s", "--reserve=1s", "--min-attempt=90s", "--delays=60s"),
    ),
)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_side_by_side(tmp_path: Path, case: Case) -> None:
    flags = ["-e", "-o", "pipefail"]
    run = retry(tmp_path, *case.flags, command=["bash", *flags, *shell(case.command)[1:]])
    assert run.code == case.code
    assert run.classes == [case.failure] * case.attempts
    assert run.last["signal"] == case.signal
    assert run.err.count("; next in ") == case.attempts - 1, "no wait follows the last attempt"
    least, most = case.seconds
    assert least <= run.ledger["spent"] <= most
    assert run.ledger["verdict"] == "failed"


def test_the_page_names_every_case() -> None:
    page = (CHECKOUT / "docs" / "retry-side-by-side.md").read_text()
    assert [case.name for case in _CASES if f"`test_side_by_side[{case.name}]`" not in page] == []
    assert page.count("`test_side_by_side[") == len(_CASES)
