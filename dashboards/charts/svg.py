"""Small drawings as SVG images: sparklines, and a value with its range.

They load at once, where a Plotly figure waits for a library of several megabytes.
"""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from dashboards.theme import LINE, NEUTRAL, ZONE


def image(svg: str, alt: str, css_class: str = "") -> str:
    """Return a drawing as an HTML image.

    Args:
        svg: a whole <svg> element.
        alt: what it shows in words; empty where the words stand beside it.
        css_class: classes of the image.
    """
    data = b64encode(svg.encode()).decode()
    return (
        f'<img class="{css_class}" alt="{escape(alt, quote=True)}" '
        f'style="width:100%;display:block" src="data:image/svg+xml;base64,{data}">'
    )


def sparkline(
    values: Sequence[float | None],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    *,
    width: int = 150,
    height: int = 44,
    colour: str = LINE,
) -> str:
    """Return a line of values, oldest first, with the band of its likely range.

    Args:
        values: None where there is no figure; the line is broken there.
        lows: lower limits, None where there is none.
        highs: upper limits.
        width: of the drawing, in pixels.
        height: of the drawing, in pixels.
        colour: `#rrggbb` of line and band.
    """
    known = [n for n in (*values, *lows, *highs) if n is not None]
    if not known:
        return drawing(width, height, "")
    least, most = min(known), max(known)
    spread = (most - least) or 1
    step = (width - 14) / max(len(values) - 1, 1)

    def x(position: int) -> str:
        return f"{4 + position * step:.1f}"

    def y(number: float) -> str:
        return f"{7 + (most - number) / spread * (height - 14):.1f}"

    parts = []
    for run in _runs(lows, highs):
        upper = [f"{x(at)},{y(highs[at])}" for at in run]
        lower = [f"{x(at)},{y(lows[at])}" for at in reversed(run)]
        points = " ".join(upper + lower)
        parts.append(f'<polygon points="{points}" fill="{colour}" opacity=".16"/>')
    for run in _runs(values):
        points = " ".join(f"{x(at)},{y(values[at])}" for at in run)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" '
            'stroke-width="2" stroke-linejoin="round"/>'
        )
    newest = max(at for at, number in enumerate(values) if number is not None)
    parts.append(
        f'<circle cx="{x(newest)}" cy="{y(values[newest])}" r="3.6" fill="{colour}"/>'
    )
    return drawing(width, height, "".join(parts))


def range_row(
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    span: float,
    margin: float,
    colour: str,
    is_clear: bool,
    width: int = 250,
    height: int = 30,
) -> str:
    """Return a difference with its likely range, beside what is too small to matter.

    Args:
        value: the difference; 0 is in the middle.
        low: lower limit of the likely range.
        high: upper limit.
        span: the difference at either end of the drawing.
        margin: a smaller difference does not matter.
        colour: `#rrggbb` of the mode that is ahead.
        is_clear: filled and in colour where clear; hollow and grey otherwise.
        width: of the drawing, in pixels.
        height: of the drawing, in pixels.
    """

    def x(number: float) -> float:
        inside = max(-span, min(span, number))
        return width / 2 + inside / span * (width / 2 - 10)

    middle = height / 2
    zone, zero = x(margin) - x(-margin), width / 2
    parts = [
        f'<rect x="{x(-margin):.1f}" y="0" width="{zone:.1f}" height="{height}" '
        f'fill="{ZONE}"/>',
        f'<line x1="{zero}" x2="{zero}" y1="0" y2="{height}" stroke="#9AA3AF"/>',
    ]
    line = colour if is_clear else NEUTRAL
    if low is not None and high is not None:
        parts.append(
            f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{middle}" y2="{middle}" '
            f'stroke="{line}" stroke-width="3.4" stroke-linecap="round" '
            f'opacity="{1 if is_clear else 0.6}"/>'
        )
    if value is not None:
        fill = colour if is_clear else "#FFFFFF"
        parts.append(
            f'<circle cx="{x(value):.1f}" cy="{middle}" r="6.4" fill="{fill}" '
            f'stroke="{line}" stroke-width="2.4"/>'
        )
    return drawing(width, height, "".join(parts))


def drawing(width: int, height: int, content: str) -> str:
    """Return a whole <svg> element, of a size in its own units."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {height}">{content}</svg>'
    )


def _runs(*series: Sequence[float | None]) -> list[list[int]]:
    """Return the positions without gaps at which every series has a number."""
    runs: list[list[int]] = []
    for at, numbers in enumerate(zip(*series, strict=True)):
        if any(number is None for number in numbers):
            continue
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
