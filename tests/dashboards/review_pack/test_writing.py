"""Packs are written whole or not at all, and say the same when built again."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from dashboards.review_pack import assembly, manifest, writing
from dashboards.review_pack.blocks import (
    Figure,
    PackNotBuilt,
    Paragraphs,
    RangeChart,
    Table,
    Text,
)
from dashboards.review_pack.checks import check
from dashboards.review_pack.content import LEFT_OUT, Pack
from dashboards.review_pack.gathering import Request
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tests.dashboards.review_pack import example
from tests.dashboards.review_pack.frozen import QUARTER, freeze, keep_decision


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers that write a line, because these tests are about the files' handling."""
    for name in writing.WRITERS:
        monkeypatch.setitem(
            writing.WRITERS, name, lambda _pack, path: path.write_text("whole")
        )


def changed(pack: Pack, **slide: object) -> Pack:
    """Return the pack with its first slide changed."""
    first, *rest = pack.slides
    return replace(pack, slides=(replace(first, **slide), *rest))


def test_a_frozen_quarter_built_again_has_the_same_hash(home: Home):
    freeze(home)
    wanted = Request(QUARTER)
    first, second = (
        manifest.content_hash(manifest.content(assembly.pack(home, wanted)))
        for _ in range(2)
    )
    assert first == second
    keep_decision(home, "Something new")
    third = manifest.content(assembly.pack(home, wanted))
    assert manifest.content_hash(third) != first


def test_the_manifest_names_every_file_with_its_hash(quiet: None, tmp_path: Path):
    pack = example.pack()
    said = writing.write(pack, ["pptx", "html"], tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "review-2026-Q2-en.html",
        "review-2026-Q2-en.manifest.json",
        "review-2026-Q2-en.pptx",
    ]
    whole = json.loads((tmp_path / names[1]).read_text(encoding="utf-8"))
    assert whole["sha256"] == manifest.content_hash(said)
    assert {one["name"] for one in whole["files"]} == {names[0], names[2]}
    assert all(len(one["sha256"]) == 64 for one in whole["files"])
    assert whole["figures"][0]["printed"] == "10 points"


