"""Drawings of a review pack as inline SVG that fits any width.

Places are in percent of the drawing, sizes of marks and words in pixels, so that
neither is stretched and no words shrink on a phone.
"""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from dashboards import formats
from dashboards.review_pack.blocks import Curve, CurveChart, RangeChart, RangeRow
from dashboards.review_pack.chart_tables import POINTS, SHARE
from dashboards.theme import GRID, NEUTRAL, NOTE, ZONE, mode_style

ZERO = "#8A94A3"
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100)
MOST_TICKS = 8
DAYS = (1, 2, 5, 7, 10, 14, 15, 30, 60, 90, 120, 180, 360)
MOST_DAYS = 7  # ticks of an axis of days
MARKS = {
    "circle": '<circle r="6.6"/>',
    "square": '<rect x="-6" y="-6" width="12" height="12"/>',
    "diamond": '<path d="M0-8.4 8.4 0 0 8.4-8.4 0z"/>',
    "x": '<circle r="6.6"/>',
}
DASHES = {"solid": "", "dash": "9 5", "dot": "2.5 4.5", "longdash": "14 5"}
CLOSEST = 8.0  # percent of the height between the names of two lines
NEAR = 35.0  # percent of the width: names further apart do not touch


class Axis:
    """A horizontal axis: numbers to percent of its length, and its ticks."""

    def __init__(self, least: float, most: float) -> None:
        self.least, self.most = least, most

    def at(self, number: float) -> float:
        """Return the place of a number, 0 to 100; outside of the axis its end."""
        inside = max(self.least, min(self.most, number))
        return round(100 * (inside - self.least) / (self.most - self.least), 2)

    def ticks(self) -> list[float]:
        """Return round numbers on the axis, at most MOST_TICKS + 1."""
        length = self.most - self.least
        size = 10 ** max(0, len(str(int(length))) - 2)
        step = next(
            (s * size for s in STEPS if length / (s * size) <= MOST_TICKS), length
        )
        first = -int(-self.least // step) if self.least >= 0 else int(self.least / step)
        last = int(self.most / step + 1e-9)
        return [round(step * number, 10) for number in range(first, last + 1)]


def tick_words(number: float, unit: str, *, is_difference: bool) -> str:
    """Return the words of a tick; a difference without its sign."""
    if unit == SHARE:
        return f"{round(100 * number)}%"
    size = 100 * number if unit == POINTS else number
    return formats.value(round(abs(size) if is_difference else size, 2), "ratio")


def axis_drawing(axis: Axis, unit: str, alt: str, *, is_difference: bool) -> str:
    """Return the ticks of an axis; it stands for the whole drawing, with its words."""
    parts = []
    for number in axis.ticks():
        at, words = (
            axis.at(number),
            tick_words(number, unit, is_difference=is_difference),
        )
        parts.append(
            f'<text x="{at}%" y="15" text-anchor="middle">{escape(words)}</text>'
            f'<line x1="{at}%" x2="{at}%" y1="20" y2="25" stroke="{ZERO}"/>'
        )
    return (
        f'<svg class="axis" role="img" aria-label="{escape(alt, quote=True)}">'
        f"{''.join(parts)}</svg>"
    )


def range_drawing(chart: RangeChart, row: RangeRow, axis: Axis) -> str:
    """Return one row of ranges; nothing where nothing may be drawn."""
    if row.value is None:
        return ""
    style, is_grey = mode_style(row.mode), not row.mode
    colour = NEUTRAL if is_grey else style.colour
    parts = [_ground(chart, axis)]
    if row.low is not None and row.high is not None:
        low, high = axis.at(row.low), axis.at(row.high)
        opacity = "" if row.is_clear else ' stroke-opacity=".62"'
        parts.append(
            f'<line x1="{low}%" x2="{high}%" y1="50%" y2="50%" stroke="{colour}" '
            f'stroke-width="3.6" stroke-linecap="round"{opacity}/>'
        )
    shape = "circle" if is_grey else style.marker
    fill = colour if row.is_clear else "#FFFFFF"
    parts.append(_mark(axis.at(row.value), "50%", shape, fill, colour))
    return f'<svg aria-hidden="true">{"".join(parts)}</svg>'


def _ground(chart: RangeChart, axis: Axis) -> str:
    parts = []
    if chart.zero is not None and chart.margin:
        low, high = (
            axis.at(chart.zero - chart.margin),
            axis.at(chart.zero + chart.margin),
        )
        parts.append(
            f'<rect x="{low}%" y="0" width="{round(high - low, 2)}%" height="100%" '
            f'fill="{ZONE}"/>'
        )
    for number in axis.ticks():
        if chart.zero is None or abs(number - chart.zero) > 1e-9:
            parts.append(_upright(axis.at(number), GRID))
    if chart.zero is not None:
        parts.append(_upright(axis.at(chart.zero), ZERO))
    return "".join(parts)


def _upright(at: float, colour: str) -> str:
    return f'<line x1="{at}%" x2="{at}%" y1="0" y2="100%" stroke="{colour}"/>'


def _mark(at: float, height: str, shape: str, fill: str, line: str) -> str:
    return (
        f'<svg x="{at}%" y="{height}" overflow="visible" fill="{fill}" '
        f'stroke="{line}" stroke-width="2.4">{MARKS[shape]}</svg>'
    )


def bar_drawing(value: float | None, mode: str, axis: Axis) -> str:
    """Return one bar from 0; nothing where nothing may be drawn."""
    if value is None:
        return ""
    ticks = "".join(_upright(axis.at(number), GRID) for number in axis.ticks())
    colour = mode_style(mode).colour if mode else "#33566F"
    return (
        f'<svg aria-hidden="true">{ticks}<svg y="50%" overflow="visible">'
        f'<rect y="-11" width="{axis.at(value)}%" height="22" rx="2" fill="{colour}"/>'
        f'</svg><line x1="0" x2="0" y1="0" y2="100%" stroke="{ZERO}"/></svg>'
    )


def curve_drawing(chart: CurveChart) -> str:
    """Return lines with their bands, each named at its end."""
    last = max(day for curve in chart.curves for day in curve.days)
    known = [
        number
        for curve in chart.curves
        for number in (*curve.shares, *curve.highs)
        if number is not None
    ]
    days, shares = Axis(0, max(last, 1)), Axis(0, _top(max(known)))
    parts = [_curve_ground(chart, days, shares)]
    lines = [_band(curve, days, shares) for curve in chart.curves]
    lines += [_line(curve, days, shares) for curve in chart.curves]
    parts.append(
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" '
        f'height="100%">{"".join(lines)}</svg>'
    )
    heights = _heights(chart.curves, days, shares)
    for curve, height in zip(chart.curves, heights, strict=True):
        style = mode_style(curve.mode)
        at, end = days.at(curve.days[-1]), 100 - shares.at(curve.shares[-1])
        colour = style.colour
        parts.append(_mark(at, f"{end}%", style.marker, colour, "#FFFFFF"))
        parts.append(
            f'<svg x="{at}%" y="{height}%" overflow="visible"><text class="name" '
            f'fill="{colour}">{escape(curve.label)}</text></svg>'
        )
    return (
        f'<svg class="curves" role="img" aria-label="{escape(chart.alt, quote=True)}">'
        f"{''.join(parts)}</svg>"
    )


def _top(most: float) -> float:
    """Return a round end of the axis of shares above the highest number."""
    return next(end for end in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if end >= min(most, 1))


def _curve_ground(chart: CurveChart, days: Axis, shares: Axis) -> str:
    parts = []
    for number in shares.ticks():
        at = 100 - shares.at(number)
        colour = GRID if number else ZERO
        parts.append(
            f'<line x1="0" x2="100%" y1="{at}%" y2="{at}%" stroke="{colour}"/>'
            f'<svg y="{at}%" overflow="visible"><text x="-8" y="5" text-anchor="end">'
            f"{round(100 * number)}%</text></svg>"
        )
    for day in _days(int(days.most)):
        parts.append(
            f'<svg x="{days.at(day)}%" y="100%" overflow="visible">'
            f'<line y2="5" stroke="{ZERO}"/>'
            f'<text y="21" text-anchor="middle">{day}</text></svg>'
        )
    parts.append(
        '<svg x="50%" y="100%" overflow="visible"><text class="about" y="42" '
        f'text-anchor="middle" fill="{NOTE}">{escape(chart.x_title)}</text></svg>'
    )
    return "".join(parts)


def _days(last: int) -> range:
    step = next((s for s in DAYS if last / s <= MOST_DAYS), last)
    return range(0, last + 1, step)


def _steps(days: Iterable[float], heights: Iterable[float]) -> list[str]:
    """Return the corners of a line that keeps its height until the next day."""
    points = list(zip(days, heights, strict=True))
    corners = [points[0]]
    for (_, height), (day, following) in pairwise(points):
        corners += [(day, height), (day, following)]
    return [f"{day} {round(100 - height, 2)}" for day, height in corners]


def _band(curve: Curve, days: Axis, shares: Axis) -> str:
    known = [
        (days.at(day), shares.at(low), shares.at(high))
        for day, low, high in zip(curve.days, curve.lows, curve.highs, strict=True)
        if low is not None and high is not None
    ]
    if len(known) < 2:
        return ""
    at, lows, highs = zip(*known, strict=True)
    corners = _steps(at, highs) + _steps(at, lows)[::-1]
    colour = mode_style(curve.mode).colour
    return f'<path d="M{"L".join(corners)}z" fill="{colour}" fill-opacity=".14"/>'


def _line(curve: Curve, days: Axis, shares: Axis) -> str:
    style = mode_style(curve.mode)
    corners = _steps(map(days.at, curve.days), map(shares.at, curve.shares))
    dash = DASHES[style.dash]
    return (
        f'<path d="M{"L".join(corners)}" fill="none" stroke="{style.colour}" '
        'stroke-width="2.8" stroke-linejoin="round" vector-effect="non-scaling-stroke"'
        + (f' stroke-dasharray="{dash}"/>' if dash else "/>")
    )


def _heights(curves: tuple[Curve, ...], days: Axis, shares: Axis) -> list[float]:
    """Return the height of each line's name in percent: near its end, none touching."""
    places = [days.at(curve.days[-1]) for curve in curves]
    heights = [100 - shares.at(curve.shares[-1]) for curve in curves]
    order = sorted(range(len(heights)), key=heights.__getitem__)
    for _ in curves:
        for upper, lower in pairwise(order):
            lacking = CLOSEST - (heights[lower] - heights[upper])
            if lacking > 0 and abs(places[upper] - places[lower]) < NEAR:
                heights[upper] -= lacking / 2
                heights[lower] += lacking / 2
    return [round(height, 2) for height in heights]
