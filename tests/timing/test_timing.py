"""`holdfast timing`: the numbers of workflows and specs, as text, JSON and a page."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from holdfast.text import Source
from holdfast.timing.model import Timing, timings
from holdfast.timing.page import as_html
from holdfast.timing.plain import as_json, as_text

DOCUMENTED = """\
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    services:
      redis:
        image: redis:7-alpine
        options: >-
          --health-cmd "redis-cli ping"
          --health-interval 10s
          --health-timeout 5s
          --health-retries 5
    steps:
      - uses: nick-fields/retry@v3
        with:
          max_attempts: 5
          timeout_minutes: 18
          retry_wait_seconds: 10
          command: go test ./...
"""


def timed(text: str) -> Timing:
    found = timings(Source("ci.yml", text))
    assert len(found) == 1
    return found[0]


def test_the_documented_snippet_costs_fourteen_seconds() -> None:
    found = timed(DOCUMENTED)
    assert found.steps_begin == ((0.3, 14), (1.0, 14), (5.0, 14), (15.0, 30))
    assert found.reported_dead == (62, 94)
    assert any("12 s less" in one for one in found.advice)


def test_a_retry_action_is_held_against_the_job() -> None:
    budget = timed(DOCUMENTED).budget
    assert budget is not None
    assert (budget.limit, budget.worst, budget.fits, budget.attempts_that_fit) == (1200, 5450, False, 1)


def test_without_a_check_the_steps_begin_at_once() -> None:
    found = timed(DOCUMENTED.partition("        options")[0] + "    steps: [run: make]\n")
    assert {begins for _, begins in found.steps_begin} == {0}
    assert found.reported_dead is None
    assert "race" in found.advice[0]


@pytest.mark.parametrize(
    "options",
    ["${{ vars.OPTIONS }}", '--health-cmd "x" --health-interval ${{ vars.I }}', "--health-interval 5"],
)
def test_what_is_not_known_is_not_computed(options: str) -> None:
    head = DOCUMENTED.partition("        options")[0]
    found = timed(f"{head}        options: {options}\n    steps: [run: make]\n")
    assert found.unknown
    assert not found.steps_begin


def test_the_runners_own_settings_are_read() -> None:
    script = Path("templates/scripts/run-with-retry.sh").read_text(encoding="utf-8")
    text = DOCUMENTED.partition("      - uses")[0] + "      - run: bash scripts/run-with-retry.sh -- make\n"
    own = script.replace("\nATTEMPTS=", "\nATTEMPTS=3\nOLD=", 1)
    found = timings(Source("ci.yml", text), scripts={"scripts/run-with-retry.sh": own})[0]
    assert found.budget is not None
    assert found.budget.attempts == 3


def test_text_and_json_say_the_same() -> None:
    found = timed(DOCUMENTED)
    row = json.loads(as_json([found]))[0]
    assert row["steps_begin"] == {"0.3": 14, "1": 14, "5": 14, "15": 30}
    assert row["reported_dead"] == [62, 94]
    assert set(row) == {"job", "service", "steps_begin", "reported_dead", "budget", "advice"}
    assert "steps begin at 14 s" in as_text([found])


class Page(HTMLParser):
    """Collects tags; a page that stands alone has no source elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_stands_alone() -> None:
    page = Page()
    page.feed(as_html([timed(DOCUMENTED)], "<ci>.yml"))
    assert page.sources == []
    assert page.tags.count("svg") == 8  # looks, probes, four times, dead, the axis
    assert page.tags.count("rect") >= 9
    assert "prefers-color-scheme: dark" in as_html([], "x")
    assert "&lt;ci&gt;" in as_html([], "<ci>")


def program(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "holdfast", "timing", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_reads_workflows_and_specs(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_text(DOCUMENTED, encoding="utf-8")
    done = program("ci.yml", "--ready", "2", "--output-format", "json", "--html", "page.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["steps_begin"] == {"2": 14}
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (tmp_path / "holdfast.yml").write_text("jobs:\n  test: {stack: python, run: pytest}\n", encoding="utf-8")
    done = program(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "steps begin at 2 s" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(("none.yml",), "cannot read"), (("ci.yml", "--ready", "soon"), "no list of seconds"), ((), "neither")],
)
def test_what_the_user_can_repair_ends_with_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    if words:
        (tmp_path / "ci.yml").write_text(DOCUMENTED, encoding="utf-8")
    done = program(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
