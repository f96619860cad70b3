"""What the first four slides and the annex say, and that it is what is published."""

from dataclasses import replace

import duckdb
import pytest

from dashboards.presenters import review_pack
from dashboards.review_pack import assembly
from dashboards.review_pack.content import Pack, Slide, figures_of, texts_of
from dashboards.review_pack.gathering import Request, gather
from dashboards.review_pack.slides.compared import cards
from tandem.core.files import Home
from tandem.core.wording import offered_languages, render
from tests.dashboards.review_pack.frozen import (
    QUARTER,
    freeze,
    keep_decision,
    note,
    published_values,
)

WANTED = Request(QUARTER)


def page(pack: Pack, number: str) -> Slide:
    return next(slide for slide in pack.pages if slide.number == number)


def words(slide: Slide) -> str:
    return "\n".join(text.words for text in texts_of(slide))


def test_every_figure_is_what_is_published(home: Home):
    path = freeze(home)
    found = figures_of(assembly.pack(home, WANTED))
    assert len(found) > 10
    for _, figure in found:
        assert published_values(path, figure) == [figure.value], figure


def test_kept_decisions_come_before_proposed_ones(home: Home):
    freeze(home)
    proposed = words(page(assembly.pack(home, WANTED), "1"))
    keep_decision(home, "Run two cohorts live")
    kept = words(page(assembly.pack(home, WANTED), "1"))
    assert "Run two cohorts live" not in proposed
    assert "Run two cohorts live" in kept
    assert render("pack.decisions.kept.one", count=1) in kept


def test_without_a_decision_the_slide_is_left_out_with_the_reason(home: Home):
    path = freeze(home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from pub.decisions")
    (left,) = [s for s in assembly.pack(home, WANTED).left_out if s.number == "1"]
    assert left.reason == render("review.why.no_decision")
    assert left.blocks == ()


def test_commentary_stands_beside_the_decisions(home: Home):
    freeze(home)
    note(home, "review_commentary", QUARTER, {"text": "Sessions were full. Good."})
    said = words(page(assembly.pack(home, WANTED), "1"))
    assert "Sessions were full." in said


def test_every_tile_of_the_first_page_is_on_the_second_slide(home: Home):
    freeze(home)
    pack = assembly.pack(home, WANTED)
    (tiles,) = [b for b in page(pack, "2").blocks if hasattr(b, "tiles")]
    assert [tile.label.words for tile in tiles.tiles]
    for tile in tiles.tiles:
        assert tile.value.words
        assert bool(tile.value.figures) is not bool(tile.state)


def test_refused_comparisons_are_shown_with_their_reason(home: Home):
    freeze(home)
    (chart,) = page(assembly.pack(home, WANTED), "3").main
    refused = [row for row in chart.rows if row.value is None]
    assert refused
    assert all(row.note.words for row in refused)
    assert any(row.value is not None for row in chart.rows)


def test_one_mode_leaves_the_comparison_out(home: Home):
    freeze(home, "one_mode")
    left = [slide.number for slide in assembly.pack(home, WANTED).left_out]
    assert "3" in left


def test_a_slide_whose_numbers_are_all_hidden_is_left_out_and_says_so(home: Home):
    freeze(home, "hidden")
    pack = assembly.pack(home, WANTED)
    (left,) = [slide for slide in pack.left_out if slide.number == "2"]
    assert left.reason == render("review.why.no_numbers")
    of_audience = [f for n, f in figures_of(pack) if n in "12"]
    assert not [f for f in of_audience if f.table == "kpi_cells"]


def test_a_pack_of_a_unit_names_no_other_and_labels_what_is_of_all(home: Home):
    path = freeze(home)
    pack = assembly.pack(home, replace(WANTED, business_unit="Sales"))
    with duckdb.connect(str(path), read_only=True) as connection:
        units = connection.execute(
            "select distinct business_unit from pub.kpi_cells"
        ).fetchall()
    others = {unit for (unit,) in units} - {"Sales", "all"}
    assert others
    said = "\n".join(words(slide) for slide in pack.pages)
    assert not [unit for unit in others if unit in said]
    cells = [f for _, f in figures_of(pack) if f.table == "kpi_cells"]
    of_two = [f for n, f in figures_of(pack) if n == "2" and f.table == "kpi_cells"]
    assert {dict(figure.row)["business_unit"] for figure in of_two} == {"Sales"}
    assert {dict(f.row)["business_unit"] for f in cells} <= {"Sales", "all"}
    if any(slide.number == "3" for slide in pack.slides):
        assert "whole organisation" in page(pack, "3").subtitle.words


@pytest.mark.parametrize("language", sorted(offered_languages()))
def test_packs_are_in_the_language_asked_for(home: Home, language: str):
    freeze(home)
    pack = assembly.pack(home, replace(WANTED, language=language))
    assert pack.about.language == language
    topic = render("review.slide.2", language=language)
    assert page(pack, "2").topic == topic


def test_titles_fit_a_slide(home: Home):
    freeze(home)
    for slide in assembly.pack(home, WANTED).pages:
        assert len(slide.title.words) <= 110, slide.title.words


def test_the_annex_defines_and_names_the_snapshot(home: Home):
    freeze(home)
    annex = assembly.pack(home, WANTED).annex
    said = "\n".join(words(slide) for slide in annex)
    assert render("pack.annex.definitions") in said
    assert "a1" in said
    assert [slide.number for slide in annex] == list("abcdefgh")[: len(annex)]


def test_the_page_judges_the_same_comparisons_as_the_slide(home: Home):
    freeze(home)
    slide = page(assembly.pack(home, WANTED), "3")
    source = gather(home, WANTED)
    assert (slide.state, slide.reason) == review_pack.modes(source.compared)
    assert source.compared["kpi_id"].unique().to_list() == ["completion_rate"]


def test_the_counts_of_slide_4_add_up_to_all_programmes(home: Home):
    freeze(home)
    tiles, *_ = page(assembly.pack(home, WANTED), "4").main
    shown = [tile.value.words for tile in tiles.tiles if " of " in tile.value.words]
    counts = [tuple(map(int, one.split(" of "))) for one in shown]
    assert len(counts) == 4  # with the exception that a reason allows
    assert sum(count for count, _ in counts) == counts[0][1]


def test_a_reason_of_some_refusals_is_not_given_for_all(home: Home):
    freeze(home)
    source = gather(home, WANTED)
    made = source.like_for_like
    row = next(one for one in made.rows if not one.picture)
    few, other = replace(row, reason="Too few."), replace(row, reason="Other people.")
    mixed = cards(source, replace(made, rows=(few, few, other)))
    assert "2 of these 3: Too few." in [str(card.body) for card in mixed]
    same = cards(source, replace(made, rows=(few, few)))
    assert "Too few." in [str(card.body) for card in same]
