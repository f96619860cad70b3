"""Native tables with thin rules; a long one is split, its header repeated."""

import itertools

from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.table import _Cell as TableCell

from dashboards import theme
from dashboards.review_pack.blocks import Table
from dashboards.review_pack.pptx.canvas import (
    Canvas,
    emu,
    line_xml,
    write_lines,
)
from dashboards.review_pack.pptx.metrics import (
    Box,
    Line,
    height_of,
    longest_word,
    sized,
    width,
)
from dashboards.review_pack.pptx.piece import Piece
from tandem.core.wording import render

PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
PAD = 5.0  # left and right of a cell
AIR = 4.0  # above and below its words
WIDEST = 1.6  # times what the words of a column need

Cell = list[Line]


def add_grid(
    canvas: Canvas,
    box: Box,
    widths: list[float],
    heights: list[float],
    cells: list[list[Cell]],
    *,
    has_header: bool,
) -> GraphicFrame:
    """Add a native table with a rule above each row.

    Args:
        canvas: of the slide.
        box: its place; width and height follow from the columns and rows.
        widths: of the columns, in points.
        heights: of the rows, in points; high enough for their words.
        cells: paragraphs by row and column.
        has_header: whether the first row names the columns.
    """
    frame = canvas.slide.shapes.add_table(
        len(heights),
        len(widths),
        emu(box.left),
        emu(box.top),
        emu(sum(widths)),
        emu(sum(heights)),
    )
    table = frame.table
    table.first_row, table.horz_banding, table.first_col = has_header, False, True
    frame._element.find(f".//{qn('a:tableStyleId')}").text = PLAIN_STYLE
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = emu(wide)
    for position, (row, high) in enumerate(zip(table.rows, heights, strict=True)):
        row.height = emu(high)
        above = _rule(position, has_header)
        below = _rule(position + 1, has_header) if position + 1 < len(heights) else None
        for place, cell in enumerate(row.cells):
            body = cell._tc.get_or_add_txBody()
            write_lines(body, cells[position][place], canvas.language)
            pads = (PAD if place else 0.0, PAD)
            is_head = has_header and position == 0
            cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.MIDDLE
            _dress(cell, pads, (above, below))
    return frame


def add_rows(
    canvas: Canvas,
    box: Box,
    widths: list[float],
    heights: list[float],
    cells: list[list[Cell]],
    *,
    name: str,
    title: str,
) -> None:
    """Add the words of a chart's rows over the chart, as a table without a header.

    Args:
        canvas: of the slide.
        box: as of `add_grid`; so are the widths, heights and cells.
        widths: of the columns.
        heights: of the rows.
        cells: paragraphs by row and column.
        name: of the table, for the list of objects.
        title: of the chart.
    """
    frame = add_grid(canvas, box, widths, heights, cells, has_header=False)
    canvas.frame(frame, name, render("pack.rows_alt", canvas.language, title=title))


