"""The review pack as PPTX: opened again, its XML read, and drawn by LibreOffice."""

import dataclasses
import io
import math
import re
import shutil
import subprocess
import zipfile
from itertools import pairwise

import pytest
from lxml import etree
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from dashboards import theme
from dashboards.review_pack.blocks import (
    Bar,
    BarChart,
    Card,
    Cards,
    Curve,
    CurveChart,
    PackNotBuilt,
    RangeChart,
    RangeRow,
    Table,
    Text,
)
from dashboards.review_pack.content import LEFT_OUT, About, Pack, Slide
from dashboards.review_pack.pptx import metrics, template
from dashboards.review_pack.pptx.canvas import PANEL, SCHEME, WHITE
from dashboards.review_pack.presentation import write
from tests.dashboards.review_pack import example

LEFT = Slide(
    "6",
    "Time and load",
    Text("Time and load"),
    Text(""),
    (),
    state=LEFT_OUT,
    reason="Costs are known for no programme.",
)


def example_pack(language: str = "en") -> Pack:
    return dataclasses.replace(example.pack(language), left_out=(LEFT,))


def with_blocks(*blocks, number: str = "5", title: str = "A finding") -> Pack:
    slide = Slide(number, "Topic", Text(title), Text("Base"), blocks)
    return Pack(example.about(), (slide,), ())


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("pack") / "pack.pptx"
    write(example_pack(), path)
    return path


@pytest.fixture(scope="module")
def deck(written):
    return Presentation(str(written))


def shapes_of(deck):
    return [(slide, shape) for slide in deck.slides for shape in slide.shapes]


def charts_of(deck):
    return [shape.chart for _, shape in shapes_of(deck) if shape.has_chart]


def words_of(slide) -> str:
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            words += [c.text for row in shape.table.rows for c in row.cells]
    return "\n".join(words)


def test_every_slide_follows_the_cover_and_what_is_left_out_is_last(deck):
    assert [slide.shapes.title.text for slide in deck.slides] == [
        "Quarterly programme review",
        "Blended does better in skills",
        "81% finished in the time allowed",
        "39 of 100 are lost before the follow-up",
        "What each number counts",
        "What this pack leaves out",
    ]
    assert "Costs are known for no programme." in words_of(deck.slides[5])
    assert (deck.slide_width, deck.slide_height) == (12192000, 6858000)


def test_a_slide_shows_its_own_number_and_the_footer(deck):
    numbers = {}
    for slide in list(deck.slides)[1:]:
        kinds = {
            shape.placeholder_format.type: shape.text_frame.text
            for shape in slide.placeholders
        }
        numbers[slide.shapes.title.text] = {str(k): v for k, v in kinds.items()}
    third = numbers["39 of 100 are lost before the follow-up"]
    assert third["SLIDE_NUMBER (13)"] == "5"
    assert third["FOOTER (15)"] == example.about().footer
    assert all(
        example.about().footer_note in words_of(s) for s in list(deck.slides)[1:]
    )


def test_charts_are_native_and_of_the_right_kind(deck):
    kinds = [chart.chart_type for chart in charts_of(deck)]
    assert (
        kinds
        == [
            XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
            XL_CHART_TYPE.BAR_CLUSTERED,
            XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
        ]
        or kinds[1] == XL_CHART_TYPE.BAR_CLUSTERED
    )
    assert all("scatter" in c._chartSpace.xml for c in charts_of(deck)[::2])


def test_a_range_runs_from_its_low_end_to_its_high_end_through_the_value(deck):
    chart = charts_of(deck)[0]
    drawn = {series.name: list(_xs(series)) for series in chart.plots[0].series}
    assert drawn["Skill drilling and practice"] == [-16.0, -10.0, -4.0]
    assert drawn["Compliance and regulation"] == [-3.0, 2.0, 6.0]
    assert drawn["No difference"] == [0.0, 0.0, 0.0]
    assert "Leadership and behaviour" not in drawn


def test_a_range_has_error_bars_that_reach_its_ends(deck):
    bars = {
        series.name: series._element.find(qn("c:errBars"))
        for series in charts_of(deck)[0].plots[0].series
    }
    found = {
        name: [
            float(bar.find(f"{qn(tag)}//{qn('c:pt')}[@idx='1']/{qn('c:v')}").text)
            for tag in ("c:minus", "c:plus")
        ]
        for name, bar in bars.items()
        if bar is not None
    }
    assert found == {
        "Skill drilling and practice": [6.0, 6.0],
        "Compliance and regulation": [5.0, 4.0],
    }
    kinds = {
        bar.find(qn("c:errDir")).get("val") for bar in bars.values() if bar is not None
    }
    assert kinds == {"x"}


