"""Timings as one HTML page that stands alone: a drawn timeline for each service, light and dark, readable in print."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.timing.model import Timing
from holdfast.timing.plain import as_text

_WIDTH, _LEFT, _ROW = 760, 150, 26

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6677; --line: #d5dbe5; --paper: #ffffff;
  --wait: #b9d2f5; --steps: #2f9e63; --dead: #d1495b; --probe: #d98e04; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf2; --soft: #a3adbd; --line: #3a4454;
  --paper: #161b24; --wait: #34527d; --steps: #43c383; --dead: #f07484; --probe: #f2b134; } }
@media print { :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --wait: #ddd; --steps: #555;
  --dead: #000; --probe: #000; } section { break-inside: avoid; } }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; } code { font-size: .9em; }
p, li { max-width: 46rem; } .soft { color: var(--soft); } svg { width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
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
        '<p class="soft">Seconds after the containers have started. Short '
        "strokes are the runner's looks (upper) "
        "and Docker's probes (lower); a bar ends where the steps begin.</p>\n"
        f"{body}\n</body>\n</html>\n"
    )


def _section(timing: Timing) -> str:
    advice = "".join(f"<li>{escape(one)}</li>" for one in timing.advice)
    heading = f"{escape(timing.job)} / {escape(timing.service)}"
    drawn = _drawing(timing) if timing.steps_begin else ""
    return (
        f"<section>\n<h2>{heading} <span class='soft'>{escape(timing.image)}</span></h2>\n{drawn}"
        f"<ul>{advice}</ul>\n</section>\n"
    )


def _drawing(timing: Timing) -> str:
    begins = [at for _, at in timing.steps_begin if at is not None]
    dead = timing.reported_dead or (0.0, 0.0)
    end = max([*begins, dead[0], 10.0]) * 1.06
    rows = len(timing.steps_begin) + (1 if timing.reported_dead else 0)
    height = _ROW * (rows + 3)
    parts = [_axis(end, height), *_strokes(timing, end)]
    for place, (ready, at) in enumerate(timing.steps_begin):
        parts.append(_bar(place, f"ready after {ready:g} s", at, end))
    if timing.reported_dead:
        parts.append(_dead(len(timing.steps_begin), dead, end))
    label = escape(as_text([timing]), quote=True)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _x(at: float, end: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - 60) * min(at / end, 1.0), 1)


def _y(place: int) -> int:
    return _ROW * (place + 2)


def _axis(end: float, height: int) -> str:
    step = next(
        size for size in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200) if end / size <= 12
    )
    marks = [
        f'<line class="axis" x1="{_x(at, end)}" y1="{_ROW * 2 - 6}" x2="{_x(at, end)}" y2="{height - 24}"/>'
        f'<text class="soft" x="{_x(at, end)}" y="{height - 8}" text-anchor="middle">{at} s</text>'
        for at in range(0, int(end) + 1, step)
    ]
    return "\n".join(marks)


def _strokes(timing: Timing, end: float) -> Iterable[str]:
    for name, times, top in (("looks", timing.looks(end), 8), ("probes", timing.probes(end), 24)):
        yield f'<text class="soft" x="0" y="{top + 10}">{name}</text>'
        kind = name.removesuffix("s")
        for at in times[:400]:
            yield f'<line class="{kind}" x1="{_x(at, end)}" y1="{top}" x2="{_x(at, end)}" y2="{top + 12}"/>'


def _bar(place: int, label: str, at: float | None, end: float) -> str:
    y = _y(place)
    text = f'<text x="0" y="{y + 15}">{escape(label)}</text>'
    if at is None:
        return f'{text}<text class="soft" x="{_LEFT}" y="{y + 15}">given up before</text>'
    x = _x(at, end)
    return (
        f'{text}<rect class="wait" x="{_LEFT}" y="{y + 4}" width="{max(x - _LEFT, 1)}" height="14"/>'
        f'<rect class="steps" x="{x - 2}" y="{y + 1}" width="4" height="20"/>'
        f'<text x="{x + 6}" y="{y + 15}">{at:g} s</text>'
    )


def _dead(place: int, dead: tuple[float, float], end: float) -> str:
    y = _y(place)
    first, last = _x(dead[0], end), _x(dead[1], end)
    said = f"{dead[0]:g} s" if dead[0] == dead[1] else f"{dead[0]:g} to {dead[1]:g} s"
    anchor = min(first, _WIDTH - 90)
    return (
        f'<text x="0" y="{y + 15}">dead, reported</text>'
        f'<rect class="dead" x="{first - 2}" y="{y + 4}" width="{max(last - first, 4)}" height="14"/>'
        f'<text x="{anchor - 6}" y="{y + 15}" text-anchor="end">{said}</text>'
    )
