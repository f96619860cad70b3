"""What slides 5 to 8 say, and that it is what is published and what the page lists."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboards import formats
from dashboards.presenters import review_pack, unanswered
from dashboards.review_pack import assembly
from dashboards.review_pack.blocks import (
    BarChart,
    Block,
    Cards,
    CurveChart,
    Paragraphs,
    Table,
    Tiles,
)
from dashboards.review_pack.checks import check
from dashboards.review_pack.content import (
    LEFT_OUT,
    READY,
    WITH_CARE,
    Pack,
    Slide,
    figures_of,
    texts_of,
)
from dashboards.review_pack.gathering import Request
from tandem.core.files import Home
from tandem.core.wording import render
from tests.dashboards.opened import Open
from tests.dashboards.published_situations import CATEGORIES, END
from tests.dashboards.review_pack.frozen import (
    QUARTER,
    freeze,
    note,
    published_values,
)
from tests.dashboards.test_review_pack_page import state_of

PAGE = "review_pack"
WANTED = Request(QUARTER)
NUMBERS = ("5", "6", "7", "8")
MOST_TITLE = 90
STEP = {
    "hybrid_pattern": "micro_community",
    "sequence": "async sync",
    "period_start_date": date(2025, 4, 1),
    "period_end_date": END,
}
PILOT: dict[str, Any] = {
    "plan_id": "p1",
    "kpi_id": "completion_rate",
    "outcome_category": "leadership",
    "mode_a": "sync",
    "mode_b": "async",
    "first_start_date": date(2025, 9, 1),
    "last_start_date": date(2025, 10, 1),
    "answer_date": date(2026, 6, 1),
    "planned_cohort_count": 8,
    "cohort_count": 5,
    "status": "running",
    "wording_key": "verdict.difference",
    "sentence": "In English.",
    "state": "shown",
}


def made(home: Home, situation: str = "three_modes", **wanted: str) -> Pack:
    """Freeze a situation and return its pack."""
    freeze(home, situation)
    return assembly.pack(home, replace(WANTED, **wanted))


def changed(home: Home, *statements: str) -> Pack:
    """Freeze, change the published file, and return the pack."""
    path = freeze(home)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return assembly.pack(home, WANTED)


def insert(table: str, row: dict[str, Any]) -> str:
    def literal(value: Any) -> str:
        return "null" if value is None else f"'{value}'"

    values = ", ".join(map(literal, row.values()))
    return f"insert into pub.{table} ({', '.join(row)}) values ({values})"


def page(pack: Pack, number: str) -> Slide:
    return next(s for s in (*pack.slides, *pack.left_out) if s.number == number)


def block(slide: Slide, kind: type[Block]) -> Any:
    return next(found for found in slide.blocks if isinstance(found, kind))


def words(slide: Slide) -> str:
    return "\n".join(text.words for text in texts_of(slide))


@pytest.mark.parametrize("unit", ["all", "Sales"])
@pytest.mark.parametrize("situation", ["three_modes", "one_mode", "hidden"])
def test_every_figure_is_what_is_published(home: Home, situation: str, unit: str):
    pack = made(home, situation, business_unit=unit)
    path = home.snapshot_folder("a1") / "dashboard.duckdb"
    for number, figure in figures_of(pack):
        if number in NUMBERS:
            assert published_values(path, figure) == [figure.value], figure
    check(pack)


@pytest.mark.parametrize("number", ["5", "6", "7"])
def test_shown_numbers_carry_figures(home: Home, number: str):
    found = [n for n, _ in figures_of(made(home))]
    assert found.count(number) >= 3


@pytest.mark.parametrize("situation", ["three_modes", "one_mode", "hidden"])
def test_the_page_and_the_pack_agree(open_page: Open, home: Home, situation: str):
    pack = made(home, situation)
    listed = open_page(None)
    for number in NUMBERS:
        slide = page(pack, number)
        assert state_of(listed, number) == (slide.state, slide.reason)


def of_block(slide: Slide) -> Iterator[tuple[str, int, int]]:
    """Yield each block's name, size and the most that a slide holds of it."""
    for one in slide.blocks:
        match one:
            case BarChart():
                yield "bars", len(one.bars), 6
            case CurveChart():
                yield "curves", len(one.curves), 6
            case Table():
                yield "rows", len(one.rows), 9
            case Tiles():
                yield "tiles", len(one.tiles), 6
            case Cards():
                yield "cards", len(one.cards), 4
            case Paragraphs():
                yield "texts", len(one.texts), 4


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("unit", ["all", "Sales"])
def test_slides_fit_one_page(home: Home, unit: str, language: str):
    pack = made(home, business_unit=unit, language=language)
    for number in NUMBERS:
        slide = page(pack, number)
        assert len(slide.title.words) <= MOST_TITLE
        for name, size, most in of_block(slide):
            assert 0 < size <= most, (number, name)