def _xs(series):
    return [
        float(v.text)
        for v in series._element.findall(f".//{qn('c:xVal')}//{qn('c:v')}")
    ]


def test_only_the_middle_of_a_range_has_a_marker_and_it_is_the_modes(deck):
    series = charts_of(deck)[0].plots[0].series[1]._element
    assert series.find(f"{qn('c:marker')}/{qn('c:symbol')}").get("val") == "square"
    points = series.findall(qn("c:dPt"))
    assert [p.find(qn("c:idx")).get("val") for p in points] == ["0", "2"]
    assert {p.find(f".//{qn('c:symbol')}").get("val") for p in points} == {"none"}
    not_clear = charts_of(deck)[0].plots[0].series[2]._element
    fill = not_clear.find(f"{qn('c:marker')}/{qn('c:spPr')}/{qn('a:solidFill')}")
    assert fill[0].get("val") == "bg1"


def test_a_dot_stands_in_the_middle_of_the_row_that_names_it(deck):
    slide = deck.slides[1]
    table = next(s for s in slide.shapes if s.has_table)
    frame = next(s for s in slide.shapes if s.has_chart)
    rows = [row.height for row in table.table.rows]
    high = frame.chart.value_axis.maximum_scale
    share = float(frame.chart._chartSpace.find(f".//{qn('c:h')}").get("val"))
    assert frame.top == table.top
    for position, series in enumerate(list(frame.chart.plots[0].series)[1:]):
        y = float(series._element.find(f".//{qn('c:yVal')}//{qn('c:v')}").text)
        drawn = frame.top + (1 - y / high) * share * frame.height
        middle = table.top + sum(rows[:position]) + rows[position] / 2
        assert drawn == pytest.approx(middle, abs=12700)
    band = next(
        s for s in slide.shapes if s.name.startswith("Line") and s.height > 10**6
    )
    assert band.top == table.top


def test_what_cannot_be_compared_has_no_dot_and_grey_words(deck):
    table = next(s for s in deck.slides[1].shapes if s.has_table).table
    run = table.cell(2, 2).text_frame.paragraphs[0].runs[0]
    assert run.text == "Can't be compared"
    assert run.font._element.find(f".//{qn('a:schemeClr')}").get("val") == "tx2"


def test_bars_say_their_results_at_their_ends(deck):
    chart = charts_of(deck)[1]
    labels = chart._chartSpace.findall(f".//{qn('c:dLbl')}")
    words = ["".join(t.text for t in label.iter(qn("a:t"))) for label in labels]
    assert words == ["100%", "82%", "61%"]
    assert list(chart.plots[0].series[0].values) == [1.0, 0.82, 0.61]
    names = next(s for s in deck.slides[3].shapes if s.has_table).table
    assert names.cell(0, 0).text == "Preparation\n■ Self-paced"


def test_a_range_that_its_own_line_would_cover_is_not_drawn(tmp_path):
    def chart_of(half: float):
        curve = Curve("Live", "sync", (0, 30), (0.0, 1.0), (0.0, 1 - half), (0.0, 1.0))
        block = CurveChart("Share", "Alt", (curve,), "Days", "Share")
        write(with_blocks(block), tmp_path / "a.pptx")
        return charts_of(Presentation(str(tmp_path / "a.pptx")))[0]

    assert len(chart_of(0.005).plots[0].series) == 1
    assert len(chart_of(0.1).plots[0].series) == 3


def test_long_words_of_bars_have_a_column_of_their_own(tmp_path):
    words = "about 100 of 100; too few are lost here to be shown to a reader " * 2
    bars = (
        Bar(Text("Short"), 0.5, Text(words)),
        Bar(Text("Other"), None, Text("Hidden")),
    )
    write(with_blocks(BarChart("Bars", "Alt", bars, 1.0, True)), tmp_path / "a.pptx")
    shapes = Presentation(str(tmp_path / "a.pptx")).slides[1].shapes
    table = next(shape for shape in shapes if shape.has_table).table
    chart = next(shape for shape in shapes if shape.has_chart).chart
    assert [row.cells[2].text for row in table.rows] == [words, "Hidden"]
    assert not chart._chartSpace.findall(f".//{qn('c:dLbl')}")
    assert list(chart.plots[0].series[0].values) == [0.5, None]