@pytest.mark.parametrize("fails", ["pptx", "pdf", "html", "xlsx"])
def test_one_file_that_fails_leaves_nothing_behind(
    quiet: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fails: str
):
    def broken(_pack: Pack, path: Path) -> None:
        path.write_text("half")
        raise PackNotBuilt("it cannot be drawn", "page 5", "report this")

    monkeypatch.setitem(writing.WRITERS, fails, broken)
    (tmp_path / "review-2026-Q2-en.html").write_text("the one before")
    with pytest.raises(PackNotBuilt, match="page 5"):
        writing.write(example.pack(), list(writing.WRITERS), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["review-2026-Q2-en.html"]
    assert (tmp_path / "review-2026-Q2-en.html").read_text() == "the one before"


def test_an_export_that_cannot_be_logged_does_not_take_place(
    quiet: None, tmp_path: Path
):
    def refuse() -> None:
        raise OSError("read-only")

    with pytest.raises(OSError, match="read-only"):
        writing.write(example.pack(), ["html"], tmp_path, before=refuse)
    assert list(tmp_path.iterdir()) == []


def test_defect_15_a_page_that_cannot_be_trusted_stops_the_pack_and_is_named(
    quiet: None, tmp_path: Path
):
    pack = example.pack()
    (chart,) = pack.slides[0].main
    nothing = replace(
        chart,
        rows=tuple(replace(r, value=None, low=None, high=None) for r in chart.rows),
    )
    not_finite = replace(chart, rows=(replace(chart.rows[0], value=math.nan),))
    broken = {
        "empty": {"main": (), "side": ()},
        "no title": {"title": Text(" ")},
        "failed number": {"subtitle": Text("It is nan% of 12")},
        "failed python": {"subtitle": Text("Traceback (most recent call last)")},
        "placeholder": {"subtitle": Text("Finished in {mode}")},
        "null": {"subtitle": Text("None")},
        "null in a sentence": {"notes": (Text("It is about None."),)},
        "nothing drawn": {"main": (nothing,)},
        "not finite": {"main": (not_finite,)},
        "no alt": {"main": (replace(chart, alt=""),)},
        "says nothing": {"main": (Paragraphs("Notes", (Text(""),)),)},
        "same title": {"title": pack.slides[1].title},
    }
    for name, change in broken.items():
        with pytest.raises(PackNotBuilt) as caught:
            writing.write(changed(pack, **change), ["html"], tmp_path)
        line = caught.value.one_line()
        assert "page 1" in line or pack.slides[1].title.words in line, (name, line)
        assert list(tmp_path.iterdir()) == [], name


@pytest.mark.parametrize(
    "words",
    [
        "None of the modes leads.",
        "None: all passed.",
        "Informed consent",
        "Nandi Hills",
        "Terror: a course",
    ],
)
def test_words_that_only_look_broken_pass(words: str):
    check(changed(example.pack(), subtitle=Text(words)))


@pytest.mark.parametrize("name", ["C++ {basics}", "TypeError: a course", "nan", "{x}"])
def test_a_name_that_looks_broken_stops_nothing_but_broken_words_still_do(name: str):
    pack = replace(example.pack(), names=(name, "Plain"))
    check(changed(pack, subtitle=Text(f"{name}: finished, and {name} again")))
    with pytest.raises(PackNotBuilt, match="the words hold"):
        check(changed(pack, subtitle=Text(f"{name}: finished in {{mode}}")))
    with pytest.raises(PackNotBuilt, match="the words hold"):
        check(changed(replace(pack, names=("Plain",)), subtitle=Text(name)))


def test_words_that_a_person_wrote_are_not_judged():
    written = Paragraphs("Commentary", (Text("A {bracket}", is_free=True),))
    check(changed(example.pack(), side=(written,)))


def test_a_slide_is_left_out_only_with_a_reason():
    slide = replace(
        example.pack().slides[0], main=(), side=(), state=LEFT_OUT, reason=""
    )
    with pytest.raises(PackNotBuilt, match="without a reason"):
        check(replace(example.pack(), left_out=(slide,)))


def test_a_pack_without_slides_is_none():
    with pytest.raises(PackNotBuilt, match="no slide"):
        check(replace(example.pack(), slides=()))


def test_a_figure_stands_in_its_words_and_is_finite():
    place = Figure("9%", 0.09, "kpi_cells", "value", ())
    with pytest.raises(PackNotBuilt, match="not in the words"):
        Text("8%", (place,))
    with pytest.raises(PackNotBuilt, match="not finite"):
        Text("9%", (replace(place, value=math.inf),))


def test_a_table_has_rows_as_wide_as_its_header():
    with pytest.raises(PackNotBuilt, match="no rows"):
        Table("T", ("a",), ())
    with pytest.raises(PackNotBuilt, match="another width"):
        Table("T", ("a", "b"), ((Text("1"),),))


@pytest.mark.parametrize(
    ("listed", "found"),
    [("pptx", ["pptx"]), (" PDF,html , pdf", ["pdf", "html"])],
)
def test_formats_are_a_list_with_commas(listed: str, found: list[str]):
    assert writing.formats_of(listed) == found


@pytest.mark.parametrize("listed", ["", ",", "docx", "pptx,keynote"])
def test_formats_that_do_not_exist_are_refused(listed: str):
    with pytest.raises(WrongUse, match="pptx, pdf, html, xlsx"):
        writing.formats_of(listed)


def test_a_file_is_named_by_quarter_unit_and_language():
    about = replace(example.about("hi"), business_unit="Retail / North-East")
    pack = replace(example.pack(), about=about)
    assert writing.file_name(pack, "pdf") == "review-2026-Q2-retail-north-east-hi.pdf"


@pytest.mark.parametrize(
    ("unit", "starts"),
    [("बिक्री विभाग", "बिक्री-विभाग-hi."), ("++", ""), ("U" * 3000, "u" * 120 + "-")],
)
def test_a_unit_of_any_name_gives_a_name_that_a_disk_takes(unit: str, starts: str):
    about = replace(example.about("hi"), business_unit=unit)
    name = writing.file_name(replace(example.pack(), about=about), "manifest.json")
    assert name.startswith(f"review-2026-Q2-{starts}")
    assert len(name.encode()) <= 255
    assert "--" not in name


@pytest.mark.parametrize(("length", "is_whole"), [(119, 1), (120, 1), (121, 0)])
def test_units_that_begin_alike_have_files_of_their_own(length: int, *, is_whole: int):
    names = set()
    for ending in "ab":
        unit = "u" * (length - 1) + ending
        about = replace(example.about(), business_unit=unit)
        names.add(writing.file_name(replace(example.pack(), about=about), "pdf"))
        whole = f"review-2026-Q2-{unit}-en.pdf"
        assert (whole in names) == bool(is_whole)
    assert len(names) == 2


def test_a_folder_that_cannot_be_written_is_named(quiet: None, tmp_path: Path):
    taken = tmp_path / "file"
    taken.write_text("mine")
    for folder in (taken, taken / "below"):
        with pytest.raises(WrongUse, match="no files can be written") as caught:
            writing.write(example.pack(), ["html"], folder)
        assert str(folder) in caught.value.one_line()
    assert taken.read_text() == "mine"


def test_a_folder_with_the_name_of_a_file_stops_all_files(quiet: None, tmp_path: Path):
    taken = tmp_path / "review-2026-Q2-en.html"
    taken.mkdir()
    with pytest.raises(WrongUse, match="has the name of a file"):
        writing.write(example.pack(), ["pptx", "html"], tmp_path)
    assert list(tmp_path.iterdir()) == [taken]


def test_characters_that_no_file_can_hold_are_left_out(home: Home, tmp_path: Path):
    freeze(home)
    keep_decision(home, "Run\x0btwo \x00\x1f\ufffe\ud800cohorts\tlive 🎉\nnow")
    pack = assembly.pack(home, Request(QUARTER))
    writing.write(pack, ["pptx", "html", "xlsx"], tmp_path)
    listed = json.loads((tmp_path / "review-2026-Q1-en.manifest.json").read_text())
    assert "Run two  cohorts\tlive 🎉\nnow" in listed["pages"][0]["texts"]
    page = (tmp_path / "review-2026-Q1-en.html").read_text(encoding="utf-8")
    assert not [c for c in page if ord(c) < 32 and c not in "\t\n"]
    assert "\ufffe" not in page


def test_a_chart_of_ranges_needs_a_dot():
    chart = example.compared()
    assert isinstance(chart, RangeChart)
    check(changed(example.pack(), main=(chart,)))
