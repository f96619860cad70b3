"""Horizontal bars from 0: a native bar chart behind a native table of their names."""

from dataclasses import replace

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION
from pptx.oxml.ns import qn

from dashboards import theme
from dashboards.review_pack.blocks import Bar, BarChart
from dashboards.review_pack.pptx import chart_xml as xml
from dashboards.review_pack.pptx.canvas import Canvas, emu, fill_xml, line_xml
from dashboards.review_pack.pptx.chart_order import put_in_series
from dashboards.review_pack.pptx.metrics import Box, Line, height_of, sized, width
from dashboards.review_pack.pptx.piece import Piece
from dashboards.review_pack.pptx.tables import PAD, Cell, add_rows
from tandem.core.wording import render

ROW_AIR = 12.0
MOST_ROW = 54.0
NAMES = 0.36  # of the width, for the names of the bars
MOST_LABEL = 0.62  # of the rest, for the words at the end of the longest bar
# Where they need more, they stand in a column of their own: names, bars, words.
PARTS = (0.3, 0.26, 0.44)
GAP = 10.0


class BarPiece(Piece):
    """Bars with their words at their ends."""

    def __init__(self, block: BarChart, language: str) -> None:
        super().__init__(block.title)
        self.block, self.language = block, language

    def height(self, width: float, scale: float) -> float:
        """Return the height of all rows."""
        return self._row_height(width, scale) * len(self.block.bars)

    def most(self, width: float, scale: float) -> float:
        """Return the height with rows as high as looks well."""
        row = max(self._row_height(width, scale), MOST_ROW)
        return row * len(self.block.bars)

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw the bars, then the names of the rows over them."""
        # One height for all: a bar stands in the middle of its share of the axis.
        count = len(self.block.bars)
        row = max(self._row_height(box.width, scale), box.height / count)
        heights = [row] * count
        widths = self._widths(box.width, scale)
        plot = Box(box.left + widths[0], box.top, widths[1], row * count)
        has_labels = len(widths) == 2
        self._draw_chart(canvas, plot, scale, has_labels=has_labels)
        cells = [self._cells(bar, scale, has_labels) for bar in self.block.bars]
        place = Box(box.left, box.top, box.width, plot.height)
        add_rows(
            canvas,
            place,
            widths,
            heights,
            cells,
            name="Names of bars",
            title=self.title,
        )

    def split(
        self, width: float, height: float, scale: float
    ) -> tuple[Piece, Piece] | None:
        """Return the bars that fit, and a chart on the same axis of the others."""
        room = height - self.head_height(width, scale)
        bars, count = self.block.bars, int(room // self._row_height(width, scale))
        if not 0 < count < len(bars):
            return None
        first, second = (
            BarPiece(replace(self.block, bars=part), self.language)
            for part in (bars[:count], bars[count:])
        )
        return first, second

    def _cells(self, bar: Bar, scale: float, has_labels: bool) -> list[Cell]:
        size = sized(14, scale)
        known = bar.value is not None
        colour = theme.TEXT if known else theme.NOTE
        names = [Line(bar.label.words, size, True, colour)]
        if bar.mode:
            style = theme.mode_style(bar.mode)
            named = f"{style.sign} {render(f'mode.{style.mode}', self.language)}"
            names.append(Line(named, sized(12, scale), False, style.colour))
        words = Line(bar.result.words, size, known, colour)
        nothing = [Line("", size)]
        if not has_labels:
            return [names, nothing, [words]]
        return [names, nothing if known else [words]]

    def _widths(self, room: float, scale: float) -> list[float]:
        """Return the widths of the columns: two where words stand at the bars."""
        rest = (1 - NAMES) * room
        if self._label_room(scale) <= MOST_LABEL * rest:
            return [NAMES * room, rest]
        return [part * room for part in PARTS]

    def _row_height(self, room: float, scale: float) -> float:
        widths = self._widths(room, scale)
        return ROW_AIR * scale + max(
            height_of(cell, wide - 2 * PAD)
            for bar in self.block.bars
            for cell, wide in zip(
                self._cells(bar, scale, len(widths) == 2), widths, strict=True
            )
        )

    def _label_room(self, scale: float) -> float:
        size = sized(14, scale)
        drawn = [b.result.words for b in self.block.bars if b.value is not None]
        return max((width(words, size, True) for words in drawn), default=0.0) + GAP

    def _draw_chart(
        self, canvas: Canvas, plot: Box, scale: float, *, has_labels: bool
    ) -> None:
        form = "0%" if self.block.is_share else "General"
        data = CategoryChartData(number_format=form)
        data.categories = [bar.label.words for bar in self.block.bars]
        data.add_series(self.title, [bar.value for bar in self.block.bars])
        frame = canvas.slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED,
            emu(plot.left),
            emu(plot.top),
            emu(plot.width),
            emu(plot.height),
            data,
        )
        chart = frame.chart
        xml.plain(chart, canvas.language)
        canvas.frame(frame, "Chart", self.block.alt)
        chart.plots[0].gap_width = 90
        series = chart._chartSpace.find(f".//{qn('c:ser')}")
        self._dress(series, canvas.language, scale, has_labels)
        names, values = chart.category_axis, chart.value_axis
        names.reverse_order = True
        values.minimum_scale, values.maximum_scale = 0, self.block.most
        for axis, line in ((names, theme.NEUTRAL), (values, None)):
            xml.draw_axis(axis, line, canvas.language, 12)
        names.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        values.visible = False
        room = self._label_room(scale) if has_labels else GAP
        xml.set_inner_layout(chart, 0.0, 0.0, 1 - room / plot.width, 1.0)

    def _dress(
        self,
        series: etree._Element,
        language: str,
        scale: float,
        has_labels: bool,
    ) -> None:
        fill = fill_xml(theme.LINE)
        bare = line_xml("a:ln", None, 0)
        put_in_series(series, xml.shape_properties(bare, fill))
        for old in series.findall(qn("c:dPt")):
            series.remove(old)
        singles = []
        points = []
        for index, bar in enumerate(self.block.bars):
            if bar.value is None:
                continue
            colour = theme.mode_style(bar.mode).colour if bar.mode else theme.LINE
            point = etree.Element(qn("c:dPt"))
            etree.SubElement(point, qn("c:idx"), val=str(index))
            etree.SubElement(point, qn("c:invertIfNegative"), val="0")
            etree.SubElement(point, qn("c:bubble3D"), val="0")
            line = line_xml("a:ln", None, 0)
            point.append(xml.shape_properties(line, fill_xml(colour)))
            points.append(point)
            words = xml.rich_text(
                bar.result.words, language, sized(14, scale), theme.TEXT, True
            )
            if has_labels:
                singles.append(xml.label(index, words, "outEnd"))
        put_in_series(series, xml.labels(singles))
        place = list(series).index(series.find(qn("c:dLbls")))
        for offset, point in enumerate(points):
            series.insert(place + offset, point)
