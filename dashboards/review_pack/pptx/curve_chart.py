"""Shares by day: a native scatter chart with lines, named at their ends."""

import itertools
import math

from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from dashboards import theme
from dashboards.review_pack.blocks import Curve, CurveChart
from dashboards.review_pack.pptx import chart_xml as xml
from dashboards.review_pack.pptx.canvas import WHITE, Canvas, emu, line_xml
from dashboards.review_pack.pptx.chart_order import put_in_axis, put_in_series
from dashboards.review_pack.pptx.metrics import LINE, Box, Line, sized, width
from dashboards.review_pack.pptx.piece import Piece
from tandem.core.wording import render

LEAST, MOST = 150.0, 300.0
TOP = 7.0  # above the highest line of the grid, for half a number
NUMBERS = 38.0  # left of the plot, for the numbers of the axis
FOOT = 40.0  # below it, for the days and the title of the axis
SEEN = 7.0  # between both ends of a range; nearer, they would cover their own line
Limit = tuple[Curve, str, list[tuple[int, float]]]
_DASHES = {"solid": "solid", "dash": "dash", "dot": "sysDot", "longdash": "lgDash"}


class CurvePiece(Piece):
    """One line a delivery mode with its likely range as thin dashes."""

    def __init__(self, block: CurveChart) -> None:
        super().__init__(block.title)
        self.block = block

    def height(self, width: float, scale: float) -> float:
        """Return the least height at which lines can be told apart."""
        return LEAST + self._head(scale)

    def most(self, width: float, scale: float) -> float:
        """Return the height at which it looks well."""
        return max(MOST, min(0.5 * width, 340)) + self._head(scale)

    @staticmethod
    def _head(scale: float) -> float:
        return sized(12, scale) * LINE + 4

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw the title of the axis of shares, then the chart."""
        size, head = sized(12, scale), self._head(scale)
        title = Line(self.block.y_title, size, False, theme.NOTE)
        canvas.text(Box(box.left, box.top, box.width, head), [title], "Axis")
        place = Box(box.left, box.top + head, box.width, box.height - head)
        plot_high = place.height - TOP - FOOT
        limits = self._limits(plot_high)
        frame = canvas.slide.shapes.add_chart(
            XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
            emu(place.left),
            emu(place.top),
            emu(place.width),
            emu(place.height),
            self._data(canvas.language, limits),
        )
        chart = frame.chart
        xml.plain(chart, canvas.language)
        canvas.frame(frame, "Chart", self.block.alt)
        self._set_axes(chart, canvas.language, size)
        room = self._label_room(canvas.language, scale)
        right = min(room, 0.42 * place.width)
        xml.set_inner_layout(
            chart,
            NUMBERS / place.width,
            TOP / place.height,
            (place.width - NUMBERS - right) / place.width,
            plot_high / place.height,
        )
        self._dress(chart, limits)
        self._name_ends(chart, canvas.language, scale, plot_high, place.height)

    def _data(self, language: str, limits: list[Limit]) -> XyChartData:
        lines = [
            (curve.label, list(zip(curve.days, curve.shares, strict=True)))
            for curve in self.block.curves
        ]
        lines += [
            (render(key, language, name=curve.label), ends)
            for curve, key, ends in limits
        ]
        data = XyChartData(number_format="0%")
        most = max(len(points) for _, points in lines)
        for name, points in lines:
            series = data.add_series(name)
            # LibreOffice leaves out a line with fewer points than another one has.
            for day, share in points + points[-1:] * (most - len(points)):
                series.add_data_point(day, share)
        return data

    def _limits(self, plot: float) -> list[Limit]:
        """Return the ends of the likely ranges, where they part from their line."""
        found: list[Limit] = []
        for curve in self.block.curves:
            width = max(
                (
                    high - low
                    for low, high in zip(curve.lows, curve.highs, strict=True)
                    if low is not None and high is not None
                ),
                default=0.0,
            )
            if width / self._top() * plot < SEEN:
                continue
            for key, values in (
                ("pack.lower_end", curve.lows),
                ("pack.upper_end", curve.highs),
            ):
                ends = [
                    (day, value)
                    for day, value in zip(curve.days, values, strict=True)
                    if value is not None
                ]
                if ends:
                    found.append((curve, key, ends))
        return found

    def _top(self) -> float:
        highest = max(
            value
            for curve in self.block.curves
            for value in (*curve.shares, *curve.highs)
            if value is not None
        )
        return min(1.0, math.ceil(max(highest, 0.05) / 0.2 - 1e-9) * 0.2)

    def _set_axes(self, chart: Chart, language: str, size: float) -> None:
        across, upright = chart.category_axis, chart.value_axis
        last = max(day for curve in self.block.curves for day in curve.days)
        across.minimum_scale, across.maximum_scale = 0, max(last, 1)
        across.major_unit = _day_unit(last)
        upright.minimum_scale, upright.maximum_scale = 0, self._top()
        upright.major_unit = 0.2 if self._top() > 0.4 else 0.1
        xml.draw_axis(across, theme.NEUTRAL, language, size)
        xml.draw_axis(upright, None, language, size)
        upright.has_major_gridlines = True
        lines = upright._element.majorGridlines
        lines.append(xml.shape_properties(line_xml("a:ln", theme.GRID, 0.75)))
        across.tick_labels.number_format = "0"
        upright.tick_labels.number_format = "0%"
        title = etree.Element(qn("c:title"))
        title.append(
            xml.rich_text(self.block.x_title, language, size, theme.NOTE, False)
        )
        etree.SubElement(title, qn("c:overlay"), val="0")
        put_in_axis(across._element, title)

    def _name(self, curve: Curve) -> str:
        return f"{theme.mode_style(curve.mode).sign} {curve.label}"

    def _label_room(self, language: str, scale: float) -> float:
        size = sized(13, scale)
        names = (width(self._name(c), size, True) for c in self.block.curves)
        return max(names) + 14

    def _dress(self, chart: Chart, limits: list[Limit]) -> None:
        series = chart._chartSpace.findall(f".//{qn('c:ser')}")
        curves = self.block.curves
        for one, curve in zip(series, curves, strict=False):
            style = theme.mode_style(curve.mode)
            _set_line(one, line_xml("a:ln", style.colour, 2.25, _DASHES[style.dash]))
        for one, (curve, _, _) in zip(series[len(curves) :], limits, strict=True):
            colour = theme.mode_style(curve.mode).colour
            _set_line(one, line_xml("a:ln", colour, 0.75, "sysDash"))

    def _name_ends(
        self, chart: Chart, language: str, scale: float, plot: float, whole: float
    ) -> None:
        series = chart._chartSpace.findall(f".//{qn('c:ser')}")
        size, lowered = sized(13, scale), self._lowered(scale, plot)
        for one, curve, lower in zip(series, self.block.curves, lowered, strict=False):
            colour = theme.mode_style(curve.mode).colour
            words = xml.rich_text(self._name(curve), language, size, colour, True)
            single = xml.label(len(curve.days) - 1, words, "r", lower / whole)
            put_in_series(one, xml.labels([single]))

    def _lowered(self, scale: float, plot: float) -> list[float]:
        """Return how far each name at a line's end is moved down, in points.

        Names of lines that end close to each other would stand on each other.
        """
        step = sized(13, scale) * LINE
        top = self._top()
        ends = [(1 - c.shares[-1] / top) * plot for c in self.block.curves]
        order = sorted(range(len(ends)), key=ends.__getitem__)
        placed = list(ends)
        for _ in range(20):
            for upper, lower in itertools.pairwise(order):
                short = step - (placed[lower] - placed[upper])
                if short > 0:
                    placed[upper] -= short / 2
                    placed[lower] += short / 2
        return [new - old for new, old in zip(placed, ends, strict=True)]


def _set_line(series: etree._Element, line: etree._Element) -> None:
    put_in_series(series, xml.shape_properties(line))
    put_in_series(series, xml.marker("none", 2, WHITE, WHITE))
    put_in_series(series, etree.Element(qn("c:smooth"), val="0"))


def _day_unit(last: int) -> int:
    """Return days between the numbers of the axis: weeks, months or quarters."""
    for unit in (7, 14, 30, 60, 90, 180):
        if last / unit <= 6:
            return unit
    return 365
