"""The PDF of a pack, read back: tags, words, pages, and what stops it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from dashboards.review_pack import document
from dashboards.review_pack.blocks import PackNotBuilt, Table, Text
from dashboards.review_pack.content import Pack, texts_of
from dashboards.review_pack.document_structure import elements
from tests.dashboards.review_pack.example import compared, curves, pack, steps

pytestmark = pytest.mark.browser

PAINTS = frozenset(("Tj", "TJ", "f", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "pack.pdf"
    document.write(pack(), path)
    return path


@pytest.fixture(scope="module")
def pdf(path: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(path) as opened:
        yield opened


def words_of(path: Path) -> list[str]:
    """Return the words of each page, without spaces and breaks."""
    return [
        re.sub(r"\s", "", page.extract_text() or "") for page in PdfReader(path).pages
    ]


def with_table(rows: int, words: str = "enrolments whose time is over") -> Pack:
    """Return the example with a table of many rows in its annex."""
    whole = pack()
    header = ("Programme", "Counts", "Of")
    cells = tuple((Text(f"Row {n}."), Text(words), Text(words)) for n in range(rows))
    page = replace(whole.annex[0], main=(Table("Programmes", header, cells),))
    return replace(whole, annex=(page,))


def test_it_is_tagged_with_headings_drawings_tables_and_lists(pdf: pikepdf.Pdf):
    found = list(elements(pdf))
    kinds = [str(element.S)[1:] for element in found]
    assert [kind for kind in kinds if kind in ("H1", "H2")] == ["H1"] + ["H2"] * 5
    figures = [str(element.Alt) for element in found if element.S == "/Figure"]
    assert figures == [compared().alt, steps().alt, curves().alt]
    assert kinds.count("Table") == 2
    assert kinds.count("TH") == 2 * (3 + 2)  # three columns and two rows each
    scopes = {
        str(attributes.Scope)
        for element in found
        if element.S == "/TH"
        for attributes in element.A
        if "/Scope" in attributes
    }
    assert scopes == {"/Column", "/Row"}
    items = [element for element in found if element.S == "/LI"]
    assert items
    assert all(
        {str(kid.S) for kid in item.K} <= {"/Lbl", "/LBody"} and item.K
        for item in items
    )


def test_each_drawing_says_where_it_stands_on_its_page(pdf: pikepdf.Pdf):
    boxes = [
        [float(end) for end in element.A.BBox]
        for element in elements(pdf)
        if element.S == "/Figure"
    ]
    assert len(boxes) == 3
    for left, bottom, right, top in boxes:
        assert 42 <= left < right <= 918  # 56 pixels at each side are free
        assert 0 < bottom < top < 540
    ranges, bars, lines = boxes
    assert ranges[2] < 600  # in the left column
    assert bars[2] < lines[0]  # beside each other


def test_whatever_is_painted_is_part_of_the_structure_or_decoration(pdf: pikepdf.Pdf):
    for page in pdf.pages:
        depth = painted = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
            if operator in PAINTS:
                painted += 1
                assert depth > 0, instruction
        assert depth == 0
        assert painted > 10


def test_each_part_of_a_page_is_held_by_the_element_that_names_it(pdf: pikepdf.Pdf):
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    for page in pdf.pages:
        owners = tree[int(page.obj.StructParents)]
        marked = {
            int(instruction.operands[1].MCID)
            for instruction in pikepdf.parse_content_stream(page)
            if str(instruction.operator) == "BDC" and "/MCID" in instruction.operands[1]
        }
        assert marked
        for number in marked:
            kids = owners[number].K
            assert number in (kids if isinstance(kids, pikepdf.Array) else [kids])


def test_title_language_outline_and_size_of_pages(pdf: pikepdf.Pdf):
    about = pack().about
    assert pdf.Root.Lang == "en"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    title = f"{about.title} · {about.quarter_words} · {about.audience}"
    assert pdf.docinfo["/Title"] == title
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == title
        assert metadata["dc:language"] == {"en"}
        assert not any("pdfuaid" in key for key in metadata)  # nobody has certified it
    with pdf.open_outline() as outline:
        entries = [entry.title for entry in outline.root]
    slides = [f"{s.number} · {s.topic} · {s.title}" for s in pack().pages]
    assert entries == [*slides, "How each number was calculated"]
    assert len(pdf.pages) == len(entries)
    for page in pdf.pages:
        left, bottom, right, top = (float(end) for end in page.mediabox)
        assert (right - left, top - bottom) == (960, 540)  # 1280 by 720 pixels


def test_every_word_of_a_slide_stands_on_its_page_and_its_notes_at_the_end(path: Path):
    *pages, last = words_of(path)
    for slide, words in zip(pack().pages, pages, strict=True):
        notes = {text.words for text in slide.notes}
        for text in texts_of(slide):
            place = last if text.words in notes else words
            assert re.sub(r"\s", "", text.words) in place, text.words


def test_equal_packs_give_equal_bytes(path: Path, tmp_path: Path):
    again = tmp_path / "again.pdf"
    document.write(pack(), again)
    assert again.read_bytes() == path.read_bytes()
    other = replace(pack().about, snapshot_id="0" * 16, footer="another")
    document.write(replace(pack(), about=other), again)
    assert again.read_bytes() != path.read_bytes()


def test_a_pack_in_hindi_says_so(tmp_path: Path):
    path = tmp_path / "hi.pdf"
    document.write(pack("hi"), path)
    with pikepdf.open(path) as pdf:
        assert pdf.Root.Lang == "hi"
        fonts = {
            str(font.BaseFont)
            for page in pdf.pages
            for font in page.obj.Resources.Font.values()
            if "/BaseFont" in font
        }
    assert any("Devanagari" in name for name in fonts)


def test_a_long_table_continues_on_pages_with_its_header(tmp_path: Path):
    path = tmp_path / "long.pdf"
    document.write(with_table(60), path)
    continued = words_of(path)[3:-1]
    assert len(continued) >= 3
    for number, words in enumerate(continued, start=1):
        assert f"({number}of{len(continued)})" in words
        assert "ProgrammeCountsOf" in words
    found = "".join(continued)
    assert [int(n) for n in re.findall(r"Row(\d+)\.", found)] == list(range(60))
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert len(outline.root) == 5  # one entry a slide, however many pages


def test_a_table_that_fits_stays_on_one_page(tmp_path: Path):
    path = tmp_path / "short.pdf"
    document.write(with_table(9), path)
    assert len(words_of(path)) == 4 + 1


def test_notes_that_fill_more_than_a_page_continue_under_their_slide(tmp_path: Path):
    whole = pack()
    notes = tuple(Text(f"Note {n}. How it was calculated.") for n in range(50))
    first = replace(whole.slides[0], notes=notes)
    path = tmp_path / "notes.pdf"
    document.write(replace(whole, slides=(first, *whole.slides[1:])), path)
    found = words_of(path)[4:]
    assert len(found) > 1
    assert all("1·Decisions" in words for words in found[:-1])
    numbers = re.findall(r"Note(\d+)\.", "".join(found))
    assert [int(number) for number in numbers] == list(range(50))


def test_a_slide_that_cannot_fit_is_named_and_nothing_is_written(tmp_path: Path):
    whole = pack()
    tall = replace(compared(), rows=compared().rows[:1] * 40)
    slide = replace(whole.slides[0], main=(tall,))
    path = tmp_path / "pack.pdf"
    with pytest.raises(PackNotBuilt) as refused:
        document.write(replace(whole, slides=(slide, *whole.slides[1:])), path)
    assert "1, Decisions" in refused.value.where
    assert "too high" in refused.value.where
    assert list(tmp_path.iterdir()) == []


def test_a_word_that_is_wider_than_its_box_is_broken_not_cut(tmp_path: Path):
    whole = pack()
    slide = replace(whole.slides[0], title=Text("Donaudampfschifffahrt" * 12))
    path = tmp_path / "pack.pdf"
    document.write(replace(whole, slides=(slide, *whole.slides[1:])), path)
    assert "Donaudampfschifffahrt" * 12 in words_of(path)[0]


def test_without_a_browser_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(document.NAMED, str(tmp_path / "nowhere"))
    with pytest.raises(document.NoBrowser) as refused:
        document.write(pack(), tmp_path / "pack.pdf")
    line = refused.value.one_line()
    assert "nowhere" in line
    assert "apt-get install chromium" in line
    assert "\n" not in line
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_does_not_start_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv(document.NAMED, str(broken))
    with pytest.raises(document.NoBrowser) as refused:
        document.write(pack(), tmp_path / "pack.pdf")
    assert "does not start" in refused.value.one_line()
