"""The numbers of a drawing as a table: below it on screen, and in the workbook."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards import formats
from dashboards.review_pack.blocks import (
    BarChart,
    Chart,
    CurveChart,
    RangeChart,
)
from tandem.core.wording import render

# How numbers of a table are meant: shares 0 to 1, differences of them, and all others.
SHARE, POINTS, PLAIN = "share", "points", "plain"


@dataclass(frozen=True)
class Number:
    """A number of a table: as published, and in which unit it is read."""

    value: float
    unit: str = PLAIN

    @property
    def printed(self) -> str:
        """The number as people read it; a difference keeps its sign."""
        if self.unit == SHARE:
            return formats.percent(self.value)
        size = self.value * 100 if self.unit == POINTS else self.value
        return formats.value(round(size, 1), "ratio")


Cell = str | Number | None


@dataclass(frozen=True)
class ChartTable:
    """A drawing as a table.

    Attributes:
        title: of the drawing.
        about: what signs mean; empty where there are none.
        header: a word or more a column.
        rows: words, numbers, and None where nothing is known.
    """

    title: str
    about: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def chart_table(chart: Chart, language: str) -> ChartTable:
    """Return the numbers of a drawing.

    Args:
        chart: of a slide.
        language: of the words of the header.
    """
    match chart:
        case RangeChart():
            return _of_ranges(chart, language)
        case BarChart():
            return _of_bars(chart, language)
        case CurveChart():
            return _of_curves(chart, language)


def unit_of(chart: RangeChart | BarChart) -> str:
    """Return SHARE, POINTS (a difference of shares) or PLAIN."""
    if not chart.is_share:
        return PLAIN
    return POINTS if isinstance(chart, RangeChart) and chart.zero is not None else SHARE


def _number(value: float | None, unit: str) -> Number | None:
    return None if value is None else Number(value, unit)


def _of_ranges(chart: RangeChart, language: str) -> ChartTable:
    unit = unit_of(chart)
    value = "pack.table.points" if unit == POINTS else "pack.table.value"
    names = ("what", "about", value, "from", "to", "finding", "note")
    sides = ""
    if chart.zero is not None and chart.left and chart.right:
        words = {"left": chart.left, "right": chart.right}
        sides = render("pack.table.sides", language, **words)
    rows = tuple(
        (
            row.label.words,
            row.about.words,
            *(_number(number, unit) for number in (row.value, row.low, row.high)),
            row.result.words,
            row.note.words,
        )
        for row in chart.rows
    )
    return ChartTable(chart.title, sides, _header(names, language), rows)


def _of_bars(chart: BarChart, language: str) -> ChartTable:
    unit = unit_of(chart)
    rows = tuple(
        (bar.label.words, _number(bar.value, unit), bar.result.words)
        for bar in chart.bars
    )
    header = _header(("what", "value", "finding"), language)
    return ChartTable(chart.title, "", header, rows)


def _of_curves(chart: CurveChart, language: str) -> ChartTable:
    lines = [
        {
            day: ends
            for day, *ends in zip(
                curve.days, curve.shares, curve.lows, curve.highs, strict=True
            )
        }
        for curve in chart.curves
    ]
    start, end = _header(("from", "to"), language)
    header = [chart.x_title]
    for curve in chart.curves:
        header += [curve.label, f"{curve.label}: {start}", f"{curve.label}: {end}"]
    days = sorted({day for line in lines for day in line})
    nothing = (None, None, None)
    rows = tuple(
        (
            Number(day),
            *(_number(n, SHARE) for line in lines for n in line.get(day, nothing)),
        )
        for day in days
    )
    return ChartTable(chart.title, chart.y_title, tuple(header), rows)


def _header(names: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(
        render(name if "." in name else f"pack.table.{name}", language)
        for name in names
    )
