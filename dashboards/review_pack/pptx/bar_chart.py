"""Horizontal bars from 0: a native bar chart behind a native table of their names."""

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from dashboards import theme
from dashboards.review_pack.blocks import Bar, BarChart
from dashboards.review_pack.pptx import chart_xml as xml
from dashboards.review_pack.pptx.canvas import Canvas, emu, fill_xml, line_xml
from dashboards.review_pack.pptx.metrics import Box, Line, height_of, sized, width
from dashboards.review_pack.pptx.piece import Piece
from dashboards.review_pack.pptx.tables import PAD, Cell, add_grid
from tandem.core.wording import render

ROW_AIR = 12.0
MOST_ROW = 54.0
LABELS = 0.36  # of the width, for the names of the bars
LEAST_BARS = 0.3  # of the width, for the longest bar
GAP = 10.0


class BarPiece(Piece):
    """Bars with their words at their ends."""

    def __init__(self, block: BarChart, language: str) -> None:
        super().__init__(block.title)
        self.block, self.language = block, language

    def height(self, width: float, scale: float) -> float:
        """Return the height of all rows."""
        return sum(self._heights(width, scale))

    def most(self, width: float, scale: float) -> float:
        """Return the height with rows as high as looks well."""
        return sum(max(high, MOST_ROW) for high in self._heights(width, scale))

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw the bars, then the names of the rows over them."""
        # One height for all: a bar stands in the middle of its share of the axis.
        high = max(
            max(self._heights(box.width, scale)), box.height / len(self.block.bars)
        )
        heights = [high] * len(self.block.bars)
        names = LABELS * box.width
        plot = Box(box.left + names, box.top, box.width - names, high * len(heights))
        self._draw_chart(canvas, plot, scale)
        cells = [self._cells(bar, scale) for bar in self.block.bars]
        place = Box(box.left, box.top, box.width, plot.height)
        frame = add_grid(
            canvas, place, [names, plot.width], heights, cells, has_header=False
        )
        alt = render("pack.rows_alt", canvas.language, title=self.title)
        canvas.frame(frame, "Names of bars", alt)

    def _cells(self, bar: Bar, scale: float) -> list[Cell]:
        size = sized(14, scale)
        known = bar.value is not None
        lines = [Line(bar.label.words, size, True, theme.TEXT if known else theme.NOTE)]
        if bar.mode:
            style = theme.mode_style(bar.mode)
            named = f"{style.sign} {render(f'mode.{style.mode}', self.language)}"
            lines.append(Line(named, sized(12, scale), False, style.colour))
        right = Line("" if known else bar.result.words, size, False, theme.NOTE)
        return [lines, [right]]

    def _heights(self, room: float, scale: float) -> list[float]:
        rows = []
        for bar in self.block.bars:
            left, right = self._cells(bar, scale)
            names = height_of(left, LABELS * room - PAD)
            words = height_of(right, (1 - LABELS) * room - 2 * PAD)
            rows.append(max(names, words) + ROW_AIR)
        return [max(rows)] * len(rows)

    def _label_room(self, scale: float) -> float:
        size = sized(14, scale)
        drawn = [b.result.words for b in self.block.bars if b.value is not None]
        return max((width(words, size, True) for words in drawn), default=0.0) + GAP

    def _draw_chart(self, canvas: Canvas, plot: Box, scale: float) -> None:
        drawn = [bar for bar in self.block.bars if bar.value is not None]
        if not drawn:
            return
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
        self._dress(series, canvas.language, scale)
        names, values = chart.category_axis, chart.value_axis
        names.reverse_order = True
        values.minimum_scale, values.maximum_scale = 0, self.block.most
        for axis, line in ((names, theme.NEUTRAL), (values, None)):
            xml.draw_axis(axis._element, line, canvas.language, 12)
        hidden = etree.Element(qn("c:tickLblPos"), val="none")
        xml.put_in_axis(names._element, hidden)
        values.visible = False
        room = min(self._label_room(scale), plot.width * (1 - LEAST_BARS))
        xml.set_inner_layout(chart, 0.0, 0.0, 1 - room / plot.width, 1.0)

    def _dress(self, series: etree._Element, language: str, scale: float) -> None:
        fill = fill_xml(theme.LINE)
        bare = line_xml("a:ln", None, 0)
        xml.put_in_series(series, xml.shape_properties(bare, fill))
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
            singles.append(xml.label(index, words, "outEnd"))
        xml.put_in_series(series, xml.labels(singles))
        place = list(series).index(series.find(qn("c:dLbls")))
        for offset, point in enumerate(points):
            series.insert(place + offset, point)