def test_curves_are_named_at_their_ends_with_the_sign_of_their_mode(deck):
    chart = charts_of(deck)[2]
    words = [t.text for t in chart._chartSpace.iter(qn("a:t"))]
    assert words[:2] == ["● Live", "■ Self-paced"]
    dashes = [d.get("val") for d in chart._chartSpace.iter(qn("a:prstDash"))]
    assert dashes == ["solid", "dash", *["sysDash"] * 4]


def test_a_workbook_holds_what_is_drawn_and_nothing_else(deck):
    for chart in charts_of(deck):
        book = CalamineWorkbook.from_filelike(
            io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)
        )
        kept = [
            value
            for row in book.get_sheet_by_index(0).to_python()
            for value in row
            if isinstance(value, float)
        ]
        drawn = [
            float(v.text)
            for name in ("c:xVal", "c:yVal", "c:val")
            for holder in chart._chartSpace.iter(qn(name))
            for v in holder.iter(qn("c:v"))
        ]
        assert len(book.sheet_names) == 1
        assert sorted(kept) == sorted(drawn)


def test_everything_that_is_no_text_has_words_or_is_decorative(deck):
    for slide, shape in shapes_of(deck):
        named = shape._element.xpath(".//p:cNvPr")[0]
        if shape.has_text_frame and shape.text_frame.text:
            continue
        is_decorative = "adec:decorative" in etree.tostring(named).decode()
        assert named.get("descr") or is_decorative, (
            slide.shapes.title.text,
            shape.name,
        )
    charts = [s for _, s in shapes_of(deck) if s.has_chart]
    descriptions = [s._element.xpath(".//p:cNvPr")[0].get("descr") for s in charts]
    assert descriptions == [
        example.compared().alt,
        example.steps().alt,
        example.curves().alt,
    ]


def test_reading_begins_with_the_title_and_ends_with_the_footer(deck):
    for slide in list(deck.slides)[1:]:
        kinds = [
            s._element.ph.get("type") if s.is_placeholder else "" for s in slide.shapes
        ]
        assert kinds[0] == "title"
        assert "ftr" in kinds[-3:]


def test_notes_say_how_numbers_were_calculated(deck):
    notes = deck.slides[1].notes_slide.notes_text_frame.text
    assert notes == "The difference is adjusted for the mix of people."


@pytest.mark.parametrize(
    ("language", "tag"), [("en", "en-GB"), ("hi", "hi-IN"), ("ta", "ta-IN")]
)
def test_every_run_has_its_language_and_its_face(tmp_path, language, tag):
    pack = example_pack("hi" if language == "hi" else "en")
    about = dataclasses.replace(pack.about, language=language)
    write(dataclasses.replace(pack, about=about), tmp_path / "a.pptx")
    with zipfile.ZipFile(tmp_path / "a.pptx") as archive:
        for name in archive.namelist():
            if not re.fullmatch(r"ppt/(slides|notesSlides|charts)/[^/]+\.xml", name):
                continue
            text = archive.read(name).decode()
            runs = re.findall(r"<a:rPr[^>]*>", text)
            assert all(f'lang="{tag}"' in run for run in runs)
            if name.startswith("ppt/slides/") and language != "en":
                face = {"hi": "Noto Sans Devanagari", "ta": "Noto Sans Tamil"}[language]
                assert text.count(f'<a:cs typeface="{face}"') >= len(runs)
        theme_xml = archive.read("ppt/theme/theme1.xml").decode()
        assert 'script="Deva" typeface="Noto Sans Devanagari"' in theme_xml


def test_the_same_pack_is_the_same_bytes_and_tells_nothing_of_the_machine(
    written, tmp_path
):
    write(example_pack(), tmp_path / "again.pptx")
    assert (tmp_path / "again.pptx").read_bytes() == written.read_bytes()
    with zipfile.ZipFile(written) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(2000, 1, 1)}
        core = archive.read("docProps/core.xml").decode()
        names = archive.namelist()
        books = [archive.read(n) for n in names if n.endswith(".xlsx")]
    assert "Example Group (invented)" in core
    assert "Quarterly programme review" in core
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}
    assert not [n for n in names if "thumbnail" in n or "printerSettings" in n]
    for book in books:
        with zipfile.ZipFile(io.BytesIO(book)) as inner:
            assert b"2000-01-01T00:00:00Z" in inner.read("docProps/core.xml")