def test_a_slide_that_is_left_out_says_why_and_has_no_blocks(home: Home):
    left = {s.number: s for s in made(home, "hidden").left_out}
    assert {"5", "7"} <= set(left)
    assert left["5"].reason == render("review.why.blends_hidden")
    assert all(slide.reason and not slide.blocks for slide in left.values())


def test_a_pack_of_a_unit_names_no_other_and_labels_what_is_of_all(home: Home):
    pack = made(home, business_unit="Sales")
    for number in NUMBERS:
        assert "Operations" not in words(page(pack, number))
    whole = render("pack.whole", title="")
    assert block(page(pack, "5"), BarChart).title.endswith(whole)
    assert block(page(pack, "6"), CurveChart).title.endswith(whole)
    assert block(page(pack, "7"), Table).title.endswith(whole)
    assert block(page(pack, "8"), Cards).title.endswith(whole)
    header = block(page(pack, "6"), Table).header
    assert "Sales" in header
    assert render("pack.load.organisation") in header


def test_what_is_of_the_unit_comes_from_the_unit(home: Home):
    pack = made(home, business_unit="Sales")
    units = {
        dict(figure.row)["business_unit"]
        for text in (
            page(pack, "6").title,
            block(page(pack, "5"), Tiles).tiles[0].value,
        )
        for figure in text.figures
    }
    assert units == {"Sales"}


# 5: blends


def step(number: int, mode: str, lost: float, started: int = 320) -> str:
    row = STEP | {
        "step_no": number,
        "step_mode": mode,
        "enrolment_count": started,
        "reached_share": 1 - lost,
        "lost_share": lost,
        "state": "shown",
    }
    return insert("blended_steps", row)


def test_the_title_is_the_largest_loss(home: Home):
    slide = page(made(home), "5")
    assert slide.title.words == (
        "15 of 100 are lost between the preparation and the live session"
    )
    bars = block(slide, BarChart).bars
    assert [bar.value for bar in bars] == [0.9, 0.75, 0.75]
    assert bars[2].result.words == render("pack.handoffs.bar_few", reached="75")


@pytest.mark.parametrize(
    ("lost", "is_other"),
    [(0.14, False), (0.15, True), (0.16, True)],  # of two alike the first published
)
def test_the_chart_is_of_the_blend_that_loses_most_at_one_step(
    home: Home, lost: float, is_other: bool
):
    pack = changed(home, step(1, "async", 0.0), step(2, "sync", lost))
    names = [bar.label.words for bar in block(page(pack, "5"), BarChart).bars]
    assert ("Live community" in names) is is_other
    assert render("pack.handoffs.others") in [b.title for b in page(pack, "5").blocks]


def test_few_people_lost_of_few_count_less_than_many_of_many(home: Home):
    pack = changed(home, step(1, "async", 0.0, 20), step(2, "sync", 0.6, 20))
    assert "live session" in page(pack, "5").title.words


def test_waits_are_said_in_days(home: Home):
    slide = page(made(home), "5")
    assert "Preparation to Live session: 7 days; half wait 5 to 9 days." in words(slide)


def test_without_waits_there_is_no_block_of_them(home: Home):
    statement = "update pub.blended_steps set gap_days_median = null"
    titles = [b.title for b in page(changed(home, statement), "5").blocks]
    assert render("page.blended.waits") not in titles


@pytest.mark.parametrize(
    ("steps", "bars", "has_waits"), [(4, 4, True), (5, 5, False), (7, 6, False)]
)
def test_a_blend_of_many_steps_leaves_out_waits_and_further_steps(
    home: Home, steps: int, bars: int, has_waits: bool
):
    more = [
        "insert into pub.blended_steps select * replace "
        f"({number} as step_no) from pub.blended_steps where step_no = 3"
        for number in range(4, steps + 1)
    ]
    sequence = " ".join(["async", "sync", "async", *["async"] * (steps - 3)])
    more.append(f"update pub.blended_steps set sequence = '{sequence}'")
    slide = page(changed(home, *more), "5")
    chart = block(slide, BarChart)
    assert len(chart.bars) == bars
    assert ("steps 1 to 6" in chart.title) is (steps > bars)
    titles = [one.title for one in slide.blocks]
    assert (render("page.blended.waits") in titles) is has_waits


