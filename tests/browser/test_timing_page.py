"""The timing page in a real browser: nothing scrolls sideways, overlaps, is cut off, is pale, or is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from support.browser import Browser, browser

from holdfast.text import Source
from holdfast.timing.model import timings
from holdfast.timing.page import as_html

LONG = "integration-tests-of-the-whole-thing-with-every-backend"
PROBES = {
    "documented": '--health-cmd "redis-cli ping" --health-interval 10s --health-timeout 5s --health-retries 5',
    "quick": '--health-cmd "redis-cli -e ping" --health-interval 1s --health-timeout 3s --health-retries 30',
    "original": '--health-cmd "redis-cli ping" --health-interval 3s --health-timeout 5s --health-retries 30 '
    "--health-start-period 60s",
    "patient": '--health-cmd "redis-cli -e ping" --health-interval 30s --health-retries 200',
    "wide": '--health-cmd "redis-cli -e ping" --health-interval 2s --health-timeout 20s --health-retries 5',
    "given-up": '--health-cmd "redis-cli -e ping" --health-interval 1s --health-retries 2',
    "slow": '--health-cmd "redis-cli -e ping" --health-interval 20m --health-retries 2',
    "often": '--health-cmd "redis-cli -e ping" --health-interval 10ms --health-retries 9000',
    LONG: '--health-cmd "redis-cli -e ping" --health-interval 5s',
    "unknown": "${{ vars.OPTIONS }}",
}
SIZES = (1280, 400, 360)


def workflow() -> str:
    services = "".join(
        f"      {name}:\n        image: registry.example.com:5000/{LONG}/redis:7.4.2-alpine3.21\n"
        f"        options: >-\n          {options}\n"
        for name, options in PROBES.items()
    )
    return f"jobs:\n  {LONG}:\n    runs-on: ubuntu-24.04\n    services:\n{services}    steps: [run: make]\n"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("browser")
    text = as_html(timings(Source("ci.yml", workflow())), ".github/workflows/ci.yml")
    (folder / "page.html").write_text(text, encoding="utf-8")
    with browser(folder) as window:
        window.show(1280)
        window.open(folder / "page.html")
        yield window


Box = tuple[str, float, float, float, float]

_BOXES = """[...document.querySelectorAll('.chart')].map(chart => [chart, ...chart.querySelectorAll('text, rect, span')]
  .filter(one => one.textContent || one.tagName == 'rect' ).map(one => {
    const range = document.createRange(); range.selectNodeContents(one);
    const box = (one.tagName == 'SPAN' ? range : one).getBoundingClientRect();
    return [one.tagName + ' ' + (one.className.baseVal ?? '') + ' ' + (one == chart ? '' : one.textContent),
            box.left, box.top, box.right, box.bottom]; }))"""


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than a hair's breadth."""
    across = min(one[3], other[3]) - max(one[1], other[1])
    down = min(one[4], other[4]) - max(one[2], other[2])
    return across > 0.5 and down > 0.5


def outside(inner: Box, outer: Box) -> bool:
    return (
        inner[1] < outer[1] - 1
        or inner[3] > outer[3] + 1
        or inner[2] < outer[2] - 1
        or inner[4] > outer[4] + 1
    )


@pytest.mark.parametrize("width", SIZES)
def test_nothing_scrolls_sideways(shown: Browser, width: int) -> None:
    shown.show(width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    wide = "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth)"
    assert shown.evaluate(f"{wide}.map(one => one.outerHTML.slice(0, 200))") == []


@pytest.mark.parametrize("width", SIZES)
def test_nothing_overlaps_or_is_cut_off(shown: Browser, width: int) -> None:
    shown.show(width)
    charts: list[list[Box]] = shown.evaluate(_BOXES)
    assert len(charts) == len(PROBES) - 1  # one has unknown options
    for chart, *boxes in charts:
        assert len(boxes) >= 15
        assert [box[0] for box in boxes if outside(box, chart)] == []
        crossing = [
            (one[0], other[0])
            for one, other in combinations(boxes, 2)
            if overlap(one, other) and {one[0][:4], other[0][:4]} != {"rect"}
        ]
        assert crossing == []


def test_bars_end_where_their_numbers_say(shown: Browser) -> None:
    """Of the documented block: 14 s for the steps, 30 s for a slow start, a dead one from 62 to 94 s."""
    shown.show(1280)
    chart = shown.evaluate(
        "[...document.querySelector('.chart').querySelectorAll('rect.wait, rect.dead')].map(one => {"
        "const box = one.getBoundingClientRect(); return [one.className.baseVal, box.left, box.right]})"
    )
    zero = chart[0][1]
    ends = [right - zero for _, _, right in chart]
    assert [round(end / ends[0], 1) for end in ends] == [1.0, 1.0, 1.0, round(30 / 14, 1), round(94 / 14, 1)]
    assert round((chart[-1][1] - zero) / ends[0], 1) == round(62 / 14, 1)


def luminance(colour: str) -> float:
    """Of an `rgb(...)` colour (WCAG 2.2, relative luminance)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


_COLOURS = """[getComputedStyle(document.body).backgroundColor,
  [...new Set([...document.querySelectorAll('h1, h2, h2 span, p, li, .chart span')]
    .map(one => getComputedStyle(one).color).concat([...document.querySelectorAll('text')]
    .map(one => getComputedStyle(one).fill)))],
  [...new Set([...document.querySelectorAll('rect')].map(one => getComputedStyle(one).fill)
    .concat([...document.querySelectorAll('.look, .probe')].map(one => getComputedStyle(one).stroke)))]]"""


@pytest.mark.parametrize(
    ("scheme", "media"), [("light", ""), ("dark", ""), ("light", "print"), ("dark", "print")]
)
def test_words_and_bars_stand_out(shown: Browser, scheme: str, media: str) -> None:
    """Letters by 4.5 to 1, bars and strokes by 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    shown.show(1280, scheme=scheme, media=media)
    paper, letters, bars = shown.evaluate(_COLOURS)
    assert (luminance(paper) < 0.2) == (scheme == "dark" and not media)
    assert len(bars) >= 2
    assert {one: contrast(one, paper) for one in letters if contrast(one, paper) < 4.5} == {}
    assert {one: contrast(one, paper) for one in bars if contrast(one, paper) < 3} == {}


def test_letters_are_large_enough_to_read(shown: Browser) -> None:
    """Also on a telephone, where a scaled drawing would shrink them."""
    shown.show(400)
    sizes: list[float] = shown.evaluate(
        "[...document.querySelectorAll('text')].map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 11


def test_print_keeps_each_drawing_whole(shown: Browser) -> None:
    shown.show(1280)
    printed = shown.printed()
    assert printed.startswith(b"%PDF-")
    shown.show(794, media="print")
    breaks: list[Any] = shown.evaluate(
        "[...document.querySelectorAll('section')].map(one => getComputedStyle(one).breakInside)"
    )
    assert set(breaks) == {"avoid"}


def test_the_page_asks_for_nothing_and_complains_of_nothing(shown: Browser, tmp_path: Path) -> None:
    shown.picture(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 20_000
    assert [url for url in shown.requests if not url.endswith("/page.html")] == []
    assert len(shown.requests) == 1
    assert shown.complaints == []
