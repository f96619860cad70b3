"""The native scatter chart of a `RangeChart`.

A row is a series of three points: the lower end of its range, its value and the upper
end, joined by a line, with a marker at the value only. Error bars with values of their
own would say the same, but LibreOffice leaves them out when it opens a presentation.
It also leaves out a series that has fewer points than a later one, so each has three,
and draws series in another order than PowerPoint, so the band lies behind the chart.
"""

from dataclasses import dataclass

from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION
from pptx.oxml.ns import qn

from dashboards import theme
from dashboards.review_pack.blocks import RangeRow
from dashboards.review_pack.pptx import chart_xml as xml
from dashboards.review_pack.pptx.canvas import WHITE, Canvas, emu, line_xml
from dashboards.review_pack.pptx.chart_order import put_in_series
from dashboards.review_pack.pptx.metrics import Box
from tandem.core.wording import render

SIDE_PAD = 14.0  # in the frame of the chart, so that numbers at the axis are not cut
AXIS_ROOM = 22.0  # below the rows, for the numbers of the axis
RANGE_WIDTH = 2.75
_SIZES = {"circle": 11, "square": 10, "diamond": 13, "x": 10}


@dataclass(frozen=True)
class Axis:
    """The axis along which the dots stand, in the numbers that are printed.

    Attributes:
        least: its left end.
        most: its right end.
        unit: between two numbers.
        times: by which values of the block are multiplied.
        zero: the line of no difference; None for none.
        margin: half the width of the band around it.
        form: of the numbers.
    """

    least: float
    most: float
    unit: float
    times: float
    zero: float | None
    margin: float
    form: str

    def of(self, value: float) -> float:
        """Return a value of the block as the chart has it."""
        return round(value * self.times, 9)


@dataclass(frozen=True)
class _Series:
    """Points of one series, and the row that it draws: None for the line."""

    name: str
    points: tuple[tuple[float, float], ...]
    row: RangeRow | None = None


def draw_ranges(
    canvas: Canvas,
    plot: Box,
    axis: Axis,
    rows: list[tuple[RangeRow, float]],
    alt: str,
    size: float,
) -> None:
    """Draw the chart so that each dot stands in the middle of its row.

    Args:
        canvas: of the slide.
        plot: where the rows are; the numbers of the axis go below it.
        axis: of the values.
        rows: with their heights in points, from the top.
        alt: what the chart shows, in words.
        size: of the numbers at the axis.
    """
    series = _series_of(plot, axis, rows, canvas.language)
    if not series:
        return
    _draw_band(canvas, plot, axis)
    data = XyChartData(number_format="General")
    for one in series:
        added = data.add_series(one.name)
        for across, upright in one.points:
            added.add_data_point(across, upright)
    frame = canvas.slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER,
        emu(plot.left),
        emu(plot.top),
        emu(plot.width),
        emu(plot.height + AXIS_ROOM),
        data,
    )
    chart = frame.chart
    xml.plain(chart, canvas.language)
    canvas.frame(frame, "Chart", alt)
    elements = chart._chartSpace.findall(f".//{qn('c:ser')}")
    for element, one in zip(elements, series, strict=True):
        _dress(element, one)
    _set_axes(chart, plot, axis, canvas.language, size)


def _series_of(
    plot: Box, axis: Axis, rows: list[tuple[RangeRow, float]], language: str
) -> list[_Series]:
    middles, top = [], plot.height
    for _, high in rows:
        middles.append(round(top - high / 2, 2))
        top -= high
    series = []
    if axis.zero is not None:
        zero, top = axis.of(axis.zero), round(plot.height, 2)
        line = ((zero, 0.0), (zero, round(top / 2, 2)), (zero, top))
        series.append(_Series(render("pack.no_difference", language), line))
    for (row, _), middle in zip(rows, middles, strict=True):
        if row.value is None:
            continue
        numbers = [
            axis.of(row.value if number is None else number)
            for number in (row.low, row.value, row.high)
        ]
        points = tuple((number, middle) for number in numbers)
        series.append(_Series(row.label.words, points, row))
    return series


def _draw_band(canvas: Canvas, plot: Box, axis: Axis) -> None:
    """Draw the grey band of what is too small to matter, behind the chart."""
    if axis.zero is None or axis.margin <= 0:
        return
    scale = (plot.width - 2 * SIDE_PAD) / (axis.most - axis.least)
    ends = [
        min(max(axis.of(axis.zero + side * axis.margin), axis.least), axis.most)
        for side in (-1, 1)
    ]
    left = plot.left + SIDE_PAD + (ends[0] - axis.least) * scale
    wide = (ends[1] - ends[0]) * scale
    canvas.bar(Box(left, plot.top, wide, plot.height), theme.ZONE)


def _dress(element: etree._Element, one: _Series) -> None:
    if one.row is None:
        line = line_xml("a:ln", theme.NEUTRAL, 1)
        mark = xml.marker("none", 2, WHITE, WHITE)
    else:
        style = theme.mode_style(one.row.mode)
        colour = style.colour if one.row.mode else theme.NEUTRAL
        shape = style.marker if one.row.mode else "circle"
        line = line_xml("a:ln", colour, RANGE_WIDTH)
        fill = colour if one.row.is_clear else WHITE
        mark = xml.marker(shape, _SIZES[shape], colour, fill)
    put_in_series(element, xml.shape_properties(line))
    put_in_series(element, mark)
    if one.row is not None and one.row.low is not None:
        low, value, high = (across for across, _ in one.points)
        put_in_series(
            element, xml.range_bars(value - low, high - value, colour, RANGE_WIDTH)
        )
    if one.row is not None:
        place = list(element).index(element.find(qn("c:marker"))) + 1
        for index in (2, 0):
            none = xml.marker("none", 2, WHITE, WHITE)
            element.insert(place, xml.point_marker(index, none))


def _set_axes(chart: Chart, plot: Box, axis: Axis, language: str, size: float) -> None:
    across, upright = chart.category_axis, chart.value_axis
    across.minimum_scale, across.maximum_scale = axis.least, axis.most
    across.major_unit = axis.unit
    upright.minimum_scale, upright.maximum_scale = 0, round(plot.height, 2)
    for one in (across, upright):
        xml.draw_axis(one, None, language, size)
    upright.visible = False
    across.tick_labels.number_format = axis.form
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    whole = plot.height + AXIS_ROOM
    pad = SIDE_PAD / plot.width
    xml.set_inner_layout(chart, pad, 0.0, 1 - 2 * pad, plot.height / whole)
