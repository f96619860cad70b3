"""A table downloads as Excel: what the page shows, what it means, and no formula."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from dashboards import access
from dashboards.components import downloads
from dashboards.components.page_context import PageContext
from dashboards.presenters import kpi_dictionary, mode_matrix, states
from dashboards.queries import catalogue, current_snapshot, kpis
from dashboards.queries import snapshot as snapshot_queries
from dashboards.selection import Selection
from dashboards.workbook import Sheet, workbook
from tandem.core.access_log import log_access
from tandem.core.files import Home
from tandem.core.wording import render
from tests.dashboards.opened import Open
from tests.dashboards.published import SITUATIONS, make_published
from tests.dashboards.published_comparisons import comparisons

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")')
MADE = datetime(2026, 4, 2, 9)  # noqa: DTZ001


@pytest.fixture
def context(home: Home) -> PageContext:
    make_published(home, SITUATIONS["three_modes"])
    snapshot = current_snapshot(home)
    assert snapshot is not None
    quarter = snapshot_queries.reviewed_quarter(snapshot)
    assert quarter is not None
    return PageContext(
        snapshot,
        snapshot_queries.snapshot_info(snapshot),
        quarter,
        Selection(4, "leadership", "all", "all"),
        kpis.published_cuts(snapshot),
        catalogue.categories(snapshot),
    )


def sheet_of(rows: pl.DataFrame) -> Sheet:
    return Sheet("Title", ("Line",), rows, "No data", (), ("Table", "Meanings"), MADE)


def opened(content: bytes) -> tuple[list[list[object]], str]:
    """Return the rows of the first sheet, and all words of the second."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    first, second = (
        book.get_sheet_by_name(name).to_python() for name in book.sheet_names
    )
    return first, " ".join(str(cell) for row in second for cell in row)


def test_the_file_holds_the_rows_that_the_page_shows(context: PageContext):
    rows = pl.DataFrame(
        {"Name": ["Finished", "Passed"], "Value": [0.71, None], "Known": ["71%", "–"]}
    )
    found = downloads.sheet(rows, "Two numbers of leadership", context)
    first, meanings = opened(workbook(found))
    words = [str(cell) for row in first for cell in row]
    assert words[0] == "Two numbers of leadership"
    assert any("Leadership and behaviour change" in word for word in words)
    assert any("Snapshot a1" in word for word in words)
    assert any("under 10 people" in word for word in words)
    head = next(at for at, row in enumerate(first) if row[0] == "Name")
    assert first[head] == ["Name", "Value", "Known"]
    assert first[head + 1 :] == [
        ["Finished", 0.71, "71%"],
        ["Passed", render("state.no_data.label"), "–"],
    ]
    assert "those who did, out of all of them" in meanings
    for state in states.MARKS:
        assert render(f"state.{state}.means") in meanings


@pytest.mark.parametrize("has_filters", [True, False])
def test_a_page_without_filters_is_about_the_organisation(
    context: PageContext, has_filters: bool
):
    found = downloads.sheet(
        pl.DataFrame({"Name": ["Zoom"]}),
        "Sources",
        replace(context, has_filters=has_filters),
    )
    line = context.about.organisation_name
    assert (found.lines[0] == line) is not has_filters
    assert line in found.lines[0]


