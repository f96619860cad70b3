"""A spreadsheet is read in a process of its own; its end refuses that file alone."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from ingest.mapping import workbook, workbook_reader
from ingest.mapping.table_files import lines_of
from ingest.mapping.tables import csv_lines, sheet_lines, sheet_names
from tandem.core.errors import DamagedFile, LimitExceeded, TandemError
from tandem.core.limits import Limits, applied
from tests.ingest.mapping.workbooks import cell, write_workbook

GOOD = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
    "Ida,ida@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"
)
ROWS = ['<row r="1">' + cell("A1", "Email") + "</row>"]
LAST = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
BLANK = '<row r="1048576">' + cell("XFD1048576", "") + "</row>"


@pytest.fixture(autouse=True)
def _closed() -> object:
    yield
    workbook.close_workbook()


@pytest.mark.parametrize("last", [LAST, BLANK])
def test_a_cell_in_the_last_row_and_column_refuses_that_workbook_alone(
    tmp_path, land, last
):
    bad = write_workbook(tmp_path / "far.xlsx", [*ROWS, last])
    good = tmp_path / "participants_84512349876.csv"
    good.write_text(GOOD)
    assert bad.stat().st_size < 6_000
    refusal, landed = land(bad, good, tz="UTC")
    assert "limit reader_mb = 2,000" in refusal.error
    assert landed.error is None


def test_a_workbook_that_unfolds_far_beyond_its_size_is_refused_unread(
    tmp_path, monkeypatch
):
    path = tmp_path / "wide.xlsx"
    write_workbook(path, ['<row r="1">' + " " * 4_000_000 + "</row>"])
    monkeypatch.setattr(workbook, "LimitedProcess", None)
    with applied(Limits(ratio_from_mb=1)), pytest.raises(LimitExceeded, match="ratio"):
        sheet_lines(path)


def many_rows(count: int) -> list[str]:
    return [f'<row r="{n}">{cell(f"A{n}", "x" * 90)}</row>' for n in range(1, count)]


def test_more_text_than_may_be_held_is_refused_while_it_streams(tmp_path):
    path = write_workbook(tmp_path / "long.xlsx", many_rows(5_000))
    assert outcome(lambda: sheet_lines(path), parsed_mb=1) == "rows"
    assert outcome(lambda: sheet_lines(path), parsed_mb=0.1) == "parsed_mb"


def test_a_workbook_that_takes_too_long_is_refused(tmp_path):
    path = write_workbook(tmp_path / "long.xlsx", many_rows(60_000))
    assert outcome(lambda: sheet_lines(path), seconds=0.01) == "seconds"


@pytest.mark.parametrize(("columns", "expected"), [(2, "columns"), (3, "rows")])
def test_a_table_has_at_most_so_many_columns(tmp_path, columns, expected):
    cells = "".join(cell(f"{letter}1", letter) for letter in "ABC")
    second = f'<row r="2">{cell("A2", "1")}</row>'
    path = write_workbook(tmp_path / "a.xlsx", [f'<row r="1">{cells}</row>', second])
    records = tmp_path / "a.json"
    records.write_text('[{"a": 1, "b": 2}, {"c": 3}]')
    readers: list[Callable[[], object]] = [
        lambda: sheet_lines(path),
        lambda: csv_lines(b"a,b,c\n1,2,3\n"),
        lambda: lines_of(records, None),
    ]
    for read in readers:
        assert outcome(read, columns=columns) == expected


def outcome(read: Callable[[], object], **limits: float) -> str:
    """Return the name of the limit that refuses, or rows."""
    with applied(Limits(**limits)):
        try:
            return "rows" if read() else "none"
        except LimitExceeded as error:
            return error.what.split("(limit ")[1].split(" ")[0]


@pytest.mark.parametrize("content", [b"no spreadsheet", b"PK\x03\x04 cut off", b""])
def test_a_damaged_workbook_is_one_short_line(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    for _again in range(2):
        with pytest.raises(DamagedFile) as raised:
            sheet_names(path)
        assert "no spreadsheet" in raised.value.one_line()
        assert len(raised.value.one_line()) < 300


def test_a_process_that_ends_refuses_the_file(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", ROWS)
    opened = workbook.workbook(path)
    opened._process._process.kill()
    with pytest.raises(TandemError):
        sheet_names(path)


def test_one_process_serves_all_that_look_at_a_workbook(tmp_path, monkeypatch):
    started: list[Path] = []
    real = workbook.LimitedProcess

    def starting(module: str, path: Path) -> object:
        started.append(path)
        return real(module, path)

    monkeypatch.setattr(workbook, "LimitedProcess", starting)
    path = write_workbook(tmp_path / "a.xlsx", many_rows(4))
    lines = sheet_lines(path)
    lines[0][1][0] = "changed"
    assert sheet_lines(path)[0][1][0] == "x" * 90
    assert (sheet_names(path), len(started)) == (["a"], 1)
    write_workbook(path, many_rows(9))
    assert (len(sheet_lines(path)), len(started)) == (8, 2)


CELLS = (
    st.none()
    | st.text("abc \u202f1", max_size=4)
    | st.integers(-(10**6), 10**6)
    | st.floats(-1e6, 1e6)
    | st.booleans()
    | st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
)


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, max_size=4), max_size=5),
    first=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_the_rows_are_those_of_a_reader_in_this_process(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[object]],
    first: tuple[int, int],
):
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    options = {"default_date_format": "yyyy-mm-dd hh:mm:ss"}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("a")
        for row, cells in enumerate(rows, start=first[0]):
            for column, content in enumerate(cells, start=first[1]):
                sheet.write(row, column, content)
    whole = load_workbook(str(path)).get_sheet_by_name("a")
    printed = [
        [workbook_reader.cell_text(one) for one in row]
        for row in whole.to_python(skip_empty_area=False)
    ]
    expected = [(n, row) for n, row in enumerate(printed, start=1) if any(row)]
    assert workbook.workbook(path).lines("a") == expected


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (
            dt.datetime.fromisoformat("1900-01-01T06:00"),
            "PT108000S",
        ),  # 30 h in the format h:mm
        (dt.datetime.fromisoformat("1900-02-27T23:00"), "PT5094000S"),
        (dt.timedelta(days=12, seconds=1.5), "PT1036801.5S"),
        (
            dt.datetime.fromisoformat("1900-02-28T06:00"),
            "1900-02-28T06:00:00",
        ),  # day 59 or 60
        (
            dt.datetime.fromisoformat("1900-01-01"),
            "1900-01-01T00:00:00",
        ),  # a date that stands for none
        (dt.datetime.fromisoformat("2026-01-01T06:00"), "2026-01-01T06:00:00"),
    ],
)
def test_a_length_of_over_a_day_is_no_time_of_1900(
    at: dt.datetime | dt.timedelta, text: str
):
    assert workbook_reader.cell_text(at) == text
