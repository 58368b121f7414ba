"""Timings as one HTML page that stands alone: a drawn timeline for each service, light and dark, readable in print.

Letters keep their size on every width: what is drawn is placed in percent of the row, words are not scaled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from holdfast.timing.model import Timing
from holdfast.timing.plain import as_text, between

# A time to death beyond this many lengths of the rest of the row is said, not drawn: it would squeeze all else.
_FAR = 12
_MARKS = 3
_STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200)
_MOST_STROKES = 400
# Pixels: right of each row, for words; what is drawn on the narrowest screen; a letter.
_GUTTER, _NARROWEST, _LETTER = 72, 170, 7.0

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6677; --line: #d5dbe5; --paper: #ffffff;
  --wait: #5b8fd6; --steps: #23834f; --dead: #c73a4d; --probe: #b06f00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf2; --soft: #a3adbd; --line: #3a4454;
  --paper: #161b24; --wait: #5b86c4; --steps: #43c383; --dead: #f07484; --probe: #f2b134; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --line: #bbb; --paper: #fff;
  --wait: #888; --steps: #000; --dead: #555; --probe: #555; } section { break-inside: avoid; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; } code { font-size: .9em; }
p, li { max-width: 46rem; } .soft { color: var(--soft); }
.chart { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); font-size: 13px; line-height: 24px; }
.chart svg { display: block; width: calc(100% - 72px); height: 24px; overflow: visible; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
.axis { stroke: var(--line); } .wait { fill: var(--wait); } .steps { fill: var(--steps); }
.dead { fill: var(--dead); } .look { stroke: var(--soft); } .probe { stroke: var(--probe); }
"""


def as_html(found: Iterable[Timing], title: str) -> str:
    """The whole page."""
    sections = "".join(_section(timing) for timing in found)
    body = sections or "<p>No job has a service container.</p>"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Timing of {escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Timing of <code>{escape(title)}</code></h1>\n"
        '<p class="soft">Seconds after the containers have started. Strokes are the runner\'s looks '
        "and Docker's probes; a bar ends where the steps begin.</p>\n"
        f"{body}\n</body>\n</html>\n"
    )


def _section(timing: Timing) -> str:
    advice = "".join(f"<li>{escape(one)}</li>" for one in timing.advice)
    heading = f"{escape(timing.job)} / {escape(timing.service)}"
    drawn = _drawing(timing) if timing.steps_begin else ""
    listed = f"<ul>{advice}</ul>\n" if advice else ""
    return (
        f"<section>\n<h2>{heading} <span class='soft'>{escape(timing.image)}</span></h2>\n{drawn}"
        f"{listed}</section>\n"
    )


def _drawing(timing: Timing) -> str:
    end = _end(timing)
    label = escape(as_text([timing]), quote=True)
    rows = "\n".join(_rows(timing, end))
    return f'<div class="chart" role="img" aria-label="{label}">\n{rows}\n</div>\n'


def _end(timing: Timing) -> float:
    """The seconds at the right end of every row."""
    usual = max([at for _, at in timing.steps_begin if at is not None] + [10.0])
    dead = timing.reported_dead[1] if timing.reported_dead else 0.0
    return (max(usual, dead) if dead <= _FAR * usual else usual) * 1.04


def _rows(timing: Timing, end: float) -> Iterator[str]:
    lines = _lines(end)
    yield _row("runner looks", lines + _strokes("look", timing.looks(end), end))
    yield _row("Docker probes", lines + _strokes("probe", timing.probes(end), end))
    for ready, at in timing.steps_begin:
        yield _row(f"ready after {ready:g} s", lines + _bar(at, end))
    if timing.reported_dead:
        yield from _dead(timing.reported_dead, end)
    yield _row("", _axis(end))


def _row(label: str, drawn: str) -> str:
    return f"<span>{escape(label)}</span><svg>{drawn}</svg>"


def _percent(at: float, end: float) -> str:
    return f"{at / end * 100:.2f}%"


def _marks(end: float) -> range:
    step = next((size for size in _STEPS if end / size <= _MARKS), _STEPS[-1])
    return range(0, int(end) + 1, step)


def _lines(end: float) -> str:
    return "".join(
        f'<line class="axis" x1="{_percent(at, end)}" y1="0" x2="{_percent(at, end)}" y2="24"/>'
        for at in _marks(end)
    )


def _axis(end: float) -> str:
    return "".join(_words(f"{at} s", at, end, 0, "middle", "soft") for at in _marks(end))


def _strokes(kind: str, times: tuple[float, ...], end: float) -> str:
    return "".join(
        f'<line class="{kind}" x1="{_percent(at, end)}" y1="6" x2="{_percent(at, end)}" y2="18"/>'
        for at in times[:: len(times) // _MOST_STROKES + 1]
    )


def _bar(at: float | None, end: float) -> str:
    if at is None:
        return _words("given up before", 0, end, 4)
    return (
        f'<rect class="wait" x="0" y="7" width="{_percent(at, end)}" height="10"/>'
        f'<rect class="steps" x="{_percent(at, end)}" y="3" width="4" height="18"/>'
        f"{_words(f'{at:g} s', at, end, 10)}"
    )


def _dead(dead: tuple[float, float], end: float) -> Iterator[str]:
    """The bar from the earliest to the latest report, its numbers where there is room for them."""
    label, said = "dead, reported", between(*dead)
    if dead[1] > end:
        yield _row(label, _lines(end))
        yield _row("", _lines(end) + _words(f"{said}, not drawn", 0, end, 4))
        return
    first, last = dead[0], max(dead[1], dead[0] + end / 100)
    bar = f'<rect class="dead" x="{_percent(first, end)}" y="7" width="{_percent(last - first, end)}" height="10"/>'
    need = 10 + _LETTER * len(said)
    if (1 - last / end) * _NARROWEST + _GUTTER >= need:
        yield _row(label, _lines(end) + bar + _words(said, last, end, 8))
    elif first / end * _NARROWEST >= need:
        yield _row(label, _lines(end) + bar + _words(said, first, end, -8, "end"))
    else:
        yield _row(label, _lines(end) + bar)
        yield _row("", _lines(end) + _words(said, 0, end, 4))


def _words(text: str, at: float, end: float, shift: int, anchor: str = "start", kind: str = "") -> str:
    """Words at a time, `shift` pixels to its right or left."""
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{_percent(at, end)}" dx="{shift}" y="17" text-anchor="{anchor}">{escape(text)}</text>'