def test_the_step_that_loses_most_is_drawn_even_as_the_seventh(home: Home):
    more = [
        "insert into pub.blended_steps select * replace "
        f"({number} as step_no) from pub.blended_steps where step_no = 3"
        for number in range(4, 8)
    ]
    more.append(
        "update pub.blended_steps set state = 'shown', reached_share = 0.3, "
        "lost_share = 0.45 where step_no = 7"
    )
    sequence = "async sync async async async async async"
    more.append(f"update pub.blended_steps set sequence = '{sequence}'")
    slide = page(changed(home, *more), "5")
    assert slide.title.words.startswith("45 of 100")
    chart = block(slide, BarChart)
    assert "steps 2 to 7" in chart.title
    assert chart.bars[-1].result.words.startswith("30 of 100")


def test_hidden_steps_are_said_and_drawn_as_no_bar(home: Home):
    pack = changed(
        home,
        "update pub.blended_steps set state = 'hidden', reached_share = null, "
        "lost_share = null where step_no = 3",
    )
    slide = page(pack, "5")
    bar = block(slide, BarChart).bars[2]
    assert (bar.value, bar.result.words) == (None, render("state.hidden.label"))
    assert slide.state == WITH_CARE
    assert slide.reason == render("review.why.some_steps", shown=2, all=3)


def test_without_live_attendance_the_slide_is_left_out(home: Home):
    pack = changed(home, "update pub.blended_programmes set has_live_evidence = false")
    slide = page(pack, "5")
    assert (slide.state, slide.reason) == (LEFT_OUT, render("page.blended.no_live"))


def test_steps_of_another_year_are_not_shown(home: Home):
    pack = changed(home, "update pub.blended_steps set period_end_date = '2025-12-31'")
    assert page(pack, "5").reason == render("review.why.no_blend")


def test_attendance_is_an_association_or_says_why_there_is_none(home: Home):
    said = words(page(made(home), "5"))
    assert "Of 100 prepared people, 93 attend" in said
    assert render("page.blended.association") in said


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("update pub.prework_attendance set state = 'hidden'", "attendance_hidden"),
        ("delete from pub.prework_attendance", "attendance_none"),
    ],
)
def test_attendance_that_cannot_be_shown_says_why(home: Home, statement: str, key: str):
    said = words(page(changed(home, statement), "5"))
    assert render(f"page.blended.{key}") in said


# 6: time, load and cost


def test_the_title_says_by_when_half_have_finished(home: Home):
    slide = page(made(home), "6")
    assert slide.title.words == (
        "Half of enrolments finish: Live by day 40, Self-paced by day 100, "
        "Blended by day 60"
    )
    assert [f.table for f in slide.title.figures] == ["life_curves"] * 3


def test_without_curves_the_values_stand_alone(home: Home):
    slide = page(changed(home, "delete from pub.life_curves"), "6")
    assert slide.title.words == render("pack.load.title_plain")
    assert [type(one) for one in slide.blocks] == [Table, Paragraphs]


def test_a_mode_in_which_half_never_finish_is_not_in_the_title(home: Home):
    statement = (
        "update pub.life_curves set finished_share = finished_share / 3 "
        "where delivery_mode = 'async'"
    )
    slide = page(changed(home, statement), "6")
    assert "Self-paced" not in slide.title.words
    assert "Self-paced" in block(slide, CurveChart).alt


def test_a_mode_that_is_hidden_says_so_and_needs_care(home: Home):
    slide = page(made(home, "hidden"), "6")
    row = block(slide, Table).rows[0]
    assert row[3].words == render("state.hidden.label")
    assert slide.state == WITH_CARE
    assert "2 of 4 numbers" in slide.reason
    assert "Days to finish, Blended: hidden" in slide.reason


