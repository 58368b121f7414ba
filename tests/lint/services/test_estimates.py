"""Start times that nobody measured are said to be estimates, wherever they appear."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.lint import images
from holdfast.lint.engine import lint
from holdfast.lint.images import STARTS_MEASURED, Image
from holdfast.text import Source
from holdfast.timing.model import timings

FAMILIES = {one.name: one for one in vars(images).values() if isinstance(one, Image)}
JOB = """\
on: push
permissions: {{contents: read}}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    services:
      it:
        image: {image}
        env: {{MYSQL_ALLOW_EMPTY_PASSWORD: "yes"}}
        options: --health-cmd "{probe}" --health-interval {interval} --health-retries {retries}
    steps:
      - run: make
"""


def test_the_page_names_each_time_and_its_origin() -> None:
    page = Path("docs/timing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z, -]+) \| ([\d.]+) s \| (measured|estimate) \|$", page, re.MULTILINE)
    said = {name: (float(time), origin) for names, time, origin in rows for name in names.split(", ")}
    assert said == {
        name: (one.starts, "measured" if name in STARTS_MEASURED else "estimate")
        for name, one in FAMILIES.items()
    }


def test_only_known_families_are_measured() -> None:
    assert set(FAMILIES) >= STARTS_MEASURED
    assert {name for name, one in FAMILIES.items() if "estimated" not in one.start} == STARTS_MEASURED


@pytest.mark.parametrize(
    ("image", "probe", "said"),
    [
        ("redis:8.2-alpine", "redis-cli -e ping", "0.3 s"),
        ("mysql:8.4", "mysqladmin ping -h 127.0.0.1", "10 s (estimated)"),
    ],
)
def test_findings_and_advice_say_where_a_start_time_comes_from(image: str, probe: str, said: str) -> None:
    slow = Source("ci.yml", JOB.format(image=image, probe=probe, interval="30s", retries=10))
    found = [one.message for one in lint(slow) if one.rule == "slow-probe"]
    assert [message for message in found if said in message] == found != []
    advice = timings(slow)[0].advice[0]
    assert "less in every run" in advice
    assert ("(estimated)" in advice) == ("(estimated)" in said)


def test_a_window_is_short_by_an_estimate() -> None:
    short = JOB.format(image="mysql:8.4", probe="mysqladmin ping -h 127.0.0.1", interval="1s", retries=5)
    found = [one.message for one in lint(Source("ci.yml", short)) if one.rule == "short-window"]
    assert found == ["the service is given up after 5.25 s, and mysql usually needs some 10 s (estimated)"]
