"""The workbook of a pack, read back."""

import math
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dashboards.review_pack import annex_workbook
from dashboards.review_pack.blocks import PackNotBuilt, Table, Text
from dashboards.review_pack.content import Pack
from tests.dashboards.review_pack.example import compared, pack

DANGEROUS = ("=2+3", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "https://example.invalid")


def written(folder: Path, whole: Pack) -> CalamineWorkbook:
    annex_workbook.write(whole, folder / "pack.xlsx")
    return CalamineWorkbook.from_path(folder / "pack.xlsx")


def rows(book: CalamineWorkbook, name: str) -> list[list]:
    return book.get_sheet_by_name(name).to_python()


def with_table(*cells: str) -> Pack:
    """Return the example with a table of dangerous words."""
    whole = pack()
    table = Table("=1+1", ("Name",), tuple((Text(cell),) for cell in cells))
    return replace(whole, annex=(replace(whole.annex[0], main=(table,)),))


def test_the_first_sheet_says_which_pack_it_is(tmp_path: Path):
    whole = replace(pack(), about=replace(pack().about, k=10))
    book = written(tmp_path, whole)
    first = dict(row[:2] for row in rows(book, book.sheet_names[0])[1:10])
    assert first["Quarter"] == "Q2 FY26-27 (2026-Q2)"
    assert first["Audience"] == "The whole organisation"
    assert first["Snapshot"] == "472821cb4bd1dde3"
    assert "fewer than 10 people" in first["Hidden numbers"]
    listed = [row[0] for row in rows(book, book.sheet_names[0])[12:]]
    assert listed == book.sheet_names[1:]


def test_each_table_and_drawing_is_a_sheet_with_its_numbers(tmp_path: Path):
    book = written(tmp_path, pack())
    assert book.sheet_names[1:] == [
        "1 Finished in the time allowed",
        "2 The quarter in numbers",
        "2 Definitions",
        "5 Share that reached each step",
        "5 Share finished by day",
        "a Definitions",
    ]
    differences = rows(book, "1 Finished in the time allowed")
    assert differences[5][:6] == [
        "Skill drilling and practice",
        "Live and Self-paced",
        -10.0,
        -16.0,
        -4.0,
        "Self-paced 10 points better",
    ]
    assert differences[7][2:5] == ["", "", ""]  # nothing is drawn, so nothing stands
    assert rows(book, "5 Share that reached each step")[6][:2] == ["Live session", 0.82]
    by_day = rows(book, "5 Share finished by day")
    assert by_day[5] == [0.0, 0.0, 0.0, 0.0, 0.0, "", ""]
    assert by_day[6] == [30.0, 0.5, 0.45, 0.55, 0.3, 0.27, 0.33]
    assert rows(book, "2 The quarter in numbers")[5][-1] == 0.8134


def test_no_words_become_a_formula_or_a_link(tmp_path: Path):
    book = written(tmp_path, with_table(*DANGEROUS))
    read = [row[0] for row in rows(book, book.sheet_names[-1])[5:]]
    # a carriage return is a line break in every file of this format
    assert [cell.replace("\n", "\r") for cell in read] == list(DANGEROUS)
    with zipfile.ZipFile(tmp_path / "pack.xlsx") as parts:
        sheets = [name for name in parts.namelist() if "worksheets/" in name]
        content = b"".join(parts.read(name) for name in sheets)
        styles = parts.read("xl/styles.xml")
    assert b"<f>" not in content
    assert b"hyperlink" not in content
    assert b'quotePrefix="1"' in styles


def test_the_header_stays_in_sight(tmp_path: Path):
    written(tmp_path, pack())
    with zipfile.ZipFile(tmp_path / "pack.xlsx") as parts:
        second = parts.read("xl/worksheets/sheet2.xml")
    assert b'ySplit="5"' in second
    assert b'state="frozen"' in second


def test_a_row_is_as_high_as_its_words(tmp_path: Path):
    book = written(tmp_path, with_table("short", "long words " * 30))
    assert len(book.sheet_names) == 7
    with zipfile.ZipFile(tmp_path / "pack.xlsx") as parts:
        last = parts.read("xl/worksheets/sheet7.xml").decode()
    rows = re.findall(r'<row r="(\d)"([^>]*)>', last)
    heights = {int(at): re.findall(r'ht="(\d+)"', said) for at, said in rows}
    assert heights[6] in ([], ["15"])
    assert int(heights[7][0]) >= 15 * 6  # 330 characters in a column of 60


def test_equal_packs_give_equal_bytes(tmp_path: Path):
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    annex_workbook.write(pack(), one)
    annex_workbook.write(pack(), other)
    assert one.read_bytes() == other.read_bytes()
    annex_workbook.write(pack("hi"), other)
    assert one.read_bytes() != other.read_bytes()


def test_titles_that_are_equal_long_or_forbidden_become_names_of_sheets(tmp_path: Path):
    whole = pack()
    title = "Which [mode]: live / self-paced? A very long title"
    tables = tuple(Table(title, ("Name",), ((Text(f"cell {n}"),),)) for n in range(12))
    page = replace(whole.annex[0], main=tables)
    book = written(tmp_path, replace(whole, annex=(page,)))
    names = book.sheet_names[-12:]
    assert len({name.casefold() for name in names}) == 12
    assert all(len(name) <= 31 for name in names)
    assert [rows(book, name)[5][0] for name in names] == [
        f"cell {n}" for n in range(12)
    ]


def test_a_number_that_is_none_stops_the_workbook(tmp_path: Path):
    whole = pack()
    chart = replace(compared(), rows=(replace(compared().rows[0], high=math.nan),))
    slide = replace(whole.slides[0], main=(chart,))
    with pytest.raises(PackNotBuilt) as refused:
        written(tmp_path, replace(whole, slides=(slide, *whole.slides[1:])))
    assert "1, Decisions" in refused.value.where
    assert list(tmp_path.iterdir()) == []