def test_a_kpi_without_cells_by_mode_shows_no_other_number(home: Home):
    statement = "delete from pub.kpi_cells where cube = 'mode' and delivery_mode = "
    slide = page(
        changed(home, f"{statement}'sync' and kpi_id = 'time_to_completion'"), "6"
    )
    header = block(slide, Table).header
    assert header[1:] == ("Self-paced", "Blended")
    assert slide.state == WITH_CARE


def test_costs_that_are_not_measured_say_so(home: Home):
    slide = page(made(home), "6")
    rows = {row[0].words: row for row in block(slide, Table).rows}
    cost = next(row for name, row in rows.items() if "Cost" in name)
    assert {cell.words for cell in cost[1:]} == {render("state.not_measured.label")}
    assert slide.state == WITH_CARE


def test_costs_have_currency_and_coverage(home: Home):
    statements = [
        "insert into pub.kpi_cells select * replace ('cost_per_completion' as kpi_id, "
        "612.0 as value) from pub.kpi_cells where kpi_id = 'time_to_completion'",
        "update pub.kpi_cells set state = 'not_measured', value = null where "
        "programme_id = 'P01' and kpi_id = 'cost_per_completion'",
    ]
    slide = page(changed(home, *statements), "6")
    _, *cells = block(slide, Table).rows[1]
    assert all(cell.words.startswith("€612") for cell in cells)
    assert "Costs are in EUR and known for 3 of 4 programmes." in words(slide)
    assert slide.state == READY


# 7: scorecard


def test_without_a_judgement_the_evidence_is_shown(home: Home):
    slide = page(made(home), "7")
    table = block(slide, Table)
    assert len(table.rows) == 8
    assert {row[3].words for row in table.rows} == {render("page.scorecard.not_judged")}
    assert "Finished: 64% (likely" in table.rows[0][1].words
    assert slide.title.words == (
        "2 of 3 measures have evidence; none of 8 questions is judged yet"
    )
    assert slide.state == WITH_CARE


@pytest.mark.parametrize(("judged", "state"), [(1, WITH_CARE), (8, READY)])
def test_judgements_are_those_of_the_organisation(home: Home, judged: int, state: str):
    freeze(home)
    for number in range(1, judged + 1):
        about = {"score": 4, "candidate": ""}
        note(home, "scorecard_judgement", f"E{number}", about, "Works on phones.")
    theirs = {"score": 1, "candidate": "Other vendor"}
    note(home, "scorecard_judgement", "Other vendor: E8", theirs, "A demo.")
    slide = page(assembly.pack(home, WANTED), "7")
    assert slide.state == state
    said = [row[3].words for row in block(slide, Table).rows]
    assert sum("4 of 5" in cell for cell in said) == judged
    assert "Works on phones." in words(slide)
    assert "A demo." not in words(slide)
    assert "Other vendor" not in words(slide)


def test_a_measure_without_a_value_says_its_state(home: Home):
    pack = changed(
        home,
        "update pub.kpi_cells set state = 'hidden', value = null, ci_low = null, "
        "ci_high = null where cube = 'all' and kpi_id = 'pass_rate'",
    )
    evidence = block(page(pack, "7"), Table).rows[1][1]
    assert evidence.words == f"Passed: {render('state.hidden.label')}"
    assert evidence.figures == ()


# 8: what comes next


def test_what_is_not_measured_names_what_would_measure_it(home: Home):
    slide = page(made(home), "8")
    assert slide.title.words.startswith("Measure next: Passed first time")
    assert render("tile.passed.not_measured") in words(slide)
    assert render("pack.next.no_pilot") in words(slide)


@pytest.mark.parametrize(
    ("status", "high", "title"),
    [
        ("running", None, "One pilot is kept, without an answer yet"),
        ("answered", 0.01, "The one pilot has an answer"),
        ("answered", 0.0, "The one pilot has an answer"),
        (
            "answered",
            -0.01,
            "Pilot found: Self-paced 9 points better "
            "(Leadership and behaviour change, Finished)",
        ),
    ],
)
def test_a_pilot_says_where_it_stands_or_what_it_found(
    home: Home, status: str, high: float | None, title: str
):
    found = {"adjusted_difference": -0.09, "ci_low": -0.15, "ci_high": high}
    row = PILOT | {"status": status} | ({} if high is None else found)
    slide = page(changed(home, insert("pilots", row)), "8")
    assert slide.title.words == title
    card = block(slide, Cards).cards[0]
    assert "5 of 8 cohorts have begun." in card.body.words
    is_found = status == "answered"
    assert ("Self-paced 9 points better" in card.body.words) is is_found
    columns = {f.column for f in card.body.figures}
    assert ("adjusted_difference" in columns) is is_found
    assert "cohort_count" in columns