def rows_that_fit(heights: list[float], space: float) -> int:
    """Return how many rows go on a slide before the others; 0 for no such part.

    Args:
        heights: of all rows, in points.
        space: for them on the slide, in points.
    """
    count = sum(below <= space for below in itertools.accumulate(heights))
    if not 0 < count < len(heights):
        return 0
    # The last two slides hold about as much.
    return min(count, -(-len(heights) // 2))


Rule = tuple[str, float] | None  # colour and width in points


def _rule(position: int, has_header: bool) -> Rule:
    """Return the rule above a row."""
    if has_header and position == 0:
        return None
    return (theme.NEUTRAL, 1.0) if has_header and position == 1 else (theme.GRID, 0.75)


def _dress(
    cell: TableCell, pads: tuple[float, float], rules: tuple[Rule, Rule]
) -> None:
    """Set margins, and the rules above and below."""
    cell.margin_left, cell.margin_right = emu(pads[0]), emu(pads[1])
    cell.margin_top = cell.margin_bottom = emu(AIR / 2)
    properties = cell._tc.get_or_add_tcPr()
    for tag in ("a:lnL", "a:lnR"):
        properties.append(line_xml(tag, None, 0))
    for tag, rule in zip(("a:lnT", "a:lnB"), rules, strict=True):
        properties.append(line_xml(tag, *(rule or (None, 0))))
    cell.fill.background()


class TablePiece(Piece):
    """A table of words, its columns as wide as their words ask for."""

    def __init__(self, block: Table) -> None:
        super().__init__(block.title)
        self.block = block

    def height(self, width: float, scale: float) -> float:
        """Return the height of the header and all rows."""
        return sum(self._heights(width, scale))

    def draw(self, canvas: Canvas, box: Box, scale: float) -> None:
        """Draw it as a native table."""
        widths = self._widths(box.width, scale)
        heights = self._heights(box.width, scale)
        cells = self._cells(scale)
        frame = add_grid(canvas, box, widths, heights, cells, has_header=True)
        alt = render(
            "pack.table_alt",
            canvas.language,
            title=self.title or self.block.header[0],
            rows=len(self.block.rows),
            columns=", ".join(name for name in self.block.header if name),
        )
        canvas.frame(frame, "Table", alt)

    def split(
        self, width: float, height: float, scale: float
    ) -> tuple[Piece, Piece] | None:
        """Return the rows that fit below the header, and a table of the others."""
        head, *rows = self._heights(width, scale)
        space = height - self.head_height(width, scale) - head
        count = rows_that_fit(rows, space)
        if not count:
            return None
        block = self.block
        parts = (block.rows[:count], block.rows[count:])
        first, second = (
            TablePiece(Table(block.title, block.header, part, block.numbers))
            for part in parts
        )
        return first, second

    def _cells(self, scale: float) -> list[list[Cell]]:
        size, numbers = sized(13, scale), self.block.numbers
        sides = ["r" if c in numbers else "l" for c in range(len(self.block.header))]
        head = [
            [Line(words, sized(12, scale), True, theme.NOTE, align=side)]
            for words, side in zip(self.block.header, sides, strict=True)
        ]
        body = [
            [
                [Line(text.words, size, not place, theme.TEXT, align=side)]
                for place, (text, side) in enumerate(zip(row, sides, strict=True))
            ]
            for row in self.block.rows
        ]
        return [head, *body]

    def _heights(self, room: float, scale: float) -> list[float]:
        widths = self._widths(room, scale)
        return [
            max(
                height_of(cell, wide - 2 * PAD)
                for cell, wide in zip(row, widths, strict=True)
            )
            + AIR
            + (3.0 if position else 1.0) * scale
            for position, row in enumerate(self._cells(scale))
        ]

    def _widths(self, room: float, scale: float) -> list[float]:
        """Return the widths of the columns: no word broken, the rest by their words."""
        cells = self._cells(scale)
        least, wished = [], []
        for place in range(len(self.block.header)):
            lines = [row[place][0] for row in cells]
            longest = (longest_word(c.words, c.size, c.is_bold) for c in lines)
            least.append(max(longest) + 2 * PAD)
            whole = max(width(c.words, c.size, c.is_bold) for c in lines)
            wished.append(whole + 2 * PAD)
        if sum(wished) <= room:
            # A short table is not pulled apart over the whole slide.
            times = min(room / sum(wished), WIDEST)
            return [w * times for w in wished]
        if sum(least) >= room:
            return [w * room / sum(least) for w in least]
        spare = room - sum(least)
        # A long column gets more, but less than in proportion, so that short ones
        # are not squeezed onto many lines.
        wants = [(w - s) ** 0.7 for w, s in zip(wished, least, strict=True)]
        shares = [w / sum(wants) for w in wants]
        return [s + spare * share for s, share in zip(least, shares, strict=True)]
