"""Whole workflow files: what becomes of each, and what never happens to any."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from support.official.verdicts import verdicts

from holdfast.document import read
from holdfast.errors import UserError
from holdfast.finding import Severity
from holdfast.harden.flow import Asked, Hardened, harden
from holdfast.harden.write import PARTS
from holdfast.lint.engine import lint
from holdfast.text import Source

CORPUS = Path(__file__).with_name("corpus")
FILES = sorted(CORPUS.glob("*.yml"))

# The files that are not hardened in whole: refused altogether, or the parts left out, each with words of the reason.
REFUSED = {
    "script-starts": "tests/bootstrap_redis.sh may start one",
    "reusable-caller": "harden the workflow that it calls: .github/workflows/reusable-callee.yml",
    "services-expression": "services: are an expression",
}
PARTLY = {
    "action-os-matrix": ({"retry"}, "a leg of the job runs on macos-latest"),
    "anchor-services": ({"service"}, "shared with another job by an anchor"),
    "anchor-steps": ({"gate", "retry", "bundle"}, "shared with another job by an anchor"),
    "container-alpine-user": ({"gate", "retry", "bundle"}, "has no bash"),
    "no-checkout": ({"gate", "retry", "bundle"}, "checks out this repository"),
    "no-tests": ({"gate", "retry"}, "pass --job build --test-step with one of"),
    "pwsh": ({"retry"}, "the tests run in pwsh"),
    "retry-action-hook": ({"retry"}, "on_retry_command has no counterpart"),
    "services-windows": ({"gate", "retry", "bundle"}, "the job runs on windows-latest"),
    "shell-python": ({"retry"}, "the tests run in python"),
    "steps-flow": ({"service", "timeouts", "gate", "retry", "bundle"}, "in brackets"),
    "tests-action-named": ({"retry"}, "the tests run in magefile/mage-action@v3"),
    "tests-in-action": ({"retry"}, "the tests run in ./.github/actions/run-tests"),
}
WHOLE = [path for path in FILES if path.stem not in REFUSED and path.stem not in PARTLY]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def run(text: str, **given: object) -> Hardened:
    """Nothing lies beside the workflow: the folder does not exist."""
    values: dict[str, object] = {
        "job": None,
        "test_step": None,
        "spec": None,
        "profile": None,
        "parts": PARTS,
    }
    return harden(Asked(Path("/nowhere"), ".github/workflows/ci.yml", text, **{**values, **given}))  # type: ignore[arg-type]  # the table's types


@cache
def hardened(path: Path) -> Hardened:
    return run(text_of(path))


def left_out(done: Hardened) -> set[str]:
    """The parts in `JOB: gate, retry and bundle are left out: WHY`."""
    found = (re.match(r"[\w-]+: ([a-z, ]+?) (?:is|are) left out", reason) for reason in done.left)
    return {part for match in found if match for part in re.split(r", | and ", match[1])}


def test_there_are_enough() -> None:
    assert len(FILES) >= 60
    assert not [name for name in (*REFUSED, *PARTLY) if not (CORPUS / f"{name}.yml").exists()]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(UserError) as error:
        run(text_of(CORPUS / f"{name}.yml"))
    assert REFUSED[name] in f"{error.value.what}; {error.value.cure}"


@pytest.mark.parametrize("name", PARTLY)
def test_hardened_in_part(name: str) -> None:
    parts, reason = PARTLY[name]
    done = hardened(CORPUS / f"{name}.yml")
    assert left_out(done) == parts
    assert any(reason in said for said in done.left)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_hardened_in_whole(path: Path) -> None:
    done = hardened(path)
    new = done.changes[0].new
    assert not left_out(done)
    assert "timeout-minutes: " in new
    for call in ('redis-diagnostics.sh" wait', 'redis-diagnostics.sh" check', 'run-with-retry.sh"'):
        assert call in new, call
    assert 'redis-diagnostics.sh" report' in new
    assert "name: Upload diagnostics" in new
    assert [Path(change.path).name for change in done.changes[1:]] == [
        "redis-diagnostics.sh",
        "run-with-retry.sh",
    ]


PROVED = [path for path in FILES if path.stem not in REFUSED]


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_a_second_run_changes_nothing(path: Path) -> None:
    new = hardened(path).changes[0].new
    assert run(new).changes[0].new == new


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_comments_survive(path: Path) -> None:
    before = Counter(comment.text for comment in read(Source("", text_of(path))).comments)
    after = Counter(comment.text for comment in read(Source("", hardened(path).changes[0].new)).comments)
    assert before <= after


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_lines_outside_the_edits_survive(path: Path) -> None:
    """Only the lines of the service's options, of its ignored variables and of the test step may go."""
    before, after = text_of(path).splitlines(True), hardened(path).changes[0].new.splitlines(True)
    gone = [
        line
        for tag, low, high, _, _ in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if tag in ("replace", "delete")
        for line in before[low:high]
    ]
    step = _command_lines(text_of(path))
    for line in gone:
        service = any(
            word in line
            for word in ("redis", "--health", "options:", "env:", "REDIS_", "services:", "image:")
        )
        assert service or line.strip() in step or line is before[-1], line


INPUTS = {"timeout_minutes", "timeout_seconds", "max_attempts", "retry_wait_seconds", "command"}
INPUTS |= {"attempt_limit", "attempt_delay"}


def _command_lines(text: str) -> set[str]:
    """Lines of commands, of flow environments and of retry actions."""
    found = set()
    for line in text.splitlines():
        plain = line.strip()
        words = ("run:", "- run:", "env: {", "uses: nick", "- uses: nick", "uses: Wandalen", "with:")
        if plain.startswith(words) or ":" not in plain or plain.startswith(("pytest", "npm", "- {")):
            found.add(plain)
        if plain.split(":")[0] in (
            "timeout_minutes",
            "timeout_seconds",
            "max_attempts",
            "retry_wait_seconds",
            "command",
        ):
            found.add(plain)
        if plain.split(":")[0] in ("attempt_limit", "attempt_delay"):
            found.add(plain)
    return found


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_line_ends_survive(path: Path) -> None:
    before, after = text_of(path), hardened(path).changes[0].new
    crlf = "\r\n" in before
    assert ("\r\n" in after) == crlf
    assert after.count("\n") == (after.count("\r\n") if crlf else after.count("\n"))
    assert after.startswith("\ufeff") == before.startswith("\ufeff")
    assert after.endswith("\n") == before.endswith("\n")


@pytest.mark.parametrize("path", PROVED, ids=lambda path: path.stem)
def test_lint_finds_nothing_new(path: Path) -> None:
    def serious(text: str) -> set[tuple[str, str]]:
        return {
            (finding.rule, finding.message)
            for finding in lint(Source("ci.yml", text))
            if finding.severity in (Severity.ERROR, Severity.WARNING)
        }

    assert serious(hardened(path).changes[0].new) <= serious(text_of(path))


def test_githubs_parser_finds_nothing_new(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for path in PROVED:
        for folder, text in ((before, text_of(path)), (after, hardened(path).changes[0].new)):
            target = folder / path.stem / ".github" / "workflows" / "ci.yml"
            target.parent.mkdir(parents=True)
            target.write_bytes(text.encode("utf-8"))
    found = verdicts(sorted(tmp_path.glob("*/*/.github/workflows/ci.yml")))
    for path in PROVED:
        old, new = (
            {report.message for report in found[folder / path.stem / ".github" / "workflows" / "ci.yml"]}
            for folder in (before, after)
        )
        assert new <= old, path.stem