@pytest.mark.parametrize(
    ("count", "pilots", "near"), [(0, 0, 3), (1, 1, 2), (2, 2, 2), (3, 2, 2)]
)
def test_four_cards_at_most_and_the_rest_is_counted(
    home: Home, count: int, pilots: int, near: int
):
    rows = [insert("pilots", PILOT | {"plan_id": f"p{n}"}) for n in range(count)]
    blocks = [b for b in page(changed(home, *rows), "8").main if isinstance(b, Cards)]
    sizes = [len(one.cards) for one in blocks]
    assert sizes == ([pilots, near] if pilots else [near])
    assert blocks[0].title.endswith(": 2 of 3") is (count == 3)


def test_pilots_with_an_answer_come_first(home: Home):
    rows = [PILOT | {"plan_id": "p1"}, PILOT | {"plan_id": "p2", "status": "answered"}]
    slide = page(changed(home, *(insert("pilots", row) for row in rows)), "8")
    first = block(slide, Cards).cards[0]
    assert first.title.words.startswith(render("page.pilots.answered"))


def refused(pairs: int, across: tuple[int, int], k: int = 10) -> str:
    """Return the words that publishing keeps of a refusal."""
    parameters = {
        "pairs": pairs,
        "across_a": across[0],
        "across_b": across[1],
        "programmes": 4,
        "k": k,
    }
    key = "verdict.insufficient_programmes"
    return json.dumps({"sentence": [{"key": key, "parameters": parameters}]})


@pytest.mark.parametrize(
    ("pairs", "across", "distance", "said"),
    [
        (3, (3, 3), 1, "It needs 1 more programme that ran both ways"),
        (2, (3, 3), 2, "It needs 2 more programmes that ran both ways"),
        (1, (3, 4), 1, "It needs 1 more Live programme,"),
        (0, (3, 3), 2, "It needs 1 more Live programme and 1 more Blended programme"),
        (0, (9, 2), 2, "It needs 2 more Blended programmes,"),
    ],
)
def test_the_shorter_way_to_a_comparison_is_named(
    home: Home, pairs: int, across: tuple[int, int], distance: int, said: str
):
    row = {
        "outcome_category": "leadership",
        "mode_a": "sync",
        "mode_b": "hybrid",
        "verdict": "insufficient_programmes",
        "wording": refused(pairs, across),
        "programme_count_a": 4,
        "programme_count_b": 4,
    }
    (found,) = unanswered.closest(pl.DataFrame([row]), {})
    assert found.distance == distance
    assert found.words.startswith(said)
    assert render("page.next.insufficient_programmes") in found.words


def test_the_nearest_comparison_comes_first(home: Home):
    slide = page(made(home), "8")
    titles = [card.title.words for card in block(slide, Cards).cards]
    label = CATEGORIES["skill_drilling"][1]
    assert titles[0].startswith(label)  # it lacks only time
    assert len(titles) == 3


def test_far_comparisons_are_not_called_close(home: Home):
    statements = [
        "update pub.kpis set tile_slot = null where tile_slot != 'finished'",
        "delete from pub.mode_comparisons where verdict = 'immature'",
    ]
    slide = page(changed(home, *statements), "8")
    assert slide.title.words == render("pack.next.title_near_count.other", count=3)
    assert "What counts as finished differs" in words(slide)


def test_with_nothing_to_measure_or_pilot_the_slide_is_left_out():
    state, reason = review_pack.next_steps(0, [], 0)
    assert (state, reason) == (LEFT_OUT, render("review.why.nothing_next"))
    for found in ((1, [], 0), (0, ["Finished"], 0), (0, [], 1)):
        assert review_pack.next_steps(*found)[0] == READY


@pytest.mark.parametrize(
    ("hours", "printed"),
    [
        (0.0, "0 hours"),
        (0.004, "0.004 hours"),
        (0.049, "0.05 hours"),
        (0.051, "0.1 hours"),
    ],
)
def test_only_nothing_is_printed_as_0(hours: float, printed: str):
    assert formats.value(hours, "hours") == printed
