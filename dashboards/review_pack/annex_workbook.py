"""The numbers of a review pack as an Excel workbook: a sheet a table or drawing.

Numbers are numbers, as published. Every text is text: none becomes a formula or a
link. Equal packs give equal bytes.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboards.review_pack.blocks import (
    BarChart,
    Block,
    CurveChart,
    RangeChart,
    Table,
    Tiles,
)
from dashboards.review_pack.chart_tables import (
    POINTS,
    SHARE,
    Cell,
    Number,
    chart_table,
)
from dashboards.review_pack.checks import check
from dashboards.review_pack.content import Pack, Slide
from dashboards.workbook import OPTIONS, WIDEST, is_risky, write_value
from tandem.core.wording import render

# The file format wants a day; equal packs shall give equal bytes.
MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  the writer takes none with a zone
FORMATS = {SHARE: "0.0%", POINTS: "0.0"}
LONGEST_NAME = 31  # characters of the name of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
ABOUT_WIDTHS = (36, 60, 60)
LINE = 15  # points of one line of a cell


@dataclass(frozen=True)
class Sheet:
    """A table or drawing of a slide as a sheet."""

    slide: Slide
    title: str
    about: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Styles:
    """The formats of cells of one workbook."""

    bold: Format
    head: Format
    text: Format
    risky: Format
    numbers: dict[str, Format]


def write(pack: Pack, path: Path) -> None:
    """Write the workbook of a pack.

    Args:
        pack: what it says.
        path: of the file, which is replaced as a whole.

    Raises:
        PackNotBuilt: a slide cannot be trusted or drawn; it is named.
    """
    check(pack)
    sheets = list(_sheets(pack))
    unfinished = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(str(unfinished), OPTIONS) as book:
        book.set_properties(
            {
                "title": pack.about.title,
                "author": pack.about.organisation,
                "created": MADE_AT,
            }
        )
        styles = _styles(book)
        about = render("pack.workbook.about", pack.about.language)
        names = _names([about, *(f"{s.slide.number} {s.title}" for s in sheets)])
        first = book.add_worksheet(next(names))
        found = [(name, sheet) for name, sheet in zip(names, sheets, strict=True)]
        _write_about(first, pack, found, styles)
        for name, sheet in found:
            _write_sheet(book.add_worksheet(name), sheet, styles)
    unfinished.replace(path)


def _sheets(pack: Pack) -> Iterator[Sheet]:
    for slide in pack.pages:
        for block in slide.blocks:
            found = _sheet(slide, block, pack.about.language)
            if found:
                yield found


def _sheet(slide: Slide, block: Block, language: str) -> Sheet | None:
    """Return the sheet of a block; None for words without a table."""
    match block:
        case RangeChart() | BarChart() | CurveChart():
            found = chart_table(block, language)
            return Sheet(slide, found.title, found.about, found.header, found.rows)
        case Table():
            rows = tuple(tuple(text.words for text in row) for row in block.rows)
            return Sheet(slide, block.title, "", block.header, rows)
        case Tiles():
            return _of_tiles(slide, block, language)
    return None


def _of_tiles(slide: Slide, block: Tiles, language: str) -> Sheet:
    """Return the words of tiles, and beside them their numbers as published."""
    names = ("what", "shown", "likely", "change", "base", "published")
    header = tuple(render(f"pack.table.{name}", language) for name in names)
    rows = tuple(
        (
            *(t.words for t in (tile.label, tile.value)),
            *(t.words for t in (tile.span, tile.change, tile.base)),
            Number(tile.value.figures[0].value) if tile.value.figures else None,
        )
        for tile in block.tiles
    )
    return Sheet(slide, block.title, "", header, rows)


def _names(wanted: Iterable[str]) -> Iterator[str]:
    """Yield names of sheets: allowed, short enough and all different."""
    used: set[str] = set()
    for name in wanted:
        plain = " ".join(FORBIDDEN.sub(" ", name).split()) or "-"
        short, count = plain[:LONGEST_NAME].rstrip(), 1
        while short.casefold() in used:
            count += 1
            ending = f" {count}"
            short = plain[: LONGEST_NAME - len(ending)].rstrip() + ending
        used.add(short.casefold())
        yield short


def _styles(book: xlsxwriter.Workbook) -> Styles:
    wrapped = {"text_wrap": True, "valign": "top"}
    return Styles(
        bold=book.add_format({"bold": True}),
        head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        text=book.add_format(wrapped),
        risky=book.add_format(wrapped | {"quote_prefix": True}),
        numbers={
            unit: book.add_format({"num_format": pattern, "valign": "top"})
            for unit, pattern in {"": "General", **FORMATS}.items()
        },
    )


def _write_about(
    page: Worksheet, pack: Pack, found: list[tuple[str, Sheet]], styles: Styles
) -> None:
    about = pack.about
    hidden = (
        render("pack.workbook.hidden_small", about.language)
        if about.k is None
        else render("pack.workbook.hidden", about.language, k=about.k)
    )
    facts = (
        ("title", about.title),
        ("organisation", about.organisation),
        ("quarter", f"{about.quarter_words} ({about.quarter})"),
        ("audience", about.audience),
        ("unit", about.business_unit),
        ("role", about.role),
        ("as_of", about.as_of),
        ("snapshot", about.snapshot_id),
        ("protection", hidden),
    )
    for column, width in enumerate(ABOUT_WIDTHS):
        page.set_column(column, column, width)
    heading = render("pack.workbook.about", about.language)
    page.write_string(0, 0, heading, styles.bold)
    for at, (name, value) in enumerate(facts, start=1):
        words = render(f"pack.workbook.{name}", about.language)
        _write_row(page, at, (words, value), ABOUT_WIDTHS, styles)
    top = len(facts) + 2
    for column, name in enumerate(("sheet", "slide", "shows")):
        words = render(f"pack.workbook.{name}", about.language)
        page.write_string(top, column, words, styles.head)
    for at, (name, sheet) in enumerate(found, start=top + 1):
        slide = f"{sheet.slide.number} · {sheet.slide.title.words}"
        _write_row(page, at, (name, slide, sheet.title), ABOUT_WIDTHS, styles)
    _print_on_one_width(page, (top + len(found), len(ABOUT_WIDTHS) - 1))


def _write_sheet(page: Worksheet, sheet: Sheet, styles: Styles) -> None:
    slide = sheet.slide
    lines = (slide.title.words, slide.subtitle.words, sheet.about)
    page.write_string(0, 0, sheet.title, styles.bold)
    for at, line in enumerate(lines, start=1):
        page.write_string(at, 0, line)
    top = len(lines) + 1
    widths = tuple(_width(sheet, column) for column in range(len(sheet.header)))
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
        page.write_string(top, column, sheet.header[column], styles.head)
    page.set_row(top, LINE * _lines(sheet.header, widths))
    for at, row in enumerate(sheet.rows, start=top + 1):
        _write_row(page, at, row, widths, styles)
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    _print_on_one_width(page, (top + len(sheet.rows), len(widths) - 1))


def _print_on_one_width(page: Worksheet, last: tuple[int, int]) -> None:
    page.print_area(0, 0, *last)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_row(
    page: Worksheet,
    at: int,
    cells: tuple[Cell, ...],
    widths: tuple[int, ...],
    styles: Styles,
) -> None:
    """Write a row that is as high as its longest words need; not all readers fit it."""
    page.set_row(at, LINE * _lines(cells, widths))
    for column, cell in enumerate(cells):
        _write_cell(page, (at, column), cell, styles)


def _lines(cells: Iterable[Cell], widths: Iterable[int]) -> int:
    """Return how many lines the words of a row take."""
    return max(
        math.ceil(len(cell) / (0.9 * width))  # words end before the column does
        if isinstance(cell, str) and len(cell) > width
        else 1
        for cell, width in zip(cells, widths, strict=False)
    )


def _write_cell(
    page: Worksheet, at: tuple[int, int], cell: Cell, styles: Styles
) -> None:
    """Write a cell; one without a value stays empty."""
    if cell is None:
        return
    if isinstance(cell, Number):
        style = styles.numbers.get(cell.unit, styles.numbers[""])
        # ten digits: those of a share that was multiplied by 100, without its noise
        value = round(100 * cell.value, 10) if cell.unit == POINTS else cell.value
        write_value(page, at, value, style)
        return
    write_value(page, at, cell, styles.risky if is_risky(cell) else styles.text)


def _width(sheet: Sheet, column: int) -> int:
    """Return the width of a column in characters."""
    cells = [row[column] for row in sheet.rows]
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    words = max((len(word) for word in sheet.header[column].split()), default=0)
    return min(max(longest, words, 8) + 2, WIDEST)