ORDER = {
    "c:ser": "idx order tx spPr invertIfNegative marker dPt dLbls trendline errBars "
    "cat val xVal yVal smooth extLst",
    "c:dPt": "idx invertIfNegative marker bubble3D explosion spPr",
    "c:dLbl": "idx delete layout tx numFmt spPr txPr dLblPos showLegendKey showVal "
    "showCatName showSerName showPercent showBubbleSize separator extLst",
    "c:dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal "
    "showCatName showSerName showPercent showBubbleSize separator extLst",
    "c:valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt "
    "majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt "
    "crossBetween majorUnit minorUnit dispUnits",
    "c:catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt "
    "majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto "
    "lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    "c:scaling": "logBase orientation max min",
    "c:title": "tx layout overlay spPr txPr",
    "c:chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr "
    "pivotSource protection chart spPr txPr externalData",
    "c:chart": "title autoTitleDeleted pivotFmts plotArea legend plotVisOnly "
    "dispBlanksAs showDLblsOverMax",
    "c:plotArea": "layout scatterChart barChart catAx valAx spPr",
    "c:marker": "symbol size spPr",
    "a:tcPr": "lnL lnR lnT lnB lnTlToBr lnBlToTr noFill solidFill",
    "a:pPr": "lnSpc spcBef spcAft buClr buSzPct buFont buNone buChar defRPr",
    "a:rPr": "ln noFill solidFill latin ea cs sym hlinkClick",
    "p:spPr": "xfrm custGeom prstGeom noFill solidFill ln effectLst",
    "c:spPr": "noFill solidFill ln",
    "a:ln": "noFill solidFill prstDash round",
    "p:sp": "nvSpPr spPr style txBody",
    "p:cNvPr": "hlinkClick extLst",
}


@pytest.mark.parametrize("language", ["en", "hi"])
def test_elements_have_the_order_that_powerpoint_asks_for(tmp_path, language):
    write(example_pack(language), tmp_path / "a.pptx")
    checked = set()
    for slide in Presentation(str(tmp_path / "a.pptx")).slides:
        roots = [slide._element]
        roots += [s.chart._chartSpace for s in slide.shapes if s.has_chart]
        for root in roots:
            for name, order in ORDER.items():
                places = {
                    qn(f"{p}:{tag}"): i
                    for i, tag in enumerate(order.split())
                    for p in "cap"
                }
                for element in root.iter(qn(name)):
                    at = [places[child.tag] for child in element]
                    assert all(a <= b for a, b in pairwise(at)), (name, at)
                    checked.add(name)
    assert checked >= set(ORDER) - {"c:title"}


def test_numbers_of_shapes_and_axes_are_unique(deck):
    for slide in deck.slides:
        numbers = slide._element.xpath(".//p:cNvPr/@id")
        assert len(numbers) == len(set(numbers))
    for chart in charts_of(deck):
        series = [
            s.get("val")
            for s in chart._chartSpace.findall(f".//{qn('c:ser')}/{qn('c:idx')}")
        ]
        assert len(series) == len(set(series))
        axes = [a.get("val") for a in chart._chartSpace.iter(qn("c:axId"))]
        assert len(set(axes)) == 2
        assert all(number.isdigit() for number in axes)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_words_have_a_contrast_of_four_and_a_half_on_their_ground(deck):
    by_scheme = {name: colour for colour, name in SCHEME.items()}
    grounds = {"Card": PANEL, "Tile": PANEL}
    seen = set()
    for slide, shape in shapes_of(deck):
        ground = grounds.get(shape.name.split()[0], WHITE)
        on_panel = shape.left < template.PANEL_WIDTH * 12700
        if slide.slide_layout.name == "Title Slide" and on_panel:
            ground = theme.LINE
        for run in shape._element.iter(qn("a:rPr")):
            fill = run.find(qn("a:solidFill"))[0]
            colour = by_scheme.get(fill.get("val"), f"#{fill.get('val')}")
            light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (shape.name, colour)
            seen.add(colour)
    assert {theme.TEXT, theme.NOTE, theme.MODES["async"].colour} <= seen


def test_no_body_text_is_smaller_than_twelve_points_and_no_title_than_24(deck):
    small = ("Footer", "Where to read more", "Slide number")
    for slide in deck.slides:
        for shape in slide.shapes:
            sizes = [int(r.get("sz")) for r in shape._element.iter(qn("a:rPr"))]
            is_title = shape.shape_id == slide.shapes.title.shape_id
            least = 2400 if is_title else 1200
            if not shape.name.startswith(small):
                assert all(size >= least for size in sizes), (shape.name, sizes)


