"""Dots with likely ranges: a native scatter chart behind a native table of words."""

import math
from dataclasses import replace

from pptx.enum.text import MSO_ANCHOR

from dashboards import theme
from dashboards.review_pack.blocks import RangeChart, RangeRow
from dashboards.review_pack.pptx.canvas import Canvas
from dashboards.review_pack.pptx.chart_xml import nice_unit
from dashboards.review_pack.pptx.metrics import Box, Line, height_of, sized
from dashboards.review_pack.pptx.piece import Piece
from dashboards.review_pack.pptx.range_plot import (
    AXIS_ROOM,
    SIDE_PAD,
    Axis,
    draw_ranges,
)
from dashboards.review_pack.pptx.tables import PAD, Cell, add_rows, rows_that_fit

ROW_AIR = 12.0  # above and below the words of a row, together
MOST_ROW = 70.0
# Label, dots, finding: the first of these at which the rows are not much higher than
# at the best of them.
PARTS = ((0.34, 0.32, 0.34), (0.31, 0.29, 0.4), (0.29, 0.25, 0.46), (0.33, 0.21, 0.46))
ENOUGH = 1.08
ARROWS = frozenset("←→◄►")
CAPTION_GAP = 4.0


class RangePiece(Piece):
    """Rows of dots with ranges on one axis."""

    def __init__(self, block: RangeChart) -> None:
        super().__init__(block.title)
        self.block = block
        # A difference of shares is counted in points, a share in percent.
        self.times = 100.0 if block.is_share and block.zero is not None else 1.0
        span = (block.most - block.least) * self.times
        self.unit = nice_unit(span, 4)
        step = self.unit / self.times
        self.least = math.floor(block.least / step + 1e-9) * self.unit
        self.greatest = math.ceil(block.most / step - 1e-9) * self.unit

    def height(self, width: float, scale: float) -> float:
        """Return the height of the captions, the rows and the axis."""
        rows = sum(self._heights(width, scale))
        return self._caption_height(width, scale) + rows + AXIS_ROOM

    def most(self, width: float, scale: float) -> float:
        """Return the height with rows as high as looks well."""
        heights = self._heights(width, scale)
        rows = sum(max(high, MOST_ROW) for high in heights)
        return self._caption_height(width, scale) + rows + AXIS_ROOM

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw the captions, the chart and the words of each row."""
        widths = [part * box.width for part in self._parts(box.width, scale)]
        caption = self._caption_height(box.width, scale)
        heights = self._heights(box.width, scale)
        spare = box.height - caption - AXIS_ROOM - sum(heights)
        even = (sum(heights) + spare) / len(heights)
        if even >= max(heights):
            heights = [even] * len(heights)
        elif spare > 0:
            heights = [high + spare / len(heights) for high in heights]
        plot = Box(box.left + widths[0], box.top + caption, widths[1], sum(heights))
        if caption:
            self._draw_captions(canvas, plot, box, scale)
        rows = list(zip(self.block.rows, heights, strict=True))
        size = sized(12, scale)
        draw_ranges(canvas, plot, self._axis(), rows, self.block.alt, size)
        cells = [self._cells(row, scale) for row in self.block.rows]
        place = Box(box.left, plot.top, box.width, plot.height)
        add_rows(
            canvas, place, widths, heights, cells, name="Findings", title=self.title
        )

    def split(
        self, width: float, height: float, scale: float
    ) -> tuple[Piece, Piece] | None:
        """Return the rows that fit, and a chart on the same axis of the others."""
        space = height - self.head_height(width, scale) - AXIS_ROOM
        space -= self._caption_height(width, scale)
        rows = self.block.rows
        count = rows_that_fit(self._heights(width, scale), space)
        if not count:
            return None
        first, second = (
            RangePiece(replace(self.block, rows=part))
            for part in (rows[:count], rows[count:])
        )
        return first, second

    def _cells(self, row: RangeRow, scale: float) -> list[Cell]:
        large, small = sized(14, scale), sized(12, scale)
        known = row.value is not None
        colour = theme.TEXT if known else theme.NOTE
        if known and row.is_clear and row.mode:
            colour = theme.mode_style(row.mode).colour
        left = [Line(row.label.words, large, True, theme.TEXT if known else theme.NOTE)]
        right = [Line(row.result.words, large, known, colour)]
        if row.about.words:
            left.append(Line(row.about.words, small, False, theme.NOTE))
        if row.note.words:
            right.append(Line(row.note.words, small, False, theme.NOTE))
        return [left, [Line("", small)], right]

    def _heights(self, width: float, scale: float) -> list[float]:
        return self._heights_at(self._parts(width, scale), width, scale)

    def _heights_at(
        self, parts: tuple[float, float, float], width: float, scale: float
    ) -> list[float]:
        result = []
        for row in self.block.rows:
            left, _, right = self._cells(row, scale)
            high = max(
                height_of(left, parts[0] * width - PAD),
                height_of(right, parts[2] * width - 2 * PAD),
            )
            result.append(high + ROW_AIR * scale)
        return result

    def _parts(self, width: float, scale: float) -> tuple[float, float, float]:
        sums = [sum(self._heights_at(parts, width, scale)) for parts in PARTS]
        return next(
            parts
            for parts, high in zip(PARTS, sums, strict=True)
            if high <= ENOUGH * min(sums)
        )

    def _captions(self, scale: float) -> tuple[Line, Line]:
        size = sized(12, scale)
        left, right = self.block.left, self.block.right
        if left and ARROWS.isdisjoint(left):
            left = f"← {left}"
        if right and ARROWS.isdisjoint(right):
            right = f"{right} →"
        return (
            Line(left, size, False, theme.NOTE, align="r"),
            Line(right, size, False, theme.NOTE),
        )

    def _caption_rooms(self, plot_width: float, width: float) -> tuple[float, float]:
        """Return the widths left and right of the line of no difference."""
        start = (self._place_of_zero()) * (plot_width - 2 * SIDE_PAD) + SIDE_PAD
        return start + 0.2 * width - 6, plot_width - start + 0.2 * width - 6

    def _place_of_zero(self) -> float:
        zero = (self.block.zero or 0.0) * self.times
        return (zero - self.least) / (self.greatest - self.least)

    def _caption_height(self, width: float, scale: float) -> float:
        if not (self.block.left or self.block.right):
            return 0.0
        rooms = self._caption_rooms(self._parts(width, scale)[1] * width, width)
        return (
            max(
                line.height(room)
                for line, room in zip(self._captions(scale), rooms, strict=True)
            )
            + CAPTION_GAP
        )

    def _draw_captions(self, canvas: Canvas, plot: Box, box: Box, scale: float) -> None:
        left_room, right_room = self._caption_rooms(plot.width, box.width)
        zero = plot.left + SIDE_PAD
        zero += self._place_of_zero() * (plot.width - 2 * SIDE_PAD)
        high = plot.top - box.top - CAPTION_GAP
        left, right = self._captions(scale)
        if left.words:
            place = Box(zero - 6 - left_room, box.top, left_room, high)
            canvas.text(place, [left], "Left side", anchor=MSO_ANCHOR.BOTTOM)
        if right.words:
            place = Box(zero + 6, box.top, right_room, high)
            canvas.text(place, [right], "Right side", anchor=MSO_ANCHOR.BOTTOM)

    def _axis(self) -> Axis:
        block = self.block
        form = "General"
        if block.is_share:
            form = "0%" if block.zero is None else "0"
        if block.zero is not None:
            plain = "0" if self.unit >= 1 else "0.0##"
            # Where both sides are named, a sign would say the same again.
            is_named = block.left and block.right
            form = f"{plain};{plain};0" if is_named else f"+{plain};-{plain};0"
        return Axis(
            self.least,
            self.greatest,
            self.unit,
            self.times,
            block.zero,
            block.margin,
            form,
        )