def test_only_the_kpis_that_the_table_names_are_defined(context: PageContext):
    rows = pl.DataFrame({"Name": ["Passed first time"]})
    found = downloads.sheet(rows, "One", context)
    names = [name for name, _ in found.meanings[0][1]]
    assert names == ["Passed first time", "Passed"]
    none = downloads.sheet(pl.DataFrame({"Name": ["Surpassed"]}), "One", context)
    assert [heading for heading, _ in none.meanings] == [render("page.data.states")]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_like_a_formula_stays_text(text: str):
    content = workbook(sheet_of(pl.DataFrame({text: [text]})))
    first, _ = opened(content)
    assert first[-1] == [text]
    with ZipFile(BytesIO(content)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
        names = parts.namelist()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert 'quotePrefix="1"' in styles
    assert not any("externalLink" in name for name in names)


def test_numbers_and_days_are_kept_as_such():
    frame = pl.DataFrame(
        {"n": [3], "share": [0.5], "day": [date(2026, 3, 31)], "is": [True]}
    )
    first, _ = opened(workbook(sheet_of(frame)))
    assert first[-1] == [3, 0.5, date(2026, 3, 31), "True"]


def test_the_same_table_makes_the_same_file():
    frame = pl.DataFrame({"n": [3]})
    assert workbook(sheet_of(frame)) == workbook(sheet_of(frame))


def test_a_download_is_written_to_the_access_log_when_it_is_made(
    context: PageContext, home: Home
):
    found = downloads.sheet(pl.DataFrame({"n": [3]}), "One", context)
    build = downloads.content(found, "rates", "a1")
    assert not home.access_log.exists()
    assert build()[:2] == b"PK"
    with closing(sqlite3.connect(home.access_log)) as connection:
        rows = connection.execute("select role, kind, what from accesses").fetchall()
    assert rows == [("not_signed_in", "export", "table rates, snapshot a1")]


def test_what_cannot_be_written_down_is_not_exported(context: PageContext, home: Home):
    home.access_log.write_bytes(b"no database" * 200)
    found = downloads.sheet(pl.DataFrame({"n": [3]}), "One", context)
    with pytest.raises(access.NotLogged, match="access log"):
        downloads.content(found, "rates", "a1")()


@pytest.mark.parametrize(
    ("page", "others"),
    # The dictionary is a list with one download of all of it.
    [
        ("compare_modes", 0),
        ("right_mode", 0),
        ("programme", 0),
        ("data_and_definitions", 1),
        ("oversight", 0),
    ],
)
def test_every_table_of_a_page_has_its_button(
    open_page: Open, home: Home, page: str, others: int
):
    log_access(home.access_log, "analyst", "query", "select 1", datetime.now(UTC))
    test = open_page(page=page, programme="P01")
    buttons = [b.proto.label for b in test.get("download_button")]
    drawn = "".join(element.proto.body for element in test.get("html"))
    tables = drawn.count('class="td-table td-stacks ')
    assert buttons.count(render("page.download")) == tables + others > others


def test_opening_a_page_is_written_down_once(open_page: Open, home: Home):
    test = open_page()
    test.run()
    test.switch_page("app_pages/compare_modes.py").run()
    with closing(sqlite3.connect(home.access_log)) as connection:
        rows = connection.execute("select kind, what from accesses").fetchall()
    assert rows == [
        ("page", "at-a-glance, snapshot a1"),
        ("page", "compare-modes, snapshot a1"),
    ]


@pytest.mark.parametrize(
    ("said", "is_named"),
    [
        ("Pass rate", True),
        ("the PASS RATE (of all)", True),
        ("bypass rates, then pass rate.", True),
        ("bypass rate", False),
        ("pass rates", False),
        ("", False),
    ],
)
def test_a_number_is_explained_where_its_whole_name_stands(said: str, is_named: bool):
    row = {"kpi_name": "Pass rate", "question": "How many pass?"}
    counted = {"numerator_words": "passes", "denominator_words": "attempts"}
    registry = pl.DataFrame([row | counted])
    found = kpi_dictionary.named_in(registry, "Title", pl.DataFrame({"a": [said]}))
    assert [name for name, _ in found] == ["Pass rate"] * is_named


def test_the_matrix_of_modes_downloads_in_words(open_page: Open):
    kpi = {"unit": "share", "margin": 0.03, "direction": "higher_better"}
    rows = pl.DataFrame(comparisons(SITUATIONS["three_modes"])).filter(
        pl.col("kpi_id") == "completion_rate"
    )
    found = mode_matrix.matrix(rows, {"leadership": "Leadership"}, kpi)
    table = mode_matrix.as_table(found)
    assert table.height >= sum(
        len(row.cells) or 1 for row in found.rows if not row.note
    )
    assert set(table.dtypes) == {pl.String}
    assert "Leadership" in table[render("page.matrix.column.category")].to_list()
    assert any(
        "evidence" in word for word in table[render("page.matrix.column.strength")]
    )