def test_the_cover_says_what_each_slide_says_and_what_is_left_out(deck):
    cover = deck.slides[0]
    table = next(shape for shape in cover.shapes if shape.has_table).table
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["1", "Decisions\nBlended does better in skills"],
        ["2", "The quarter in one page\nWith care: 81% finished in the time allowed"],
        ["5", "Where blends lose people\n39 of 100 are lost before the follow-up"],
        ["6", "Time and load\nLeft out: Costs are known for no programme."],
    ]
    assert "Example Group (invented)" in cover.placeholders[1].text_frame.text


def long_table(rows: int) -> Table:
    return Table(
        "Programmes",
        ("Programme", "Finished"),
        tuple((Text(f"Programme {n}"), Text(f"{n}%")) for n in range(rows)),
        (1,),
    )


def test_a_long_table_goes_on_with_its_header_and_loses_no_row(tmp_path):
    write(with_blocks(long_table(40), title="Forty programmes"), tmp_path / "a.pptx")
    slides = list(Presentation(str(tmp_path / "a.pptx")).slides)[1:]
    tables = [next(s for s in slide.shapes if s.has_table).table for slide in slides]
    count = len(slides)
    assert count > 1
    assert [s.shapes.title.text for s in slides] == [
        f"Forty programmes ({n} of {count})" for n in range(1, count + 1)
    ]
    assert {table.cell(0, 0).text for table in tables} == {"Programme"}
    names = [row.cells[0].text for table in tables for row in list(table.rows)[1:]]
    assert names == [f"Programme {n}" for n in range(40)]


def longer(part):
    """Return a part of a pack with words that are longer by two fifths."""
    if isinstance(part, Text):
        words = part.words.split()
        more = words[: math.ceil(len(words) * 0.4)]
        return Text(" ".join(words + more), part.figures)
    if isinstance(part, tuple):
        return tuple(longer(single) for single in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, About):
        fields = [field.name for field in dataclasses.fields(part)]
        return dataclasses.replace(
            part, **{name: longer(getattr(part, name)) for name in fields}
        )
    return part


def long_pack() -> Pack:
    pack = longer(example_pack("hi"))
    first = pack.slides[0]
    block = dataclasses.replace(first.main[0], rows=(first.main[0].rows * 2)[:5])
    title = longer(Text("Blended finishes better where skill is coached, " * 2))
    slide = dataclasses.replace(first, title=title, main=(block,))
    return dataclasses.replace(pack, slides=(slide, *pack.slides[1:]))


def test_words_that_are_longer_by_two_fifths_still_fit(tmp_path):
    write(long_pack(), tmp_path / "a.pptx")
    bottom = template.RULE * 12700
    for slide in list(Presentation(str(tmp_path / "a.pptx")).slides)[1:]:
        for shape in slide.shapes:
            if not shape.name.startswith(("Footer", "Where", "Slide number")):
                assert shape.top + shape.height <= bottom, shape.name


def test_a_chart_that_fits_beside_nothing_stays_whole_on_its_own_slide(tmp_path):
    block = dataclasses.replace(example.compared(), rows=example.compared().rows * 2)
    body = Text("Several words that take their room beside the chart. " * 6)
    cards = Cards("Decisions", tuple(Card(Text("Decide"), body) for _ in range(3)))
    slide = Slide("3", "Topic", Text("A finding"), Text("Base"), (block,), (cards,))
    write(Pack(example.about(), (slide,), ()), tmp_path / "a.pptx")
    slides = list(Presentation(str(tmp_path / "a.pptx")).slides)[1:]
    assert [s.shapes.title.text for s in slides] == [
        "A finding (1 of 2)",
        "A finding (2 of 2)",
    ]
    assert [sum(shape.has_chart for shape in s.shapes) for s in slides] == [1, 0]
    table = next(shape for shape in slides[0].shapes if shape.has_table).table
    assert len(table.rows) == 6


def test_lines_of_a_chart_have_as_many_points_each(deck):
    """LibreOffice leaves out a series that has fewer than another."""
    for chart in charts_of(deck):
        series = chart._chartSpace.findall(f".//{qn('c:ser')}")
        counts = {len(one.findall(f"{qn('c:yVal')}//{qn('c:pt')}")) for one in series}
        assert len(counts) == 1


def dot(value=0.1, low=0.0, high=0.2) -> RangeRow:
    return RangeRow(Text("Row"), Text(""), value, low, high, Text("Result"))


def ranges(*rows, alt="What it shows.") -> RangeChart:
    return RangeChart("Title", alt, rows, -0.2, 0.3, 0.0, 0.03, True)


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (ranges(dot(math.nan)), "not finite|beyond"),
        (ranges(dot(high=math.inf)), "not finite"),
        (ranges(dot(low=0.15)), "outside its range"),
        (ranges(dot(low=None)), "half a range"),
        (ranges(dot(0.31, 0.2, 0.4)), "beyond the axis"),
        (ranges(), "nothing is drawn"),
        (ranges(dot(), alt=" "), "has no words"),
        (
            BarChart("Bars", "Alt", (Bar(Text("A"), math.nan, Text("A")),), 1.0),
            "finite",
        ),
        (BarChart("Bars", "Alt", (), 1.0), "nothing is drawn"),
        (Cards("", (Card(Text("nan points more")),)), "the words hold"),
        (Cards("", (Card(Text("Words " * 900)),)), "do not fit"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(tmp_path, block, what):
    with pytest.raises(PackNotBuilt, match=what) as refusal:
        write(with_blocks(block), tmp_path / "a.pptx")
    assert refusal.value.where == "page 5, Topic"
    assert list(tmp_path.iterdir()) == []


def test_a_value_at_the_end_of_the_axis_and_of_its_range_is_drawn(tmp_path):
    write(with_blocks(ranges(dot(0.3, 0.3, 0.3))), tmp_path / "a.pptx")
    assert (tmp_path / "a.pptx").exists()


def test_a_title_that_fits_on_no_three_lines_is_refused(tmp_path):
    with pytest.raises(PackNotBuilt, match="too long"):
        write(with_blocks(long_table(2), title="word " * 90), tmp_path / "a.pptx")


NOTO = "/usr/share/fonts/truetype/noto"


@pytest.mark.parametrize(
    ("words", "face"),
    [
        ("How each number was worked out: speaker notes (3,211 of 4,000)", "NotoSans"),
        ("लोगों से 60 से 90 दिन बाद पूछें कि क्या वे इसे काम में लाते हैं।", "NotoSansDevanagari"),
        ("பயிற்சி முடித்தவர்களின் பங்கு", "NotoSansTamil"),
    ],
)
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_measured_widths_are_not_below_those_of_the_face(words, face, weight):
    drawn = (
        ImageFont.truetype(f"{NOTO}/{face}-{weight}.ttf", 100).getlength(words) / 100
    )
    measured = metrics.width(words, 1, weight == "Bold")
    assert drawn <= measured <= drawn * 1.25


def drawn_by_libreoffice(pack: Pack, folder) -> str:
    """Return the path of the PDF that LibreOffice makes of a pack."""
    write(pack, folder / "pack.pptx")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    subprocess.run([*convert, folder / "pack.pptx"], check=True, timeout=180)
    return folder / "pack.pdf"


def words_of_pdf(pdf, *options) -> str:
    command = ["pdftotext", *options, pdf, "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("language", ["en", "hi"])
def test_libreoffice_draws_every_page_with_its_words(tmp_path, language):
    pdf = drawn_by_libreoffice(example_pack(language), tmp_path)
    draw = ["pdftoppm", "-r", "30", "-gray", pdf, tmp_path / "page"]
    subprocess.run(draw, check=True)
    text = words_of_pdf(pdf, "-layout").split("\f")[:-1]
    inked = []
    for picture in sorted(tmp_path.glob("page-*.pgm")):
        pixels = picture.read_bytes().split(b"\n", 3)[3]
        inked.append(sum(pixel < 250 for pixel in pixels) / len(pixels))
    assert len(text) == len(inked) == 6
    assert all(share > 0.01 for share in inked)
    flat = [" ".join(page.split()) for page in text]
    for words in ("Self-paced 10 points", "Can't be compared", "Credentials."):
        assert words in flat[1]
    assert "82%" in flat[3]
    assert all("How each number was worked out" in page for page in flat[1:])


def test_no_word_is_drawn_over_the_footer_or_beyond_the_margins(tmp_path):
    pdf = drawn_by_libreoffice(long_pack(), tmp_path)
    pages = words_of_pdf(pdf, "-bbox").split("<page ")[1:]
    place = re.compile(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"'
    )
    assert len(pages) > 6
    for page in pages[1:]:
        words = [tuple(map(float, found)) for found in place.findall(page)]
        assert len(words) > 20
        for left, top, right, bottom in words:
            assert left >= template.MARGIN - 1
            assert right <= template.WIDTH - template.MARGIN + 1
            assert bottom <= template.RULE + 1 or top >= template.RULE
